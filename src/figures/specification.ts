import type { PlotOptions } from '@observablehq/plot';
import type { FigureTheme, ThemeName } from './theme.ts';

/** One entry of a panel's legend: a short stroke in the colour and dashes of its curve, and a label. */
export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  /** SVG dash pattern; a solid stroke when absent. */
  readonly dash?: string;
}

/** One panel: a heading, and a plot without any text but its axes. */
export interface FigurePanel {
  readonly title: string;
  /** Unit of the vertical axis as it is printed, or null for a plain number. */
  readonly unit: string | null;
  readonly legend: readonly LegendEntry[];
  readonly plot: PlotOptions;
  /** Height of the plot without its heading, pixels. */
  readonly height: number;
}

/** A whole figure: panels below each other that share their horizontal axis. Data only; a renderer draws it. */
export interface FigureSpecification {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly width: number;
  readonly theme: FigureTheme;
  readonly panels: readonly FigurePanel[];
}

/** How a figure is drawn. */
export interface FigureOptions {
  /** Width in pixels (default 880). */
  readonly width?: number;
  /** Default: light. */
  readonly theme?: ThemeName;
  /** Iterations shown, both ends included (default: everything that was recorded). */
  readonly window?: readonly [from: number, to: number];
}

export const defaultWidth = 880;
/** Dashes of the valley floor: the same in figures and on the page. */
export const floorDash = '6 4';
/** Dashes of the validation set's curves, which lie close to the test set's: the same in figures and on the page. */
export const validationDash = '3 3';
