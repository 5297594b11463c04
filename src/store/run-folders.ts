import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import { absent, fingerprintOf } from './fingerprint.ts';
import { runDirectory, runFiles } from './paths.ts';

/** A folder that holds a run, whole or damaged. */
export interface RunFolder {
  readonly name: string;
  /** Changes whenever `run.json` or `annotations.json` is written, replaced or removed. */
  readonly fingerprint: string;
}

/**
 * The runs of a folder, in no order. Hidden folders and those that are no runs are left out. A folder that does not exist
 * has none; one that cannot be read throws `RUN_NOT_FOUND`.
 */
export function runFolders(runsDirectory: string): RunFolder[] {
  const folder = resolve(runsDirectory);
  return namesIn(folder).flatMap((name) => {
    if (name.startsWith('.')) return [];
    const file = fingerprintOf(`${folder}/${name}/${runFiles.file}`);
    if (file === absent && !existsSync(`${folder}/${name}/${runFiles.metrics}`)) return [];
    return [{ name, fingerprint: `${file} ${fingerprintOf(`${folder}/${name}/${runFiles.annotations}`)}` }];
  });
}

/** The folder of run `id`, whole or damaged. Throws `RUN_NOT_FOUND`, also for a folder that holds no run. */
export function existingRun(runsDirectory: string, id: string): string {
  const directory = runDirectory(runsDirectory, id);
  if (isRunFolder(directory)) return directory;
  throw new ThalwegError(
    'RUN_NOT_FOUND',
    `run ${id}: expected a run in ${resolve(runsDirectory)}, got none of that name`,
  );
}

/** Whether a folder holds what only a run has. */
export const isRunFolder = (directory: string): boolean =>
  [runFiles.file, runFiles.metrics].some((file) => existsSync(join(directory, file)));

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ThalwegError('RUN_NOT_FOUND', `${folder}: expected a folder of runs, got ${messageOf(error)}`, {
      cause: error,
    });
  }
}
