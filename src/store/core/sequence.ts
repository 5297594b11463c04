import type { MetricsDatabase } from './metrics-database.ts';

/** The last number given in the sequence that records and rewinds share; 0 when there is none. */
export function newestSeq(database: MetricsDatabase): number {
  const sql =
    'SELECT max(coalesce((SELECT max(seq) FROM record), 0), coalesce((SELECT max(seq) FROM rewind), 0)) AS newest';
  return (database.prepare(sql).get() as { newest: number }).newest;
}
