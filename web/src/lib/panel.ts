import type { Scale, ThemeColor } from '../../../src/figures/index.ts';
import type { PlottedCurve } from './plotted-curve.ts';

/** One curve of a live panel. */
export interface PanelCurve {
  readonly label: string;
  readonly series: PlottedCurve;
  readonly color: ThemeColor;
  /** A colour of its own, where curves are told apart by more than the theme has. */
  readonly stroke?: string;
  readonly width: number;
  /** Width where many iterations share few pixels, so that curves below stay in sight (default: the same). */
  readonly denseWidth?: number;
  /** SVG dash pattern; a solid stroke when absent. */
  readonly dash?: string;
  /** Marks at the measured points themselves, for series with few of them. */
  readonly marks?: boolean;
  /** How a value is written where the cursor stands. */
  readonly format: (value: number) => string;
}

/** One live panel: curves over iterations, or over what else the figure's axis is. */
export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly unit: string | null;
  /** Height of the plot, CSS pixels. */
  readonly height: number;
  readonly curves: readonly PanelCurve[];
  /** Fixed limits of the vertical axis; otherwise it fits what is in view. */
  readonly limits?: readonly [number, number];
  /** Of the vertical axis; default: linear. On a logarithmic one, values without a place are marked at its lower edge. */
  readonly scale?: Scale;
  readonly zeroLine?: boolean;
  /** Grey lines at iterations, while few are in view. */
  readonly iterationLines?: boolean;
  readonly tick?: (value: number) => string;
}
