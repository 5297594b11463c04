import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { isOnAxis } from './axis.ts';
import type { FittedAxis } from './axis.ts';
import type { PanelFrame } from './panel.ts';

/** Why a measured value has no height on an axis. `notPositive`: zero or negative, on a logarithmic one. */
export type OffScale = 'notANumber' | 'infinite' | 'negativeInfinite' | 'notPositive';

/** A measured value without a height, at the place where it was measured. */
export interface ValueMark {
  readonly kind: OffScale;
  readonly x: number;
  /** Height of the curve beside it, on which a NaN is marked; null: none is known. */
  readonly beside: number | null;
}

/** How each kind is marked: NaN on the curve, the others at the edge of the panel towards which they lie. */
export const valueSymbols: Readonly<Record<OffScale, string>> = {
  notANumber: '×',
  infinite: '▲',
  negativeInfinite: '▼',
  notPositive: '○',
};

/** At the top of a panel, at its bottom, or at a height. */
export function markHeight({ kind, beside }: ValueMark, y: FittedAxis): number {
  const [low, high] = y.domain;
  if (kind === 'infinite') return high;
  if (kind === 'notANumber' && beside !== null) return Math.min(high, Math.max(low, beside));
  return low;
}

const upward = { draw: (context: CanvasPath, size: number) => triangle(context, size, -1) };
const downward = { draw: (context: CanvasPath, size: number) => triangle(context, size, 1) };

/** The part of a path that a triangle needs. */
interface CanvasPath {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
}

/** A triangle with one corner up (−1) or down (1) of the area `size`. */
function triangle(context: CanvasPath, size: number, direction: 1 | -1): void {
  const reach = Math.sqrt(size / 2);
  context.moveTo(-reach, -direction * reach);
  context.lineTo(reach, -direction * reach);
  context.lineTo(0, direction * reach);
  context.closePath();
}

function symbolOf(kind: OffScale): Plot.SymbolType {
  if (kind === 'notANumber') return 'times';
  if (kind === 'notPositive') return 'circle';
  return kind === 'infinite' ? upward : downward;
}

/** The marks of one colour that lie within the limits of the horizontal axis. */
export function valueMarks(frame: PanelFrame, y: FittedAxis, marks: readonly ValueMark[], color: string): Markish[] {
  const seen = marks.filter(({ x }) => isOnAxis(frame.x, x));
  return (['notANumber', 'infinite', 'negativeInfinite', 'notPositive'] as const).flatMap((kind) => {
    const chosen = seen.filter((mark) => mark.kind === kind);
    if (chosen.length === 0) return [];
    const places = { x: chosen.map(({ x }) => x), y: chosen.map((mark) => markHeight(mark, y)) };
    const symbol = symbolOf(kind);
    const isHollow = kind === 'notANumber' || kind === 'notPositive';
    const look = isHollow ? { stroke: color, strokeWidth: 1.5, fill: 'none' } : { fill: color };
    return [Plot.dot({ length: chosen.length }, { ...places, r: 3.5, symbol, ...look, clip: false })];
  });
}
