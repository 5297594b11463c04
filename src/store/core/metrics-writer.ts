import type { MetricRecord } from '../../contract/index.ts';
import { storing } from './failures.ts';
import type { MetricsDatabase } from './metrics-database.ts';
import { MetricsReader } from './metrics-reader.ts';
import { RecordRows, type ClockPoint } from './record-rows.ts';
import { newestSeq } from './sequence.ts';
import { inTransaction } from './transaction.ts';

/** Records that wait in memory before they are written together. */
const bufferSize = 200;

/** A connection of which the one writer of `metrics.db` has the use. */
export interface WritableMetrics {
  readonly database: MetricsDatabase;
  /** Makes what was committed survive a power cut. */
  sync(): void;
  /** Ends the connection. */
  close(): void;
}

/** The writing side of `metrics.db`: records in order, in transactions of {@link bufferSize}. */
export class MetricsWriter {
  readonly #path: string;
  readonly #database: MetricsDatabase;
  readonly #connection: WritableMetrics;
  readonly #rows: RecordRows;
  #buffer: MetricRecord[] = [];
  #nextSeq: number;

  /**
   * The sequence goes on behind `after`: a fork's comes behind its parent's.
   *
   * @param path names the database in messages
   */
  constructor(path: string, connection: WritableMetrics, after: number) {
    this.#path = path;
    this.#connection = connection;
    this.#database = connection.database;
    this.#rows = storing(path, () => new RecordRows(this.#database));
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
      for (const [index, record] of this.#buffer.entries()) this.#rows.insert(this.#nextSeq + index, record);
      if (clock) this.#rows.noteTime(clock);
    });
    this.#nextSeq += this.#buffer.length;
    this.#buffer = [];
  }

  /**
   * Makes what was written survive a power cut, not only the end of this process. That costs one wait for the disk,
   * beside the four of the checkpoint and the run file that follow.
   */
  sync(): void {
    storing(this.#path, () => this.#connection.sync());
  }

  /** Withdraws every record of `iteration` or later, and the time after it; the withdrawal takes a place in the sequence. */
  rewind(iteration: number): void {
    this.flush();
    this.#write(() => this.#rows.rewind(this.#nextSeq, iteration));
    this.#nextSeq += 1;
  }

  /** Runs `work` while no other process can write. */
  exclusively(work: () => void): void {
    this.#write(work);
  }

  /** A reader through this connection, which ends with it. */
  reader(): MetricsReader {
    return new MetricsReader(this.#path, this.#database, false);
  }

  /** Closes without writing what waits. */
  close(): void {
    storing(this.#path, () => this.#connection.close());
  }

  #write(work: () => void): void {
    try {
      storing(this.#path, () => inTransaction(this.#database, 'IMMEDIATE', work));
    } catch (error) {
      this.#rows.forget();
      throw error;
    }
  }
}
