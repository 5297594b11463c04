import { canShow, scaled, type Scale } from './axis.ts';
import { lowerBound } from './curve.ts';
import type { Curve } from './curve.ts';

/** Columns that may be longer than what is filled: how a growing curve is handed over without a copy. */
export interface PointColumns {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly length: number;
}

/** Columns of the screen into which a curve is drawn. */
export interface Grid {
  readonly from: number;
  readonly to: number;
  /** How many columns stand between `from` and `to`. */
  readonly pixels: number;
  /** Scale on which the columns are equally wide; default: linear. Points without a place on it are left out. */
  readonly x?: Scale;
  /** On a logarithmic scale minimum and maximum are those of the values that it can show; default: linear. */
  readonly y?: Scale;
}

/**
 * Thins a curve to what `pixels` columns of the screen between `from` and `to` can show, without changing the picture.
 *
 * Of the points in one pixel column it keeps the first, the last, the minimum and the maximum, and the first and last
 * gap (`y` not finite, returned as NaN), so that an extreme or a gap is never lost and no gap is bridged. The nearest point outside
 * each edge is kept too, so that lines run to the edge. `x` must ascend. O(points in view).
 */
export function decimate(points: PointColumns, from: number, to: number, pixels: number): Curve {
  const rows = decimateRows({ x: points.x, y: points.y, length: points.length }, { from, to, pixels });
  const y = Float64Array.from(rows, (row) => points.y[row]!);
  return {
    x: Float64Array.from(rows, (row) => points.x[row]!),
    y: y.map((value) => (Number.isFinite(value) ? value : NaN)),
  };
}

/**
 * The rows that {@link decimate} keeps, ascending. Where `iteration` tells measured values from breaks (NaN), the first NaN,
 * +∞, −∞ and, on a logarithmic scale, the first value of a column that is not positive are kept too: they can be marked.
 */
export function decimateRows(points: PointColumns & { readonly iteration?: Float64Array }, grid: Grid): Uint32Array {
  const { x, length } = points;
  const { from, to, x: scale = 'linear' } = grid;
  const placed = scale === 'log' ? upperBound(x, 0, length) : 0;
  const start = Math.max(placed, lowerBound(x, from, length) - 1);
  const end = Math.min(length, upperBound(x, to, length) + 1);
  const columns = Math.max(1, Math.floor(grid.pixels));
  if (end - start <= 2 * columns) return Uint32Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at);
  const keeper = new ColumnKeeper(points, grid.y ?? 'linear');
  const origin = scaled(scale, from);
  // A window of no width is a single column.
  const width = columns / (scaled(scale, to) - origin || 1);
  const columnOf = (value: number): number =>
    Math.max(-1, Math.min(columns, Math.floor((scaled(scale, value) - origin) * width)));
  let index = start;
  while (index < end) {
    const column = columnOf(x[index]!);
    let stop = index + 1;
    while (stop < end && columnOf(x[stop]!) === column) stop++;
    keeper.keep(index, stop);
    index = stop;
  }
  return Uint32Array.from(keeper.rows);
}

/** Chooses what must stay of the points of one pixel column. */
class ColumnKeeper {
  readonly rows: number[] = [];
  readonly #y: Float64Array;
  readonly #iteration: Float64Array | undefined;
  readonly #scale: Scale;

  constructor({ y, iteration }: PointColumns & { readonly iteration?: Float64Array }, scale: Scale) {
    this.#y = y;
    this.#iteration = iteration;
    this.#scale = scale;
  }

  /** Adds what stays of the rows `start … stop−1`, in their order. */
  keep(start: number, stop: number): void {
    const y = this.#y;
    let [first, last, low, high, firstGap, lastGap] = [-1, -1, -1, -1, -1, -1];
    for (let row = start; row < stop; row++) {
      const value = y[row]!;
      if (!canShow(this.#scale, value)) {
        if (firstGap < 0) firstGap = row;
        lastGap = row;
        continue;
      }
      if (first < 0) first = low = high = row;
      if (value < y[low]!) low = row;
      if (value > y[high]!) high = row;
      last = row;
    }
    const marks = firstGap >= 0 && this.#iteration ? this.#marks(this.#iteration, firstGap, lastGap) : [];
    const kept = [first, low, high, last, firstGap, lastGap, ...marks].sort((a, b) => a - b);
    let before = -1;
    for (const row of kept) {
      if (row > before) this.rows.push(row);
      before = Math.max(before, row);
    }
  }

  /** The first row of each kind of value that no line can show. */
  #marks(iteration: Float64Array, firstGap: number, lastGap: number): number[] {
    let [notANumber, infinite, negativeInfinite, notPositive] = [-1, -1, -1, -1];
    for (let row = firstGap; row <= lastGap; row++) {
      const value = this.#y[row]!;
      if (canShow(this.#scale, value) || Number.isNaN(iteration[row]!)) continue;
      if (Number.isNaN(value)) notANumber = notANumber < 0 ? row : notANumber;
      else if (value === Infinity) infinite = infinite < 0 ? row : infinite;
      else if (value === -Infinity) negativeInfinite = negativeInfinite < 0 ? row : negativeInfinite;
      else notPositive = notPositive < 0 ? row : notPositive;
    }
    return [notANumber, infinite, negativeInfinite, notPositive];
  }
}

/** Index of the first of the ascending `values` above `bound`, or `length`. */
export function upperBound(values: Float64Array, bound: number, length: number): number {
  let low = lowerBound(values, bound, length);
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
