import { isOwnSeries, seriesNames, type MetricRecord, type SeriesName } from '../../contract/index.ts';
import { BlockWriter } from './blocks.ts';
import { isCutByBinding, prepareExactUpdate } from './exact-number.ts';
import type { MetricsDatabase, MetricsStatement } from './metrics-database.ts';
import { inTransaction } from './transaction.ts';

/** When a run stood where, beside its records: nothing that is computed depends on it. */
export interface ClockPoint {
  /** Updates made so far. */
  readonly iteration: number;
  /** Seconds of work up to there, over all sessions of the run. */
  readonly seconds: number;
}

/** Writes the rows of `metrics.db`, with the blocks that index them. Every call belongs into a transaction of the caller. */
export class RecordRows {
  readonly #blocks: BlockWriter;
  readonly #insert: MetricsStatement;
  readonly #storeExactly: ReturnType<typeof prepareExactUpdate>;
  readonly #seriesIds: Map<string, number>;
  readonly #database: MetricsDatabase;

  constructor(database: MetricsDatabase) {
    this.#database = database;
    this.#seriesIds = seriesIds(database);
    this.#blocks = new BlockWriter(database);
    this.#insert = database.prepare(
      'INSERT INTO record (seq, series, iteration, coordinate, value, standard_error, examples) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#storeExactly = prepareExactUpdate(database);
  }

  insert(seq: number, record: MetricRecord): void {
    const { series, iteration, coordinate, value, standardError, examples } = record;
    const id = this.#idOf(series);
    const error = Number.isNaN(standardError) ? 'NaN' : standardError;
    this.#blocks.add(id, seq, record);
    this.#insert.run(seq, id, iteration, coordinate, value, error, examples);
    if (isCutByBinding(value)) this.#storeExactly('value', seq, value);
    if (coordinate !== null && isCutByBinding(coordinate)) this.#storeExactly('coordinate', seq, coordinate);
    if (standardError !== null && isCutByBinding(standardError)) {
      this.#storeExactly('standard_error', seq, standardError);
    }
  }

  /** Withdraws every record of `iteration` or later, and the time after it; the withdrawal takes the place `seq`. */
  rewind(seq: number, iteration: number): void {
    this.#blocks.forget();
    this.#database.prepare('DELETE FROM record WHERE iteration >= ?').run(iteration);
    this.#database.prepare('DELETE FROM block WHERE last_iteration >= ?').run(iteration);
    this.#database.prepare('DELETE FROM clock WHERE iteration > ?').run(iteration);
    this.#database.prepare('INSERT INTO rewind (seq, iteration) VALUES (?, ?)').run(seq, iteration);
  }

  noteTime({ iteration, seconds }: ClockPoint): void {
    this.#database.prepare('INSERT OR REPLACE INTO clock (iteration, seconds) VALUES (?, ?)').run(iteration, seconds);
  }

  /** Withdraws the time of `iteration` and later. */
  forgetTimeFrom(iteration: number): void {
    this.#database.prepare('DELETE FROM clock WHERE iteration >= ?').run(iteration);
  }

  /** To be called when a transaction was rolled back: what is held of its rows is read again when needed. */
  forget(): void {
    this.#blocks.forget();
    for (const name of this.#seriesIds.keys()) if (isOwnSeries(name)) this.#seriesIds.delete(name);
  }

  /** One's own series are entered with their first record. */
  #idOf(name: SeriesName): number {
    const known = this.#seriesIds.get(name);
    if (known !== undefined) return known;
    this.#database.prepare('INSERT OR IGNORE INTO series (name) VALUES (?)').run(name);
    const { id } = this.#database.prepare('SELECT id FROM series WHERE name = ?').get(name) as { id: number };
    this.#seriesIds.set(name, id);
    return id;
  }
}

/** The ids of all series; those of the catalogue are entered when a database is opened so that no rolled-back write can lose one. */
function seriesIds(database: MetricsDatabase): Map<string, number> {
  const enter = database.prepare('INSERT OR IGNORE INTO series (name) VALUES (?)');
  inTransaction(database, 'IMMEDIATE', () => seriesNames.forEach((name) => enter.run(name)));
  const rows = database.prepare('SELECT id, name FROM series').all() as { id: number; name: string }[];
  return new Map(rows.map(({ id, name }) => [name, id]));
}
