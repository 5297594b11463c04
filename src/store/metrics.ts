import { MetricsReader, MetricsWriter } from './core/index.ts';
import { closeAfterWriting, openForReading, openForWriting, syncToDisk } from './database.ts';

/**
 * Opens `metrics.db` for the one process that writes it. Throws as {@link openForWriting} does.
 *
 * @param pageLimit bounds the database to that many pages of 4,096 bytes (default: none)
 * @param after where the sequence begins (default: 0): a fork's comes behind its parent's
 */
export function openMetricsWriter(
  path: string,
  { pageLimit, after = 0 }: { pageLimit?: number | undefined; after?: number } = {},
): MetricsWriter {
  const database = openForWriting(path);
  const connection = { database, sync: () => syncToDisk(database), close: () => closeAfterWriting(database) };
  const writer = new MetricsWriter(path, connection, after);
  if (pageLimit !== undefined) database.exec(`PRAGMA max_page_count = ${pageLimit}`);
  return writer;
}

/** Opens `metrics.db` to read it, through a connection of its own. Throws `RUN_INVALID`. */
export const openMetricsReader = (path: string): MetricsReader => new MetricsReader(path, openForReading(path), true);
