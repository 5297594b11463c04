import { createRequire } from 'node:module';
import { statSync } from 'node:fs';
import type * as Sqlite from '@photostructure/sqlite';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { ThalwegError } from '../base/index.ts';
import {
  assertKnownSchema,
  inTransaction,
  migrate,
  migrations,
  readFailure,
  schemaVersion,
  storeFailure,
  type MetricsDatabase,
} from './core/index.ts';

/** Milliseconds that a statement waits for another process's lock. */
const patience = 5000;

const require = createRequire(import.meta.url);

/** SQLite is a native module: it is loaded when the first database is opened, not by listing runs. */
const sqlite = (): typeof Sqlite => require('@photostructure/sqlite') as typeof Sqlite;

/**
 * Opens (or makes) `metrics.db` for the one process that writes it. Write-ahead log with `synchronous = NORMAL`: what was
 * committed survives a killed process, and a power cut from the next {@link syncToDisk} on; readers never wait. Throws `STORE_FAILED` where nothing can be written and
 * `RUN_INVALID` for a file that is no database, is damaged, or has a newer schema.
 */
export function openForWriting(path: string): DatabaseSyncInstance {
  return opening(path, storeFailure, () => {
    const database = new (sqlite().DatabaseSync)(path, { timeout: patience });
    return closeOnFailure(database, () => {
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON');
      migrate(database, path);
    });
  });
}

/** Opens `metrics.db` to read it, also while it is being written. Throws `RUN_INVALID` where that is impossible. */
export function openForReading(path: string): DatabaseSyncInstance {
  return opening(path, readFailure, () => {
    if (!statSync(path, { throwIfNoEntry: false })) throw new Error('the file is missing');
    const database = new (sqlite().DatabaseSync)(path, { readOnly: true, timeout: patience });
    return closeOnFailure(database, () => {
      assertKnownSchema(database, path);
      if (schemaVersion(database) < migrations.length) openForWriting(path).close();
    });
  });
}

/**
 * Brings everything that was committed to the disk. A commit under FULL syncs the whole log; setting the version to what it
 * is makes that commit write something.
 */
export function syncToDisk(database: MetricsDatabase): void {
  database.exec('PRAGMA synchronous = FULL');
  try {
    inTransaction(database, 'IMMEDIATE', () => database.exec(`PRAGMA user_version = ${schemaVersion(database)}`));
  } finally {
    database.exec('PRAGMA synchronous = NORMAL');
  }
}

/**
 * Closes a database after writing. The log is folded into the file, which then opens anywhere, also from a disk that
 * cannot be written. That has to wait while somebody reads, and is no loss then: the log stays valid beside the file.
 */
export function closeAfterWriting(database: MetricsDatabase): void {
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
  } catch (error) {
    if (!isBusy(error)) throw error;
  } finally {
    database.close();
  }
}

function opening<T>(path: string, failure: (path: string, error: unknown) => ThalwegError, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw isDamage(error) ? readFailure(path, error) : failure(path, error);
  }
}

function closeOnFailure(database: DatabaseSyncInstance, prepare: () => void): DatabaseSyncInstance {
  try {
    prepare();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Primary result codes of SQLite: BUSY 5, CORRUPT 11, NOTADB 26. */
const resultCode = (error: unknown): number => ((error as { errcode?: number }).errcode ?? 0) & 0xff;
const isBusy = (error: unknown): boolean => resultCode(error) === 5;
const isDamage = (error: unknown): boolean => [11, 26].includes(resultCode(error));
