import * as Plot from '@observablehq/plot';
import { clipCurve } from './curve.ts';
import type { Curve } from './curve.ts';
import { edgeContent } from './edges.ts';
import { iterationAxis } from './axis.ts';
import { line } from './line.ts';
import { innerWidth, lookOf, panel, stackedFigure } from './panel.ts';
import type { PanelFrame } from './panel.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';
import { domainOf } from './walk.ts';

/** What the figure of heights shows, over iterations. */
export interface HeightsFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** `(L(θ_t) + L(θ_{t+1}) − 2 min_α L)/2`, nat (W-height). */
  readonly height: Curve;
  /** Height of a barrier above the higher end, nat; 0 where none was crossed (W-barrier). */
  readonly barrier: Curve;
}

/** Height above the valley floor, and the barriers that updates crossed (a stem for each), over iterations. */
export function heightsFigure(data: HeightsFigureData, options: FigureOptions = {}): FigureSpecification {
  const { width, theme } = lookOf(options);
  const frame: PanelFrame = { width, theme, x: iterationAxis(options.window ?? domainOf(data.height)) };
  const seen = clipCurve(data.barrier, ...frame.x.domain);
  const crossed = Array.from(seen.x.keys()).filter((index) => seen.y[index]! > 0);
  const tallest = tallestByColumn(frame, seen, crossed);
  const stems = { x: tallest.map((index) => seen.x[index]!), y: tallest.map((index) => seen.y[index]!) };
  const thinned =
    tallest.length < crossed.length ? ['of the barriers in one column of pixels the highest is drawn'] : [];
  const height = edgeContent(frame, [{ curve: data.height, color: theme.loss }]);
  const barrier = edgeContent(frame, [{ curve: data.barrier, color: theme.ink }]);
  const panels = [
    panel(frame, {
      title: 'Height above the valley floor',
      unit: 'nat',
      height: 200,
      named: false,
      notes: height.notes,
      y: { zero: true },
      marks: [line(frame, data.height, { stroke: theme.loss }), ...height.marks],
    }),
    panel(frame, {
      title: `Barriers crossed: ${crossed.length}`,
      unit: 'nat',
      height: 166,
      named: true,
      notes: [...thinned, ...barrier.notes],
      y: { zero: true },
      marks: [
        Plot.ruleY([0], { stroke: theme.muted }),
        Plot.ruleX(
          { length: tallest.length },
          { x: stems.x, y1: 0, y2: stems.y, stroke: theme.ink, strokeWidth: 1.25 },
        ),
        Plot.dot({ length: tallest.length }, { ...stems, r: 2.5, fill: theme.ink }),
        ...barrier.marks,
      ],
    }),
  ];
  return stackedFigure('heights', data, frame, panels);
}

/** Of the rows of each column of pixels the one with the largest `y`. */
function tallestByColumn({ x, width }: PanelFrame, { x: xs, y }: Curve, rows: readonly number[]): number[] {
  const [from, to] = x.domain;
  const columns = new Map<number, number>();
  for (const row of rows) {
    const column = Math.floor(((xs[row]! - from) / (to - from)) * innerWidth(width));
    const held = columns.get(column);
    if (held === undefined || y[row]! > y[held]!) columns.set(column, row);
  }
  return [...columns.values()];
}
