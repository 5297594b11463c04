import { isBroken, lowerBound, type Curve, type Joining } from './curve.ts';
import type { PointColumns } from './decimate.ts';

const columnNames = ['x', 'y', 'iteration', 'coordinate'] as const;
type Columns = Record<(typeof columnNames)[number], Float64Array<ArrayBuffer>>;

const allocate = (capacity: number): Columns => ({
  x: new Float64Array(capacity),
  y: new Float64Array(capacity),
  iteration: new Float64Array(capacity),
  coordinate: new Float64Array(capacity),
});

/**
 * Rows of a curve by ascending `x`: a record each, and where the curve is broken a row without one (`y` and `iteration`
 * NaN). `coordinate` NaN is "none"; a `y` that is not finite was measured where `iteration` is a number.
 */
export interface RowColumns extends PointColumns {
  readonly iteration: Float64Array;
  readonly coordinate: Float64Array;
}

/** A measured point of a series. */
export interface SeriesPoint {
  readonly iteration: number;
  /** For example α; null where the series has none. */
  readonly coordinate: number | null;
  readonly value: number;
}

/** {@link RowColumns} that grow by doubling, and shrink when records are withdrawn. */
export class CurveRows implements RowColumns {
  readonly #joining: Joining;
  #columns: Columns;
  #rows = 0;
  #points = 0;

  constructor(joining: Joining, capacity = 1024) {
    this.#joining = joining;
    this.#columns = allocate(capacity);
  }

  get x(): Float64Array<ArrayBuffer> {
    return this.#columns.x;
  }

  get y(): Float64Array<ArrayBuffer> {
    return this.#columns.y;
  }

  get iteration(): Float64Array<ArrayBuffer> {
    return this.#columns.iteration;
  }

  get coordinate(): Float64Array<ArrayBuffer> {
    return this.#columns.coordinate;
  }

  /** Filled rows, those of breaks included. */
  get length(): number {
    return this.#rows;
  }

  /** Number of records. */
  get points(): number {
    return this.#points;
  }

  /** Memory that the columns take. */
  get bytes(): number {
    return columnNames.length * this.#columns.x.byteLength;
  }

  /** Makes room for so many records more. */
  reserve(points: number): void {
    const rows = this.#rows + points;
    const capacity = this.#columns.x.length;
    if (rows <= capacity) return;
    const larger = allocate(Math.max(rows, 2 * capacity));
    for (const name of columnNames) larger[name].set(this.#columns[name].subarray(0, this.#rows));
    this.#columns = larger;
  }

  /** Adds a record, and before it a break where the curve has one. `x` must not be below that of the row before. */
  add(x: number, value: number, iteration: number, coordinate: number): void {
    const before = this.#rows - 1;
    if (before >= 0 && isBroken(this.#joining, this.#columns.iteration[before]!, iteration)) {
      this.#write((this.#columns.x[before]! + x) / 2, NaN, NaN, NaN);
    }
    this.#write(x, value, iteration, coordinate);
    this.#points++;
  }

  /** Drops the records at or after `iteration`. The last row is never a break. */
  rewind(iteration: number): void {
    while (this.#rows > 0 && !(this.#columns.iteration[this.#rows - 1]! < iteration)) {
      if (!Number.isNaN(this.#columns.iteration[this.#rows - 1]!)) this.#points--;
      this.#rows--;
    }
  }

  /** The record of a row. */
  at(row: number): SeriesPoint {
    return pointAt(this, row);
  }

  #write(x: number, y: number, iteration: number, coordinate: number): void {
    if (this.#rows === this.#columns.x.length) this.reserve(1);
    const row = this.#rows++;
    this.#columns.x[row] = x;
    this.#columns.y[row] = y;
    this.#columns.iteration[row] = iteration;
    this.#columns.coordinate[row] = coordinate;
  }
}

/** The record of a row that is no break. */
export const pointAt = ({ iteration, coordinate, y }: RowColumns, row: number): SeriesPoint => ({
  iteration: iteration[row]!,
  coordinate: Number.isNaN(coordinate[row]!) ? null : coordinate[row]!,
  value: y[row]!,
});

/** The row of the record whose `x` is nearest, never a break; −1 when there is none within `within`. */
export function nearestRow(rows: RowColumns, x: number, within: number): number {
  const after = lowerBound(rows.x, x, rows.length);
  let best = -1;
  for (let row = Math.max(0, after - 2); row < Math.min(rows.length, after + 2); row++) {
    if (Number.isNaN(rows.iteration[row]!)) continue;
    if (best < 0 || Math.abs(rows.x[row]! - x) < Math.abs(rows.x[best]! - x)) best = row;
  }
  return best >= 0 && Math.abs(rows.x[best]! - x) <= within ? best : -1;
}

/** How many records of a part of a curve there are, and how many of them no line can show. */
export interface Census {
  readonly points: number;
  readonly notANumber: number;
  readonly infinite: number;
  readonly negativeInfinite: number;
  /** Finite, but 0 or negative: without a place on a logarithmic axis. */
  readonly notPositive: number;
}

/** Counts the records of the rows `start … end−1`. */
export function censusOf({ y, iteration }: RowColumns, start: number, end: number): Census {
  let [points, notANumber, infinite, negativeInfinite, notPositive] = [0, 0, 0, 0, 0];
  for (let row = start; row < end; row++) {
    const value = y[row]!;
    if (value > 0) {
      points++;
      if (value === Infinity) infinite++;
    } else if (!Number.isNaN(iteration[row]!)) {
      points++;
      if (Number.isNaN(value)) notANumber++;
      else if (value === -Infinity) negativeInfinite++;
      else notPositive++;
    }
  }
  return { points, notANumber, infinite, negativeInfinite, notPositive };
}

/** The rows as a curve to draw. */
export const curveOfRows = ({ x, y, length }: PointColumns): Curve => ({
  x: Float64Array.from(x.subarray(0, length)),
  y: Float64Array.from(y.subarray(0, length), (value) => (Number.isFinite(value) ? value : NaN)),
});
