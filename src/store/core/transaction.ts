import type { MetricsDatabase } from './metrics-database.ts';

/** Runs `work` in one transaction: all of it happens, or nothing. IMMEDIATE to write, DEFERRED to read one snapshot. */
export function inTransaction<T>(database: MetricsDatabase, mode: 'IMMEDIATE' | 'DEFERRED', work: () => T): T {
  database.exec(`BEGIN ${mode}`);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // SQLite has rolled back by itself after a full disk.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
