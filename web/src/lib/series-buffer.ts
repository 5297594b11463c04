import type { RecordColumns } from '../../../src/contract/index.ts';
import { isBroken, lowerBound, positionOf } from '../../../src/figures/index.ts';
import type { Joining, PointColumns } from '../../../src/figures/index.ts';

const columnNames = ['x', 'y', 'iteration', 'coordinate', 'seq'] as const;
type Columns = Record<(typeof columnNames)[number], Float64Array>;

const allocate = (capacity: number): Columns => ({
  x: new Float64Array(capacity),
  y: new Float64Array(capacity),
  iteration: new Float64Array(capacity),
  coordinate: new Float64Array(capacity),
  seq: new Float64Array(capacity),
});

/** A measured point of a series. */
export interface SeriesPoint {
  readonly iteration: number;
  /** α, or null where the series has none. */
  readonly coordinate: number | null;
  readonly value: number;
}

/**
 * One series of a run as it arrives: columns that grow by doubling, ready to be drawn. Where the curve is broken they
 * hold a row without a record (`y`, `iteration` and `seq` NaN).
 */
export class SeriesBuffer implements PointColumns {
  readonly #joining: Joining;
  #columns = allocate(1024);
  #rows = 0;
  #points = 0;

  constructor(joining: Joining) {
    this.#joining = joining;
  }

  get x(): Float64Array {
    return this.#columns.x;
  }

  get y(): Float64Array {
    return this.#columns.y;
  }

  /** Filled rows, those of breaks included. */
  get length(): number {
    return this.#rows;
  }

  /** Number of records. */
  get points(): number {
    return this.#points;
  }

  /** The newest `seq`, or 0. The last row is never a break. */
  get lastSeq(): number {
    return this.#rows > 0 ? this.#columns.seq[this.#rows - 1]! : 0;
  }

  get last(): SeriesPoint | null {
    return this.#rows > 0 ? this.#at(this.#rows - 1) : null;
  }

  /** Adds the records that are newer than all it has: one that was sent twice counts once. */
  append(columns: RecordColumns): void {
    const known = this.lastSeq;
    this.#reserve(this.#rows + 2 * columns.seq.length);
    for (let row = 0; row < columns.seq.length; row++) {
      if (columns.seq[row]! <= known) continue;
      this.#push(
        columns.seq[row]!,
        columns.iteration[row]!,
        columns.coordinate[row] ?? NaN,
        Number(columns.value[row]),
      );
    }
  }

  /** Drops the records at or after `iteration`. */
  rewind(iteration: number): void {
    while (this.#rows > 0 && !(this.#columns.iteration[this.#rows - 1]! < iteration)) {
      if (!Number.isNaN(this.#columns.iteration[this.#rows - 1]!)) this.#points--;
      this.#rows--;
    }
  }

  /** The record whose position is nearest to `x`, or null when there is none within `within` iterations. */
  nearest(x: number, within: number): SeriesPoint | null {
    const after = lowerBound(this.x, x, this.#rows);
    let best = -1;
    for (let row = Math.max(0, after - 2); row < Math.min(this.#rows, after + 2); row++) {
      if (Number.isNaN(this.#columns.iteration[row]!)) continue;
      if (best < 0 || Math.abs(this.x[row]! - x) < Math.abs(this.x[best]! - x)) best = row;
    }
    return best >= 0 && Math.abs(this.x[best]! - x) <= within ? this.#at(best) : null;
  }

  /** Calls `visit` for every record. */
  forEach(visit: (point: SeriesPoint) => void): void {
    for (let row = 0; row < this.#rows; row++) if (!Number.isNaN(this.#columns.iteration[row]!)) visit(this.#at(row));
  }

  #at(row: number): SeriesPoint {
    const { iteration, coordinate, y } = this.#columns;
    return {
      iteration: iteration[row]!,
      coordinate: Number.isNaN(coordinate[row]!) ? null : coordinate[row]!,
      value: y[row]!,
    };
  }

  #push(seq: number, iteration: number, coordinate: number, value: number): void {
    const x = positionOf(iteration, coordinate);
    const before = this.#rows - 1;
    if (before >= 0 && isBroken(this.#joining, this.#columns.iteration[before]!, iteration)) {
      this.#write((this.#columns.x[before]! + x) / 2, NaN, NaN, NaN, NaN);
    }
    this.#write(x, value, iteration, coordinate, seq);
    this.#points++;
  }

  #write(x: number, y: number, iteration: number, coordinate: number, seq: number): void {
    const row = this.#rows++;
    this.#columns.x[row] = x;
    this.#columns.y[row] = y;
    this.#columns.iteration[row] = iteration;
    this.#columns.coordinate[row] = coordinate;
    this.#columns.seq[row] = seq;
  }

  #reserve(rows: number): void {
    const capacity = this.#columns.x.length;
    if (rows <= capacity) return;
    const larger = allocate(Math.max(rows, 2 * capacity));
    for (const name of columnNames) larger[name].set(this.#columns[name].subarray(0, this.#rows));
    this.#columns = larger;
  }
}
