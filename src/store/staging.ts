import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { storeFailure, storing, temporaryEnding } from './files.ts';
import { openMetricsWriter } from './metrics.ts';
import { runFiles } from './paths.ts';

/** A hidden folder beside the runs, in which a new one is put together: without records, and without `run.json`. */
export function makeStaging(runsDirectory: string): string {
  return storing(resolve(runsDirectory), () => {
    makeFolder(resolve(runsDirectory));
    const staging = mkdtempSync(join(resolve(runsDirectory), '.new-'));
    try {
      mkdirSync(join(staging, runFiles.checkpoints));
      openMetricsWriter(join(staging, runFiles.metrics)).close();
      return staging;
    } catch (error) {
      rmSync(staging, { recursive: true, force: true });
      throw error;
    }
  });
}

/** Gives a folder its name, all at once. False where the name is taken, also where another process was faster. */
export function placeStaging(staging: string, directory: string): boolean {
  if (existsSync(directory)) return false;
  try {
    renameSync(staging, directory);
    return true;
  } catch (error) {
    if (existsSync(directory)) return false;
    throw storeFailure(directory, error);
  }
}

/** Makes a folder and those above it. (Node's own recursive mkdir never returns where a parent cannot be made, as in /proc.) */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Removes what a killed process left half-written in the folder of a run. */
export function removeTemporaries(directory: string): void {
  for (const folder of [directory, join(directory, runFiles.checkpoints)]) {
    if (!existsSync(folder)) continue;
    for (const name of readdirSync(folder)) {
      if (name.endsWith(temporaryEnding)) storing(folder, () => rmSync(join(folder, name), { force: true }));
    }
  }
}
