import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import type { RunFile } from '../contract/index.ts';
import {
  completeRun,
  idStem,
  RunRecorder,
  type Asset,
  type MetricsWriter,
  type NewRun,
  type RunWriter,
} from './core/index.ts';
import { storing, type FileOperations } from './files.ts';
import { runFolder } from './folder.ts';
import { ForkMetrics } from './lineage.ts';
import { assertFree, takeLock, writeLock } from './lock.ts';
import { openMetricsWriter } from './metrics.ts';
import { runDirectory, runFiles } from './paths.ts';
import { readCurrentRunFile, writeRunFile } from './run-file.ts';
import { makeStaging, placeStaging, removeTemporaries } from './staging.ts';

/** How a run is written. */
export interface WriterOptions {
  /** Largest size of `metrics.db` in pages of 4,096 bytes; default: as large as the disk allows. */
  readonly pageLimit?: number;
  /** The calls that write `run.json` and checkpoints; default: the system's. */
  readonly files?: FileOperations;
  /** Files that a new run keeps copies of; default: none. */
  readonly assets?: readonly Asset[];
}

/**
 * Makes the folder of a new run and opens it for writing. Without `id` it is named
 * `<study, or data-model>-<optimizer>-s<seed>-<n>` with the first free n. The folder appears complete, or not at all.
 * Throws `RUN_INVALID`, `RUN_EXISTS` or `STORE_FAILED`.
 */
export function createRun(runsDirectory: string, run: NewRun, options: WriterOptions = {}): RunWriter {
  const stem = idStem(run.specification);
  const complete = (id: string): RunFile => completeRun(run, id, runFiles.file);
  complete(run.id ?? `${stem}-1`);
  const staging = makeStaging(runsDirectory);
  try {
    for (const asset of options.assets ?? []) place(asset, join(staging, asset.name));
    const file =
      run.id === undefined
        ? claimFree(runsDirectory, staging, stem, complete, options)
        : claim(runsDirectory, staging, complete(run.id), options);
    if (!file)
      throw new ThalwegError(
        'RUN_EXISTS',
        `run ${run.id}: expected a new name, got that of a run in ${resolve(runsDirectory)}`,
      );
    return recorder(runDirectory(runsDirectory, file.id), file, options);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Opens an existing run to go on writing it. Its `file.status` is `interrupted` when its process died. Throws
 * `RUN_NOT_FOUND`, `RUN_INVALID`, `STORE_FAILED`, or `RUN_STATE` while a living process writes it.
 */
export function openRunWriter(runsDirectory: string, id: string, options: WriterOptions = {}): RunWriter {
  const directory = runDirectory(runsDirectory, id);
  if (!existsSync(directory))
    throw new ThalwegError(
      'RUN_NOT_FOUND',
      `run ${id}: expected a run in ${resolve(runsDirectory)}, got none of that name`,
    );
  const file = readCurrentRunFile(directory);
  assertFree(directory);
  return recorder(directory, file, options, (metrics) => metrics.exclusively(() => takeLock(directory)));
}

const place = (asset: Asset, target: string): void =>
  storing(target, () => ('path' in asset ? copyFileSync(asset.path, target) : writeFileSync(target, asset.content)));

function claimFree(
  runsDirectory: string,
  staging: string,
  stem: string,
  complete: (id: string) => RunFile,
  options: WriterOptions,
): RunFile {
  for (let n = 1; ; n++) {
    const file = claim(runsDirectory, staging, complete(`${stem}-${n}`), options);
    if (file) return file;
  }
}

/** Gives the folder its name. Renaming fails where another process was faster: null, as for a name that is taken. */
function claim(runsDirectory: string, staging: string, file: RunFile, options: WriterOptions): RunFile | null {
  const directory = runDirectory(runsDirectory, file.id);
  if (existsSync(directory)) return null;
  writeRunFile(staging, file, options.files);
  storing(directory, () => writeLock(staging, file.id));
  return placeStaging(staging, directory) ? file : null;
}

/** @param takeOver makes this process the one that writes the run */
function recorder(
  directory: string,
  file: RunFile,
  { pageLimit, files }: WriterOptions,
  takeOver?: (metrics: MetricsWriter) => void,
): RunWriter {
  const { parent } = file;
  const after = parent?.records ?? 0;
  const metrics = openMetricsWriter(join(directory, runFiles.metrics), { pageLimit, after });
  try {
    takeOver?.(metrics);
  } catch (error) {
    metrics.close();
    throw error;
  }
  removeTemporaries(directory);
  return new RunRecorder(file, {
    folder: runFolder(directory, files),
    metrics,
    withAncestors: (own) => (parent ? new ForkMetrics(directory, parent, own) : own),
  });
}
