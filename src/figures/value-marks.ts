import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { isOnAxis } from './axis.ts';
import type { FittedAxis } from './axis.ts';
import { markHeight, type OffScale, type ValueMark } from './mark-height.ts';
import type { PanelFrame } from './panel.ts';

/** How each kind is marked: NaN on the curve, the others at the edge of the panel towards which they lie. */
export const valueSymbols: Readonly<Record<OffScale, string>> = {
  notANumber: '×',
  infinite: '▲',
  negativeInfinite: '▼',
  notPositive: '○',
};

const symbols = {
  notANumber: { symbol: 'times' },
  infinite: { symbol: 'triangle' },
  negativeInfinite: { symbol: 'triangle', rotate: 180 },
  notPositive: { symbol: 'circle' },
} as const satisfies Record<OffScale, Plot.DotOptions>;

/** The marks of one colour that lie within the limits of the horizontal axis. */
export function valueMarks(frame: PanelFrame, y: FittedAxis, marks: readonly ValueMark[], color: string): Markish[] {
  const seen = marks.filter(({ x }) => isOnAxis(frame.x, x));
  return (['notANumber', 'infinite', 'negativeInfinite', 'notPositive'] as const).flatMap((kind) => {
    const chosen = seen.filter((mark) => mark.kind === kind);
    if (chosen.length === 0) return [];
    const places = { x: chosen.map(({ x }) => x), y: chosen.map((mark) => markHeight(mark, y)) };
    const isHollow = kind === 'notANumber' || kind === 'notPositive';
    const look = isHollow ? { stroke: color, strokeWidth: 1.5, fill: 'none' } : { fill: color };
    return [Plot.dot({ length: chosen.length }, { ...places, ...symbols[kind], r: 3.5, ...look, clip: false })];
  });
}
