import { iterationAxis } from './axis.ts';
import type { Curve } from './curve.ts';
import { percent } from './curves.ts';
import { linesPanel } from './lines-panel.ts';
import { lookOf, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { floorDash } from './specification.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';
import { domainOf } from './walk.ts';

/** What the figure of sharpness shows, over iterations; null: the run did not record it. */
export interface SharpnessFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** Largest eigenvalue of the Hessian. */
  readonly sharpness: Curve;
  /** Its smallest eigenvalue. */
  readonly mostNegative: Curve | null;
  /** `2(1 + β)/η` */
  readonly stability: Curve | null;
  /** Share in [0, 1] of the validation set, or of the test set where none is kept apart. */
  readonly accuracy: { readonly label: string; readonly curve: Curve } | null;
}

/** Largest and smallest curvature with the threshold of stability, and accuracy below (rows W-sharp). */
export function sharpnessFigure(data: SharpnessFigureData, options: FigureOptions = {}): FigureSpecification {
  const { sharpness, mostNegative, stability, accuracy } = data;
  const { width, theme } = lookOf(options);
  const frame: PanelFrame = { width, theme, x: iterationAxis(options.window ?? domainOf(sharpness)) };
  const curvature = [
    { label: '2(1 + β)/η', color: theme.floor, curve: stability, strokeWidth: 1.5, dash: floorDash },
    { label: 'largest', color: theme.loss, curve: sharpness, strokeWidth: 1.75 },
    { label: 'smallest', color: theme.muted, curve: mostNegative, strokeWidth: 1.5 },
  ];
  const panels = [
    linesPanel(frame, curvature, { title: 'Eigenvalues of the Hessian', unit: null, named: accuracy === null }),
  ];
  if (accuracy) {
    const drawn = [{ label: accuracy.label, color: theme.ink, curve: percent(accuracy.curve), strokeWidth: 1.75 }];
    panels.push(linesPanel(frame, drawn, { title: 'Accuracy', unit: '%', named: true }));
  }
  return stackedFigure('sharpness', data, frame, panels);
}
