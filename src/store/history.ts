import { ThalwegError } from '../base/index.ts';
import { isSeriesName, type SeriesName } from '../contract/index.ts';
import {
  inTransaction,
  newestSeq,
  readFailure,
  type MetricsDatabase,
  type MetricsStatement,
  type RecordRow,
} from './core/index.ts';
import { openForReading } from './database.ts';

type Column = Float64Array<ArrayBuffer>;

/** How far a copy of a history is: the last place in the sequence of records and rewinds, and the last iteration of the clock (−1: none). */
export interface HistoryPosition {
  readonly seq: number;
  readonly clock: number;
}

/**
 * A piece of a run's history as it lies in `metrics.db`, in the order of the sequence. Applied to a copy that stands at `from`,
 * it makes one that stands at `to`: the rewinds withdraw first, then the records are added, then the clock from
 * `clock.from` on is replaced. NaN in `coordinate` and `examples` stands for "none".
 */
export interface HistoryPage {
  readonly from: number;
  readonly to: number;
  readonly records: {
    readonly seq: Column;
    /** One name for each row. */
    readonly series: readonly SeriesName[];
    readonly iteration: Column;
    readonly coordinate: Column;
    readonly value: Column;
    readonly standardError: Column;
    /** 1 for an estimate, whose standard error may be NaN; 0 for an exact value, which has none. */
    readonly isEstimate: Column;
    readonly examples: Column;
  };
  readonly rewinds: { readonly seq: Column; readonly iteration: Column };
  readonly clock: { readonly from: number; readonly iteration: Column; readonly seconds: Column };
  /** Whether there was more when it was read. */
  readonly isLast: boolean;
}

/** Reads the history of one database, also while it is written. A fork's has only its own part. */
export class HistoryReader {
  readonly #path: string;
  readonly #database: MetricsDatabase;
  readonly #records: MetricsStatement;
  readonly #rewinds: MetricsStatement;
  readonly #clock: MetricsStatement;
  readonly #names = new Map<number, SeriesName>();

  /** Throws `RUN_INVALID` for a database that is missing, damaged or newer. */
  constructor(path: string) {
    this.#path = path;
    this.#database = openForReading(path);
    this.#records = this.#prepare(
      'SELECT seq, series, iteration, coordinate, value, standard_error, examples FROM record WHERE seq > ? ORDER BY seq LIMIT ?',
    );
    this.#rewinds = this.#prepare('SELECT seq, iteration FROM rewind WHERE seq > ? AND seq <= ? ORDER BY seq');
    this.#clock = this.#prepare('SELECT iteration, seconds FROM clock WHERE iteration >= ? ORDER BY iteration LIMIT ?');
  }

  newestSeq(): number {
    return this.#read(() => newestSeq(this.#database));
  }

  /** What follows a position: at most `limit` records, and as many points of the clock. One consistent snapshot. */
  page(after: HistoryPosition, limit: number): HistoryPage {
    return this.#read(() => inTransaction(this.#database, 'DEFERRED', () => this.#page(after, limit)));
  }

  close(): void {
    this.#database.close();
  }

  #page(after: HistoryPosition, limit: number): HistoryPage {
    const rows = this.#records.all(after.seq, limit) as HistoryRow[];
    const isFull = rows.length === limit;
    const to = isFull ? rows.at(-1)![0] : Math.max(newestSeq(this.#database), after.seq);
    const rewinds = this.#rewinds.all(after.seq, to) as (readonly [number, number])[];
    // Work that went on from an earlier iteration replaced the time behind it.
    const from = Math.min(after.clock, ...rewinds.map(([, iteration]) => iteration));
    // The last point that is there already comes again: with one alone it would never go on.
    const most = Math.max(limit, 2);
    const times = this.#clock.all(from, most) as (readonly [number, number])[];
    return {
      from: after.seq,
      to,
      records: this.#columns(rows),
      rewinds: { seq: pick(rewinds, 0), iteration: pick(rewinds, 1) },
      clock: { from: Math.max(from, 0), iteration: pick(times, 0), seconds: pick(times, 1) },
      isLast: !isFull && times.length < most,
    };
  }

  #columns(rows: readonly HistoryRow[]): HistoryPage['records'] {
    const column = (valueOf: (row: HistoryRow) => number): Column => Float64Array.from(rows, valueOf);
    return {
      seq: column((row) => row[0]),
      series: rows.map((row) => this.#nameOf(row[1])),
      iteration: column((row) => row[2]),
      coordinate: column((row) => row[3] ?? NaN),
      value: column((row) => row[4] ?? NaN),
      standardError: column((row) => (row[5] === 'NaN' ? NaN : (row[5] ?? NaN))),
      isEstimate: column((row) => (row[5] === null ? 0 : 1)),
      examples: column((row) => row[6] ?? NaN),
    };
  }

  /** The series of an id of this database. */
  #nameOf(id: number): SeriesName {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const { name } = this.#database.prepare('SELECT name FROM series WHERE id = ?').get(id) as { name: string };
    if (!isSeriesName(name))
      throw new ThalwegError('RUN_INVALID', `${this.#path}: expected series of this version, got "${name}"`);
    this.#names.set(id, name);
    return name;
  }

  #prepare(sql: string): MetricsStatement {
    return this.#read(() => {
      const statement = this.#database.prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    });
  }

  #read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw readFailure(this.#path, error);
    }
  }
}

/** seq, series, iteration, coordinate, value, standard_error, examples. */
type HistoryRow = readonly [RecordRow[0], number, RecordRow[1], RecordRow[2], RecordRow[3], RecordRow[4], RecordRow[5]];

const pick = (rows: readonly (readonly [number, number])[], at: 0 | 1): Column =>
  Float64Array.from(rows, (row) => row[at]);
