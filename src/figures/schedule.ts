import { line, panel } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import { defaultWidth } from './specification.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';
import { figureThemes } from './theme.ts';

/** What the figure of a schedule shows. */
export interface ScheduleFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** η of update t = 0, 1, …; at least one. */
  readonly learningRates: Float64Array;
}

/** The learning rate over iterations, as a schedule prescribes it: each rate holds for its update, from t to t + 1. */
export function scheduleFigure(data: ScheduleFigureData, options: FigureOptions = {}): FigureSpecification {
  const { title, subtitle, learningRates } = data;
  const { length } = learningRates;
  const width = options.width ?? defaultWidth;
  const theme = figureThemes[options.theme ?? 'light'];
  const frame: PanelFrame = { width, theme, domain: options.window ?? [0, length] };
  const held = Float64Array.from({ length: length + 1 }, (_, t) => learningRates[Math.min(t, length - 1)]!);
  const rates = { x: held.map((_, t) => t), y: held };
  const panels = [
    panel(frame, {
      title: 'Learning rate',
      unit: null,
      height: 216,
      bottom: true,
      y: { zero: true },
      marks: [line(frame, rates, { stroke: theme.loss, curve: 'step-after' })],
    }),
  ];
  return { id: 'schedule', title, subtitle, width, theme, panels };
}
