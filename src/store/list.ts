import { resolve } from 'node:path';
import { suggest, ThalwegError } from '../base/index.ts';
import type { RunListEntry } from '../contract/index.ts';
import { isRunId } from './paths.ts';
import { runFolders } from './run-folders.ts';
import { RunIndex } from './run-index.ts';

/**
 * The runs of a folder, newest first, read once: `RunIndex` follows a folder. Only `run.json` and `annotations.json`
 * of each are read. A damaged run is an entry whose `problem` says what is wrong; folders that are no runs are left out. A
 * folder that does not exist has no runs; one that cannot be read throws `RUN_NOT_FOUND`.
 */
export const listRuns = (runsDirectory: string): readonly RunListEntry[] => new RunIndex(runsDirectory).look().runs();

/**
 * The id that a user means: a run's id, the start of exactly one, or "last" (also "latest") for the newest readable run.
 * Throws `RUN_NOT_FOUND` with the nearest name.
 */
export function resolveRunId(runsDirectory: string, name: string): string {
  const ids = runFolders(runsDirectory).flatMap((folder) => (isRunId(folder.name) ? [folder.name] : []));
  if (ids.includes(name)) return name;
  const where = resolve(runsDirectory);
  if (name === 'last' || name === 'latest') {
    const newest = listRuns(runsDirectory).find((entry) => entry.problem === null);
    if (newest) return newest.id;
    throw new ThalwegError('RUN_NOT_FOUND', `run ${name}: expected a run in ${where}, got none`);
  }
  const matches = name === '' ? [] : ids.filter((id) => id.startsWith(name));
  if (matches.length === 1) return matches[0]!;
  const problem =
    matches.length > 1
      ? `the start of ${matches.length} runs: ${matches.join(', ')}`
      : `no such run; ${suggest(name, ids)}`;
  throw new ThalwegError('RUN_NOT_FOUND', `run ${JSON.stringify(name)}: expected one run in ${where}, got ${problem}`);
}
