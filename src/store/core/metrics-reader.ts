import { ThalwegError } from '../../base/index.ts';
import { inSeriesOrder, isSeriesName, type SeriesName } from '../../contract/index.ts';
import { BlockReader } from './blocks.ts';
import { columnsOf, type RecordRow, type SeriesColumns, type SeriesPoints } from './columns.ts';
import { readFailure } from './failures.ts';
import type { MetricsDatabase, MetricsStatement } from './metrics-database.ts';
import { newestSeq } from './sequence.ts';
import { inTransaction } from './transaction.ts';

/** Which records of a series: those between two places in the sequence (the second included), of iterations between two (both included), the first n. */
export interface RecordRange {
  readonly afterSeq?: number;
  readonly toSeq?: number;
  readonly fromIteration?: number;
  readonly toIteration?: number;
  readonly limit?: number;
}

/** A series that has records. */
export interface SeriesOverview {
  readonly name: SeriesName;
  readonly count: number;
  readonly lastIteration: number;
}

/**
 * What happened after a place in the sequence. Apply the rewinds first (drop what is held of that iteration or later),
 * then add the records: none of them was withdrawn. `newest` is the place to go on from.
 */
export interface RunChanges {
  readonly records: ReadonlyMap<SeriesName, SeriesColumns>;
  readonly rewinds: readonly { readonly seq: number; readonly iteration: number }[];
  readonly newest: number;
}

/** Points of several series at one moment. */
export interface PointsChanges {
  /** The lowest iteration that was withdrawn since: drop what is held of it or later, then add. Infinity: none was. */
  readonly rewound: number;
  readonly points: ReadonlyMap<SeriesName, SeriesPoints>;
  /** The place to go on from. */
  readonly newest: number;
}

/** Seconds of work at iterations, by ascending iteration. */
export interface ClockColumns {
  readonly iteration: Float64Array<ArrayBuffer>;
  readonly seconds: Float64Array<ArrayBuffer>;
}

const selectRecords = `SELECT seq, iteration, coordinate, value, standard_error, examples FROM record
  WHERE series = ? AND seq > ? AND seq <= ? AND iteration >= ? AND iteration <= ? ORDER BY seq LIMIT ?`;
const last = Number.MAX_SAFE_INTEGER;

/** What can be asked of recorded metrics, whether they lie in one database or in those of a fork and its ancestors. */
export interface Metrics {
  /** The series that have records (of iterations before `before`), in the catalogue's order. */
  series(before?: number): SeriesOverview[];
  records(name: SeriesName, range?: RecordRange): SeriesColumns;
  /** The last place in the sequence of records and rewinds; 0 before the first. */
  newestSeq(): number;
  /** Everything after `seq`, or its first `limit` records. */
  changesAfter(seq: number, limit?: number): RunChanges;
  /**
   * What curves need of these series, fast: everything, or what came after an earlier answer's `newest`. A series that has no
   * points is not among them.
   */
  points(names: readonly SeriesName[], since?: number): PointsChanges;
  /** Whether it is known that no record of a series has a standard error or a number of examples; points are all of it then. */
  isExact(name: SeriesName): boolean;
  /** The names of the series that have records, in no order; cheaper than {@link series}. */
  recorded(): SeriesName[];
  /** Seconds of work over all sessions; empty for a run that was written before there was a clock. */
  clock(): ClockColumns;
  close(): void;
}

/** The reading side of `metrics.db`. Every answer is one consistent snapshot, whatever a writer does meanwhile. */
export class MetricsReader implements Metrics {
  readonly #path: string;
  readonly #database: MetricsDatabase;
  readonly #isOwn: boolean;
  readonly #records: MetricsStatement;
  #blocks: BlockReader | undefined;

  /**
   * @param path names the database in messages
   * @param isOwn whether the connection ends with this reader
   */
  constructor(path: string, database: MetricsDatabase, isOwn: boolean) {
    this.#path = path;
    this.#isOwn = isOwn;
    this.#database = database;
    this.#records = this.#read(() => this.#database.prepare(selectRecords));
    this.#records.setReturnArrays(true);
  }

  series(before?: number): SeriesOverview[] {
    const rows = before === undefined ? this.#overviews() : this.#overviewsBefore(before);
    for (const { name } of rows) this.#assertKnown(name);
    const found = new Map(rows.map((row) => [row.name, row]));
    return inSeriesOrder(found.keys()).map((name) => found.get(name)!);
  }

  /** Of everything: blocks know their counts, where counting a million rows takes a second. */
  #overviews(): SeriesOverview[] {
    const newest = 'SELECT iteration AS lastIteration FROM record WHERE series = ? ORDER BY seq DESC LIMIT 1';
    return this.#read(() =>
      inTransaction(this.#database, 'DEFERRED', () => {
        const select = this.#database.prepare(newest);
        return [...this.#seriesIds()].flatMap(([name, id]) => {
          const row = select.get(id) as { lastIteration: number } | undefined;
          return row ? [{ name: name as SeriesName, count: this.#reader().count(id), ...row }] : [];
        });
      }),
    );
  }

  #overviewsBefore(before: number): SeriesOverview[] {
    // With a single max(), SQLite takes the other columns from the row that holds it.
    const sql = `SELECT series.name AS name, count(*) AS count, record.iteration AS lastIteration, max(record.seq)
      FROM record JOIN series ON series.id = record.series WHERE record.iteration < ?
      GROUP BY record.series`;
    const rows = this.#read(() => this.#database.prepare(sql).all(before) as SeriesOverview[]);
    return rows.map(({ name, count, lastIteration }) => ({ name, count, lastIteration }));
  }

  /** The records of a series in a range, in the order in which they were recorded. */
  records(name: SeriesName, range: RecordRange = {}): SeriesColumns {
    return this.#read(() => {
      const id = this.#seriesIds().get(name);
      return id === undefined ? columnsOf([]) : this.#select(id, range);
    });
  }

  newestSeq(): number {
    return this.#read(() => newestSeq(this.#database));
  }

  /** The places of all records of iterations before `before`, in order. */
  seqsBefore(before: number): Float64Array<ArrayBuffer> {
    const sql = 'SELECT seq FROM record WHERE iteration < ? ORDER BY seq';
    const rows = this.#read(() => this.#database.prepare(sql).all(before) as { seq: number }[]);
    return Float64Array.from(rows, ({ seq }) => seq);
  }

  changesAfter(seq: number, limit?: number): RunChanges {
    return this.#read(() =>
      inTransaction(this.#database, 'DEFERRED', () => {
        const newest = this.#endOfPage(seq, limit);
        const rewinds = this.#database
          .prepare('SELECT seq, iteration FROM rewind WHERE seq > ? AND seq <= ? ORDER BY seq')
          .all(seq, newest) as { seq: number; iteration: number }[];
        const records = new Map<SeriesName, SeriesColumns>();
        for (const [name, id] of this.#seriesIds()) {
          const columns = this.#select(id, { afterSeq: seq, toSeq: newest });
          if (columns.length > 0) records.set(this.#assertKnown(name), columns);
        }
        return { records, rewinds: rewinds.map((row) => ({ ...row })), newest };
      }),
    );
  }

  points(names: readonly SeriesName[], since = 0): PointsChanges {
    return this.#read(() =>
      inTransaction(this.#database, 'DEFERRED', () => {
        const ids = this.#seriesIds();
        const points = new Map<SeriesName, SeriesPoints>();
        for (const name of names) {
          const id = ids.get(name);
          const found = id === undefined ? undefined : this.#reader().points(id, since);
          if (found && found.length > 0) points.set(name, found);
        }
        const sql = 'SELECT min(iteration) AS iteration FROM rewind WHERE seq > ?';
        const { iteration } = this.#database.prepare(sql).get(since) as { iteration: number | null };
        return { rewound: iteration ?? Infinity, points, newest: newestSeq(this.#database) };
      }),
    );
  }

  isExact(name: SeriesName): boolean {
    return this.#read(() =>
      inTransaction(this.#database, 'DEFERRED', () => {
        const id = this.#seriesIds().get(name);
        return id === undefined || this.#reader().isExact(id);
      }),
    );
  }

  recorded(): SeriesName[] {
    const sql = `SELECT name FROM series WHERE EXISTS (SELECT 1 FROM record WHERE record.series = series.id)`;
    const rows = this.#read(() => this.#database.prepare(sql).all() as { name: string }[]);
    return rows.map(({ name }) => this.#assertKnown(name));
  }

  clock(): ClockColumns {
    const sql = 'SELECT iteration, seconds FROM clock ORDER BY iteration';
    const rows = this.#read(() => this.#database.prepare(sql).all() as { iteration: number; seconds: number }[]);
    return {
      iteration: Float64Array.from(rows, ({ iteration }) => iteration),
      seconds: Float64Array.from(rows, ({ seconds }) => seconds),
    };
  }

  close(): void {
    if (this.#isOwn) this.#database.close();
  }

  #reader(): BlockReader {
    return (this.#blocks ??= new BlockReader(this.#database));
  }

  #select(series: number, range: RecordRange): SeriesColumns {
    const { afterSeq = 0, toSeq = last, fromIteration = 0, toIteration = last, limit = -1 } = range;
    return columnsOf(this.#records.all(series, afterSeq, toSeq, fromIteration, toIteration, limit) as RecordRow[]);
  }

  /** Where a page of `limit` records after `seq` ends: at its last record when it is full, else at the newest entry. */
  #endOfPage(seq: number, limit: number | undefined): number {
    if (limit !== undefined) {
      const sql = 'SELECT seq FROM record WHERE seq > ? ORDER BY seq LIMIT 1 OFFSET ?';
      const row = this.#database.prepare(sql).get(seq, limit - 1) as { seq: number } | undefined;
      if (row) return row.seq;
    }
    return newestSeq(this.#database);
  }

  #seriesIds(): Map<string, number> {
    const rows = this.#database.prepare('SELECT id, name FROM series').all() as { id: number; name: string }[];
    const ids = new Map(rows.map(({ id, name }) => [name, id]));
    // Names of a newer Thalweg stand last, where whoever meets them says so.
    return new Map(inSeriesOrder(ids.keys() as Iterable<SeriesName>).map((name) => [name, ids.get(name)!]));
  }

  #assertKnown(name: string): SeriesName {
    if (isSeriesName(name)) return name;
    throw new ThalwegError(
      'RUN_INVALID',
      `${this.#path}: expected series of this version, got "${name}" of a newer Thalweg`,
    );
  }

  #read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw readFailure(this.#path, error);
    }
  }
}
