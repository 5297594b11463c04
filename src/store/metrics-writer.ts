import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import { BlockWriter } from './blocks.ts';
import { storing } from './files.ts';
import { closeAfterWriting, openForWriting, syncToDisk } from './database.ts';
import { isCutByBinding, prepareExactUpdate } from './exact-number.ts';
import { MetricsReader } from './metrics-reader.ts';
import { newestSeq } from './sequence.ts';
import { inTransaction } from './transaction.ts';
import { seriesNames, type MetricRecord } from '../contract/index.ts';

/** Records that wait in memory before they are written together. */
const bufferSize = 200;

/** When a run stood where, beside its records: nothing that is computed depends on it. */
export interface ClockPoint {
  /** Updates made so far. */
  readonly iteration: number;
  /** Seconds of work up to there, over all sessions of the run. */
  readonly seconds: number;
}

/** The writing side of `metrics.db`: records in order, in transactions of {@link bufferSize}. */
export class MetricsWriter {
  readonly #path: string;
  readonly #database: DatabaseSyncInstance;
  readonly #blocks: BlockWriter;
  readonly #insert: StatementSyncInstance;
  readonly #storeExactly: ReturnType<typeof prepareExactUpdate>;
  readonly #seriesIds: ReadonlyMap<string, number>;
  #buffer: MetricRecord[] = [];
  #nextSeq: number;

  /**
   * `pageLimit` bounds the database to that many pages of 4,096 bytes (default: none). The sequence goes on behind
   * `after` (default: 0): a fork's comes behind its parent's.
   */
  constructor(path: string, { pageLimit, after = 0 }: { pageLimit?: number; after?: number } = {}) {
    this.#path = path;
    this.#database = openForWriting(path);
    this.#seriesIds = storing(path, () => seriesIds(this.#database));
    if (pageLimit !== undefined) this.#database.exec(`PRAGMA max_page_count = ${pageLimit}`);
    this.#blocks = new BlockWriter(this.#database);
    this.#insert = this.#database.prepare(
      'INSERT INTO record (seq, series, iteration, coordinate, value, standard_error, examples) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#storeExactly = prepareExactUpdate(this.#database);
    this.#nextSeq = Math.max(newestSeq(this.#database), after) + 1;
  }

  /** Records that are not written yet. */
  get pending(): number {
    return this.#buffer.length;
  }

  /** Adds records; writes when {@link bufferSize} have come together. */
  append(records: readonly MetricRecord[]): void {
    for (const record of records) {
      this.#buffer.push(record);
      if (this.#buffer.length >= bufferSize) this.flush();
    }
  }

  /** Writes what waits, all or nothing. On `STORE_FAILED` it goes on waiting, and the next flush tries again. */
  flush(clock?: ClockPoint): void {
    if (this.#buffer.length === 0 && !clock) return;
    this.#write(() => {
      for (const [index, record] of this.#buffer.entries()) this.#insertRecord(this.#nextSeq + index, record);
      if (clock) this.#noteTime(clock);
    });
    this.#nextSeq += this.#buffer.length;
    this.#buffer = [];
  }

  /**
   * Makes what was written survive a power cut, not only the end of this process. That costs one wait for the disk,
   * beside the four of the checkpoint and the run file that follow.
   */
  sync(): void {
    storing(this.#path, () => syncToDisk(this.#database));
  }

  /** Withdraws every record of `iteration` or later, and the time after it; the withdrawal takes a place in the sequence. */
  rewind(iteration: number): void {
    this.flush();
    this.#blocks.forget();
    this.#write(() => {
      this.#database.prepare('DELETE FROM record WHERE iteration >= ?').run(iteration);
      this.#database.prepare('DELETE FROM block WHERE last_iteration >= ?').run(iteration);
      this.#database.prepare('DELETE FROM clock WHERE iteration > ?').run(iteration);
      this.#database.prepare('INSERT INTO rewind (seq, iteration) VALUES (?, ?)').run(this.#nextSeq, iteration);
    });
    this.#nextSeq += 1;
  }

  /** Runs `work` while no other process can write. */
  exclusively(work: () => void): void {
    this.#write(work);
  }

  /** A reader through this connection, which ends with it. */
  reader(): MetricsReader {
    return new MetricsReader(this.#path, this.#database);
  }

  /** Closes without writing what waits. */
  close(): void {
    storing(this.#path, () => closeAfterWriting(this.#database));
  }

  #write(work: () => void): void {
    try {
      storing(this.#path, () => inTransaction(this.#database, 'IMMEDIATE', work));
    } catch (error) {
      this.#blocks.forget();
      throw error;
    }
  }

  #noteTime({ iteration, seconds }: ClockPoint): void {
    this.#database.prepare('INSERT OR REPLACE INTO clock (iteration, seconds) VALUES (?, ?)').run(iteration, seconds);
  }

  #insertRecord(seq: number, record: MetricRecord): void {
    const { iteration, coordinate, value, standardError, examples } = record;
    const series = this.#seriesIds.get(record.series)!;
    const error = Number.isNaN(standardError) ? 'NaN' : standardError;
    this.#blocks.add(series, seq, record);
    this.#insert.run(seq, series, iteration, coordinate, value, error, examples);
    if (isCutByBinding(value)) this.#storeExactly('value', seq, value);
    if (coordinate !== null && isCutByBinding(coordinate)) this.#storeExactly('coordinate', seq, coordinate);
    if (standardError !== null && isCutByBinding(standardError)) {
      this.#storeExactly('standard_error', seq, standardError);
    }
  }
}

/** The ids of all series, which are entered when a database is opened so that no rolled-back write can lose one. */
function seriesIds(database: DatabaseSyncInstance): ReadonlyMap<string, number> {
  const enter = database.prepare('INSERT OR IGNORE INTO series (name) VALUES (?)');
  inTransaction(database, 'IMMEDIATE', () => seriesNames.forEach((name) => enter.run(name)));
  const rows = database.prepare('SELECT id, name FROM series').all() as { id: number; name: string }[];
  return new Map(rows.map(({ id, name }) => [name, id]));
}
