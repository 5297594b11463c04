import { iterationAxis } from './axis.ts';
import { line } from './line.ts';
import { lookOf, panel, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';

/** What the figure of a schedule shows. */
export interface ScheduleFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** η of update t = 0, 1, …; at least one. */
  readonly learningRates: Float64Array;
}

/** The learning rate over iterations, as a schedule prescribes it: each rate holds for its update, from t to t + 1. */
export function scheduleFigure(data: ScheduleFigureData, options: FigureOptions = {}): FigureSpecification {
  const { learningRates } = data;
  const { length } = learningRates;
  const { width, theme } = lookOf(options);
  const frame: PanelFrame = { width, theme, x: iterationAxis(options.window ?? [0, length]) };
  const held = Float64Array.from({ length: length + 1 }, (_, t) => learningRates[Math.min(t, length - 1)]!);
  const rates = { x: held.map((_, t) => t), y: held };
  const panels = [
    panel(frame, {
      title: 'Learning rate',
      unit: null,
      height: 216,
      named: true,
      y: { zero: true },
      marks: [line(frame, rates, { stroke: theme.loss, curve: 'step-after' })],
    }),
  ];
  return stackedFigure('schedule', data, frame, panels);
}
