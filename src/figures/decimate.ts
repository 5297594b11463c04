import { lowerBound } from './curve.ts';
import type { Curve } from './curve.ts';

/** Columns that may be longer than what is filled: how a growing curve is handed over without a copy. */
export interface PointColumns {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly length: number;
}

/** At most this many points stand for one pixel: first, last, minimum, maximum, and the first and last gap. */
const pointsPerPixel = 6;

/**
 * Thins a curve to what `pixels` columns of the screen between `from` and `to` can show, without changing the picture.
 *
 * Of the points in one pixel column it keeps the first, the last, the minimum and the maximum, and the first and last
 * gap (`y` not finite, returned as NaN), so that an extreme or a gap is never lost and no gap is bridged. The nearest point outside
 * each edge is kept too, so that lines run to the edge. `x` must ascend. O(points in view).
 */
export function decimate(points: PointColumns, from: number, to: number, pixels: number): Curve {
  const { x, y, length } = points;
  const start = Math.max(0, lowerBound(x, from, length) - 1);
  const end = Math.min(length, upperBound(x, to, length) + 1);
  const columns = Math.max(1, Math.floor(pixels));
  if (end - start <= 2 * columns) return copyOf(points, start, end);
  const out = new CurveBuilder(Math.min(end - start, (columns + 2) * pointsPerPixel));
  const scale = columns / (to - from);
  let index = start;
  while (index < end) {
    const column = columnOf(x[index]!, from, scale, columns);
    let stop = index + 1;
    while (stop < end && columnOf(x[stop]!, from, scale, columns) === column) stop++;
    keepOfColumn(x, y, index, stop, out);
    index = stop;
  }
  return out.curve();
}

const columnOf = (x: number, from: number, scale: number, columns: number): number =>
  Math.max(-1, Math.min(columns, Math.floor((x - from) * scale)));

/** Copies what must stay of the points `start … stop−1` of one pixel column, in their order. */
function keepOfColumn(x: Float64Array, y: Float64Array, start: number, stop: number, out: CurveBuilder): void {
  let first = -1;
  let last = -1;
  let low = -1;
  let high = -1;
  let firstGap = -1;
  let lastGap = -1;
  for (let index = start; index < stop; index++) {
    const value = y[index]!;
    if (!Number.isFinite(value)) {
      if (firstGap < 0) firstGap = index;
      lastGap = index;
      continue;
    }
    if (first < 0) first = low = high = index;
    if (value < y[low]!) low = index;
    if (value > y[high]!) high = index;
    last = index;
  }
  const kept = [first, low, high, last, firstGap, lastGap].sort((a, b) => a - b);
  let before = -1;
  for (const index of kept) {
    if (index > before) out.push(x[index]!, y[index]!);
    before = Math.max(before, index);
  }
}

function copyOf({ x, y }: PointColumns, start: number, end: number): Curve {
  const out = new CurveBuilder(end - start);
  for (let index = start; index < end; index++) out.push(x[index]!, y[index]!);
  return out.curve();
}

function upperBound(values: Float64Array, bound: number, length: number): number {
  let index = lowerBound(values, bound, length);
  while (index < length && values[index] === bound) index++;
  return index;
}

class CurveBuilder {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  #length = 0;

  constructor(capacity: number) {
    this.#x = new Float64Array(capacity);
    this.#y = new Float64Array(capacity);
  }

  push(x: number, y: number): void {
    this.#x[this.#length] = x;
    this.#y[this.#length++] = Number.isFinite(y) ? y : NaN;
  }

  curve(): Curve {
    return { x: this.#x.subarray(0, this.#length), y: this.#y.subarray(0, this.#length) };
  }
}
