import type { Curve } from './curve.ts';
import { iterationAxis } from './axis.ts';
import { linesPanel } from './lines-panel.ts';
import { lookOf, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { validationDash } from './specification.ts';
import type { FigureOptions, FigurePanel, FigureSpecification } from './specification.ts';
import { domainOf } from './walk.ts';

/** What the learning curves show, over iterations; null: the run did not record it. */
export interface CurvesFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** Mean loss of the mini-batch of each update, nat. */
  readonly batchLoss: Curve | null;
  readonly trainLoss: Curve | null;
  /** Null also where no validation set is kept apart. */
  readonly validationLoss: Curve | null;
  readonly testLoss: Curve | null;
  /** Shares in [0, 1]. */
  readonly trainAccuracy: Curve | null;
  readonly validationAccuracy: Curve | null;
  readonly testAccuracy: Curve | null;
}

/** Loss (nat) and accuracy (per cent) on the training, validation and test examples, over iterations. */
export function curvesFigure(data: CurvesFigureData, options: FigureOptions = {}): FigureSpecification {
  const { width, theme } = lookOf(options);
  const { title, subtitle, ...curves } = data;
  const recorded = Object.values(curves).filter((curve) => curve !== null);
  const frame: PanelFrame = { width, theme, x: iterationAxis(options.window ?? domainOf(...recorded)) };
  const hasAccuracy = [data.trainAccuracy, data.validationAccuracy, data.testAccuracy].some((curve) => curve !== null);
  const panels = [lossPanel(frame, data, !hasAccuracy)];
  if (hasAccuracy) panels.push(accuracyPanel(frame, data));
  return stackedFigure('curves', { title, subtitle }, frame, panels);
}

function lossPanel(frame: PanelFrame, data: CurvesFigureData, named: boolean): FigurePanel {
  const { theme } = frame;
  const drawn = [
    { label: 'mini-batch', color: theme.faint, curve: data.batchLoss, strokeWidth: 1 },
    { label: 'training', color: theme.loss, curve: data.trainLoss, strokeWidth: 1.75 },
    { label: 'validation', color: theme.muted, curve: data.validationLoss, strokeWidth: 1.75, dash: validationDash },
    { label: 'test', color: theme.ink, curve: data.testLoss, strokeWidth: 1.75 },
  ];
  return linesPanel(frame, drawn, { title: 'Loss', unit: 'nat', named });
}

function accuracyPanel(frame: PanelFrame, data: CurvesFigureData): FigurePanel {
  const { theme } = frame;
  const validation = percent(data.validationAccuracy);
  const drawn = [
    { label: 'training', color: theme.loss, curve: percent(data.trainAccuracy), strokeWidth: 1.75 },
    { label: 'validation', color: theme.muted, curve: validation, strokeWidth: 1.75, dash: validationDash },
    { label: 'test', color: theme.ink, curve: percent(data.testAccuracy), strokeWidth: 1.75 },
  ];
  return linesPanel(frame, drawn, { title: 'Accuracy', unit: '%', named: true });
}

/** Shares as per cent. */
export const percent = (curve: Curve | null): Curve | null =>
  curve && { x: curve.x, y: curve.y.map((share) => 100 * share) };
