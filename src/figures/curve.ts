import type { SeriesName } from '../contract/index.ts';

/** Points joined by straight lines, by ascending `x`; a `y` that is not finite is a gap. */
export interface Curve {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Recorded points whose `y` is not finite, as it is. Gaps where nothing was measured are not among them; absent: none. */
  readonly lost?: Points;
}

/** Places that no line joins. */
export interface Points {
  readonly x: readonly number[];
  readonly y: readonly number[];
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

/** Curves of records that were asked for before: a reader who moves a window has the same records drawn again and again. */
const made = new WeakMap<CurveColumns, Map<Joining, Curve>>();

/**
 * The curve through `records` at `x = t + α`; where it is broken (see {@link Joining}) it carries a point with `y` NaN. The same
 * records give the same curve, so that they must not be changed afterwards.
 */
export function curveOf(records: CurveColumns, joining: Joining): Curve {
  const known = made.get(records) ?? new Map<Joining, Curve>();
  made.set(records, known);
  const curve = known.get(joining) ?? makeCurve(records, joining);
  known.set(joining, curve);
  return curve;
}

function makeCurve({ iteration, coordinate, value, length }: CurveColumns, joining: Joining): Curve {
  const positions = columnOf(length, (row) => positionOf(iteration[row]!, coordinate[row]!));
  const order = ascendingOrder(positions);
  // Between two records at most one break.
  const [x, y] = [new Float64Array(2 * length), new Float64Array(2 * length)];
  let filled = 0;
  for (let index = 0; index < length; index++) {
    const row = order[index]!;
    const before = order[index - 1];
    if (before !== undefined && isBroken(joining, iteration[before]!, iteration[row]!)) {
      x[filled] = (positions[before]! + positions[row]!) / 2;
      y[filled++] = NaN;
    }
    x[filled] = positions[row]!;
    y[filled++] = value[row]!;
  }
  return withLost({ x: x.slice(0, filled), y: y.slice(0, filled) }, positions, value, order);
}

/** The curve through points, by ascending x. */
export function curveThrough(x: readonly number[], y: readonly number[]): Curve {
  const order = ascendingOrder(Float64Array.from(x));
  const columns = {
    x: columnOf(order.length, (index) => x[order[index]!]!),
    y: columnOf(order.length, (index) => y[order[index]!]!),
  };
  return withLost(columns, x, y, order);
}

/** A curve, and which of its values are not finite: those of `order`. */
function withLost(curve: Curve, x: ArrayLike<number>, y: ArrayLike<number>, order: Uint32Array): Curve {
  const lost = order.filter((index) => !Number.isFinite(y[index]));
  if (lost.length === 0) return curve;
  return { ...curve, lost: { x: Array.from(lost, (index) => x[index]!), y: Array.from(lost, (index) => y[index]!) } };
}

/** The rows by ascending position; rows of one position stay in their order. */
function ascendingOrder(positions: Float64Array): Uint32Array {
  const order = new Uint32Array(positions.length);
  let isAscending = true;
  for (let row = 0; row < order.length; row++) {
    order[row] = row;
    if (row > 0 && !(positions[row]! >= positions[row - 1]!)) isAscending = false;
  }
  return isAscending ? order : order.sort((a, b) => positions[a]! - positions[b]! || a - b);
}

/** `length` numbers by their index: `Float64Array.from` walks an iterator, which takes ten times as long. */
export function columnOf(length: number, valueOf: (index: number) => number): Float64Array {
  const column = new Float64Array(length);
  for (let index = 0; index < length; index++) column[index] = valueOf(index);
  return column;
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

/** The rows of ascending `x` that a window shows, and one beyond each edge to which a line runs. */
export function rowsInWindow(x: Float64Array, [from, to]: readonly [number, number]): readonly [number, number] {
  const start = Math.max(0, lowerBound(x, from) - 1);
  let end = lowerBound(x, to);
  while (end < x.length && x[end]! <= to) end++;
  return [start, Math.min(x.length, end + 1)];
}

/** The part of a curve that a window shows, with one point beyond each edge. Nothing is copied; what is `lost` stays whole. */
export function inWindow(curve: Curve, window: readonly [number, number]): Curve {
  const [start, end] = rowsInWindow(curve.x, window);
  return { ...curve, x: curve.x.subarray(start, end), y: curve.y.subarray(start, end) };
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
