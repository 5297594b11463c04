import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { messageOf, suggest, ThalwegError } from '../base/index.ts';
import type { RunFile, RunListEntry } from '../contract/index.ts';
import { isRunId, runFiles } from './paths.ts';
import { readCurrentRunFile } from './run-file.ts';

/**
 * The runs of a folder, newest first. Only `run.json` of each is read. A damaged run is an entry whose `problem` says what
 * is wrong; folders that are no runs are left out. A folder that does not exist has no runs; one that cannot be read
 * throws `RUN_NOT_FOUND`.
 */
export function listRuns(runsDirectory: string): RunListEntry[] {
  return runFolders(runsDirectory)
    .map((name) => listEntry(join(resolve(runsDirectory), name), name))
    .sort((a, b) => compare(b.created, a.created) || compare(b.id, a.id));
}

/**
 * The id that a user means: a run's id, the start of exactly one, or "last" (also "latest") for the newest readable run.
 * Throws `RUN_NOT_FOUND` with the nearest name.
 */
export function resolveRunId(runsDirectory: string, name: string): string {
  const ids = runFolders(runsDirectory).filter(isRunId);
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

/** Names of the folders that hold a run, whole or damaged. */
function runFolders(runsDirectory: string): string[] {
  const isRun = (name: string): boolean =>
    !name.startsWith('.') &&
    [runFiles.file, runFiles.metrics].some((file) => existsSync(join(runsDirectory, name, file)));
  try {
    return readdirSync(runsDirectory).filter(isRun);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ThalwegError(
      'RUN_NOT_FOUND',
      `${resolve(runsDirectory)}: expected a folder of runs, got ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function listEntry(directory: string, name: string): RunListEntry {
  try {
    if (!isRunId(name))
      throw new ThalwegError(
        'RUN_INVALID',
        `${directory}: expected a folder named as a run can be, got ${JSON.stringify(name)}`,
      );
    return entryOf(readCurrentRunFile(directory));
  } catch (error) {
    return damagedEntry(directory, name, messageOf(error));
  }
}

function entryOf(file: RunFile): RunListEntry {
  const { id, status, created, updated, iteration, totalIterations, parent, specification, summary } = file;
  return {
    id,
    name: specification.name ?? null,
    study: specification.study ?? null,
    scale: specification.scale ?? null,
    status,
    created,
    updated,
    iteration,
    totalIterations,
    parent: parent && { run: parent.run, iteration: parent.iteration },
    seed: specification.seed,
    optimizer: rulesOf(specification),
    trainLoss: summary?.trainLoss ?? null,
    validationAccuracy: summary?.validationAccuracy ?? null,
    testAccuracy: summary?.testAccuracy ?? null,
    problem: null,
  };
}

/** Names of the update rules in their order: `gd→sgd`. */
const rulesOf = ({ optimizer, changes }: RunFile['specification']): string =>
  [optimizer.name, ...changes.map((change) => change.optimizer.name)]
    .filter((name, index, names) => name !== names[index - 1])
    .join('→');

/** What can be said of a run whose file cannot be read. Its times are those of the folder. */
function damagedEntry(directory: string, id: string, problem: string): RunListEntry {
  const changed = (statSync(directory, { throwIfNoEntry: false })?.mtime ?? new Date(0)).toISOString();
  const unknown = {
    name: null,
    study: null,
    scale: null,
    iteration: 0,
    totalIterations: 0,
    parent: null,
    seed: 0,
    optimizer: '',
    trainLoss: null,
    validationAccuracy: null,
    testAccuracy: null,
  };
  return { ...unknown, id, status: 'failed', created: changed, updated: changed, problem };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
