import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import { folderReader, type Metrics, type ReaderOptions, type RunReader } from './core/index.ts';
import { readableFolder } from './folder.ts';
import { ForkMetrics } from './lineage.ts';
import { openMetricsReader } from './metrics.ts';
import { runDirectory, runFiles } from './paths.ts';
import { readRunFile } from './run-file.ts';

/** Opens a run to read it. Throws `RUN_NOT_FOUND`. Its database is opened when it is first asked for records. */
export function openRun(runsDirectory: string, id: string, { part = 'all' }: ReaderOptions = {}): RunReader {
  const directory = runDirectory(runsDirectory, id);
  if (!existsSync(directory)) {
    throw new ThalwegError(
      'RUN_NOT_FOUND',
      `run ${id}: expected a run in ${resolve(runsDirectory)}, got none of that name`,
    );
  }
  return folderReader(readableFolder(directory), () => openMetrics(directory, part));
}

function openMetrics(directory: string, part: 'all' | 'own'): Metrics {
  const parent = part === 'own' ? null : readRunFile(directory).parent;
  const own = openMetricsReader(join(directory, runFiles.metrics));
  return parent ? new ForkMetrics(directory, parent, own) : own;
}
