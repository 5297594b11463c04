import { ThalwegError } from '../../base/index.ts';
import type { MetricsDatabase } from './metrics-database.ts';
import { inTransaction } from './transaction.ts';

/**
 * The schema of `metrics.db`, one step after the other; `user_version` counts the steps that were made. A step that was
 * released never changes: append a new one.
 *
 * `record.seq` and `rewind.seq` share one sequence. `value` NULL is NaN, which SQLite cannot store; `standard_error` NULL
 * means an exact value, so a standard error that is NaN is the text 'NaN'. A `block` packs the records of a series with
 * previous_seq < seq ≤ last_seq, for speed only; `exact` is 1 where none of them has a standard error or a number of examples, 0 where
 * one has, NULL where that was not noted. `clock` has the seconds of work up to θ of an iteration, over all sessions.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
   CREATE TABLE record (
     seq INTEGER PRIMARY KEY,
     series INTEGER NOT NULL REFERENCES series (id),
     iteration INTEGER NOT NULL,
     coordinate REAL,
     value REAL,
     standard_error ANY,
     examples INTEGER
   ) STRICT;
   CREATE INDEX record_series ON record (series);
   CREATE TABLE rewind (seq INTEGER PRIMARY KEY, iteration INTEGER NOT NULL) STRICT;`,
  `CREATE TABLE block (
     series INTEGER NOT NULL REFERENCES series (id),
     previous_seq INTEGER NOT NULL,
     last_seq INTEGER NOT NULL,
     last_iteration INTEGER NOT NULL,
     count INTEGER NOT NULL,
     points BLOB NOT NULL,
     PRIMARY KEY (series, last_seq)
   ) STRICT;
   CREATE TABLE clock (iteration INTEGER PRIMARY KEY, seconds REAL NOT NULL) STRICT;`,
  `ALTER TABLE block ADD COLUMN exact INTEGER;`,
];

/** Number of steps that a database has behind it. */
export const schemaVersion = (database: MetricsDatabase): number =>
  (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;

/** Throws `RUN_INVALID` for a database of a newer Thalweg. */
export function assertKnownSchema(database: MetricsDatabase, path: string, steps = migrations): void {
  const version = schemaVersion(database);
  if (version > steps.length) {
    throw new ThalwegError(
      'RUN_INVALID',
      `${path}: expected schema version ${steps.length} or older, got ${version} of a newer Thalweg`,
    );
  }
}

/**
 * Brings a database to the newest schema, all steps or none. Does nothing where that is done. Throws `RUN_INVALID` for a
 * database of a newer Thalweg.
 */
export function migrate(database: MetricsDatabase, path: string, steps = migrations): void {
  assertKnownSchema(database, path, steps);
  if (schemaVersion(database) === steps.length) return;
  inTransaction(database, 'IMMEDIATE', () => {
    // Another process may have migrated while this one waited for the transaction.
    for (const step of steps.slice(schemaVersion(database))) database.exec(step);
    database.exec(`PRAGMA user_version = ${steps.length}`);
  });
}
