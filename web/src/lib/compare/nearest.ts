import { lowerBound } from '../../../../src/figures/index.ts';
import type { PictureCurve } from './picture.ts';

/** Where a panel draws values, pixels. */
export interface Placing {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  /** Inverse of {@link Placing.x}. */
  readonly valueOfX: (pixels: number) => number;
}

/** A measured value that the cursor is nearest to. */
export interface Nearest {
  readonly curve: PictureCurve;
  readonly row: number;
  /** Pixels between the cursor and the curve. */
  readonly distance: number;
}

/** Rows on either side of the cursor that are looked at, beside those within `reach`. */
const neighbours = 1;
/** More rows than one column of the screen can have. */
const mostRows = 64;

/**
 * The curve nearest to a point of a panel, and of its measured values the nearest one; null where no curve is within `reach` pixels. Of each
 * curve only the rows around the cursor are looked at, found by bisection: O(curves · log rows).
 */
export function nearestTo(
  curves: readonly PictureCurve[],
  placing: Placing,
  [left, top]: readonly [number, number],
  reach: number,
): Nearest | null {
  const [from, to] = [placing.valueOfX(left - reach), placing.valueOfX(left + reach)];
  let best: Nearest | null = null;
  for (const curve of curves) {
    if (!curve.found) continue;
    const found = nearestOfCurve(curve, placing, [left, top], from, to);
    if (found && found.distance <= reach && (!best || found.distance < best.distance)) best = found;
  }
  return best;
}

function nearestOfCurve(
  curve: PictureCurve,
  { x, y }: Placing,
  [left, top]: readonly [number, number],
  from: number,
  to: number,
): Nearest | null {
  const { data } = curve;
  const start = Math.max(0, lowerBound(data.x, from, data.length) - neighbours);
  const stop = Math.min(data.length, lowerBound(data.x, to, data.length) + neighbours, start + mostRows);
  let [row, distance, toRow] = [-1, Infinity, Infinity];
  let [beforeX, beforeY] = [NaN, NaN];
  for (let index = start; index < stop; index++) {
    const [atX, atY] = [x(data.x[index]!), y(data.y[index]!)];
    distance = Math.min(distance, distanceToLine(left, top, beforeX, beforeY, atX, atY));
    [beforeX, beforeY] = [atX, atY];
    const apart = Math.hypot(atX - left, atY - top);
    if (!(apart < toRow) || Number.isNaN(data.iteration[index]!)) continue;
    [row, toRow] = [index, apart];
  }
  return row < 0 ? null : { curve, row, distance: Math.min(distance, toRow) };
}

/** Distance of (px, py) from the line between (ax, ay) and (bx, by); Infinity where it has no such end. */
function distanceToLine(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  if (Number.isNaN(length)) return Infinity;
  const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length));
  return Math.hypot(ax + share * dx - px, ay + share * dy - py);
}
