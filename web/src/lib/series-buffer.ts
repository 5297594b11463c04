import type { RecordColumns, SeriesName } from '../../../src/contract/index.ts';
import { CurveRows, joiningOf, liesBetweenIterations, lowerBound, positionOf } from '../../../src/figures/index.ts';
import type { RowColumns, SeriesPoint } from '../../../src/figures/index.ts';

/** The newest records of a series as they arrive, ready to be drawn behind a window of the older ones. */
export class SeriesBuffer {
  readonly #series: SeriesName;
  #rows: CurveRows;
  /** The place in the run's history of each record. */
  #seqs: number[] = [];

  constructor(series: SeriesName) {
    this.#series = series;
    this.#rows = new CurveRows(joiningOf(series));
  }

  /** Number of records. */
  get points(): number {
    return this.#seqs.length;
  }

  /** The newest place, or 0. */
  get lastSeq(): number {
    return this.#seqs.at(-1) ?? 0;
  }

  get last(): SeriesPoint | null {
    return this.#rows.length > 0 ? this.#rows.at(this.#rows.length - 1) : null;
  }

  /** Adds the records that are newer than `known` and all it has: one that was sent twice counts once. */
  append(columns: RecordColumns, known = 0): void {
    const newest = Math.max(known, this.lastSeq);
    this.#rows.reserve(columns.seq.length);
    for (let row = 0; row < columns.seq.length; row++) {
      if (columns.seq[row]! <= newest) continue;
      const coordinate = columns.coordinate[row] ?? NaN;
      const iteration = columns.iteration[row]!;
      const alpha = liesBetweenIterations(this.#series) ? coordinate : NaN;
      this.#rows.add(positionOf(iteration, alpha), Number(columns.value[row]), iteration, coordinate);
      this.#seqs.push(columns.seq[row]!);
    }
  }

  /** Drops the records at or after `iteration`. */
  rewind(iteration: number): void {
    this.#rows.rewind(iteration);
    this.#seqs.length = this.#rows.points;
  }

  /** Drops the records up to a place in the history. */
  forget(seq: number): void {
    const { x, y, iteration, coordinate } = this.after(seq);
    const seqs = this.#seqs.slice(this.#seqs.length - countOf(iteration));
    this.#rows = new CurveRows(joiningOf(this.#series));
    iteration.forEach((t, row) => {
      if (!Number.isNaN(t)) this.#rows.add(x[row]!, y[row]!, t, coordinate[row]!);
    });
    this.#seqs = seqs;
  }

  /** The rows of the records after a place in the history. */
  after(seq: number): RowColumns {
    const wanted = this.#seqs.length - lowerBound(this.#seqs, seq + 1);
    const rows = this.#rows;
    let start = rows.length;
    for (let left = wanted; left > 0; start--) if (!Number.isNaN(rows.iteration[start - 1]!)) left--;
    const part = (column: Float64Array): Float64Array => column.subarray(start, rows.length);
    return {
      length: rows.length - start,
      x: part(rows.x),
      y: part(rows.y),
      iteration: part(rows.iteration),
      coordinate: part(rows.coordinate),
    };
  }
}

const countOf = (iterations: Float64Array): number =>
  iterations.reduce((count, iteration) => count + (Number.isNaN(iteration) ? 0 : 1), 0);
