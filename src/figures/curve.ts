import type { SeriesName } from '../contract/index.ts';

/** Points joined by straight lines, by ascending `x`; a `y` that is not finite is a gap. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Stored records as columns, the part that a curve needs. A `coordinate` that is NaN means "none". */
export interface CurveColumns {
  readonly length: number;
  readonly iteration: Float64Array;
  readonly coordinate: Float64Array;
  readonly value: Float64Array;
}

/**
 * Which records a curve joins: `consecutive` leaves a gap where an iteration was not measured (interpolations that are
 * recorded in separate windows), `all` joins every record with the next (evaluations once per epoch).
 */
export type Joining = 'consecutive' | 'all';

/** Where a record stands on the axis of iterations: `x = t + α`, in updates; no α is α = 0. */
export const positionOf = (iteration: number, coordinate: number): number =>
  Number.isNaN(coordinate) ? iteration : iteration + coordinate;

/** Whether the coordinate of a series is an α, so that its records stand at `x = t + α`; others stand at `x = t`. */
export const liesBetweenIterations = (series: SeriesName): boolean => series.startsWith('interpolation.');

/** How the records of a series are joined: what is interpolated in windows has gaps between them. */
export const joiningOf = (series: SeriesName): Joining => (liesBetweenIterations(series) ? 'consecutive' : 'all');

/** Whether the curve is broken between records of these two iterations. */
export const isBroken = (joining: Joining, before: number, after: number): boolean =>
  joining === 'consecutive' && after - before > 1;

/** The curve through `records` at `x = t + α`; where it is broken (see {@link Joining}) it carries a point with `y` NaN. */
export function curveOf(records: CurveColumns, joining: Joining): Curve {
  const { iteration, coordinate, value, length } = records;
  const positions = Float64Array.from({ length }, (_, row) => positionOf(iteration[row]!, coordinate[row]!));
  const order = ascendingOrder(positions);
  const x: number[] = [];
  const y: number[] = [];
  let before = -1;
  for (const row of order) {
    if (before >= 0 && isBroken(joining, iteration[before]!, iteration[row]!)) {
      x.push((positions[before]! + positions[row]!) / 2);
      y.push(NaN);
    }
    x.push(positions[row]!);
    y.push(value[row]!);
    before = row;
  }
  return { x: Float64Array.from(x), y: Float64Array.from(y) };
}

/** The rows by ascending position; rows of one position stay in their order. */
function ascendingOrder(positions: Float64Array): Uint32Array {
  const order = Uint32Array.from(positions.keys());
  const isAscending = positions.every((position, row) => row === 0 || position >= positions[row - 1]!);
  return isAscending ? order : order.sort((a, b) => positions[a]! - positions[b]! || a - b);
}

/** Index of the first of the ascending `values` that is not below `bound`, or `length` when all are below. */
export function lowerBound(values: ArrayLike<number>, bound: number, length: number = values.length): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The part of a curve with `from ≤ x ≤ to`, cut exactly at both ends: where a line crosses the edge, the point on the
 * edge is interpolated.
 */
export function clipCurve(curve: Curve, from: number, to: number): Curve {
  const { x, y } = curve;
  const first = lowerBound(x, from);
  let last = first;
  while (last < x.length && x[last]! <= to) last++;
  const xs: number[] = [];
  const ys: number[] = [];
  const crossing = (index: number, edge: number): void => {
    if (index <= 0 || index >= x.length || x[index] === x[index - 1]) return;
    const share = (edge - x[index - 1]!) / (x[index]! - x[index - 1]!);
    if (share <= 0 || share >= 1) return;
    xs.push(edge);
    ys.push(y[index - 1]! + share * (y[index]! - y[index - 1]!));
  };
  crossing(first, from);
  for (let index = first; index < last; index++) {
    xs.push(x[index]!);
    ys.push(y[index]!);
  }
  crossing(last, to);
  return { x: Float64Array.from(xs), y: Float64Array.from(ys) };
}

/** Smallest and largest finite `y`, or null when there is none. */
export function extentOf(curves: readonly Curve[]): readonly [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const { y } of curves) {
    for (const value of y) {
      if (!Number.isFinite(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : null;
}
