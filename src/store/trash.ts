import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import { needsProcess, type TrashedRun } from '../contract/index.ts';
import { storing } from './files.ts';
import { readListEntry } from './list-entry.ts';
import { assertFree, isHeld } from './lock.ts';
import { isRunId, runDirectory } from './paths.ts';
import { existingRun, isRunFolder } from './run-folders.ts';

/** The hidden folder, beside the runs, of those that were deleted and can be restored. */
const trashFolder = '.trash';

/** A name in the trash: the run's, and which one of several of that name. */
const trashName = /^([a-z0-9][a-z0-9._-]*)(~\d+)?$/;

/**
 * Moves a run into the trash and returns its name there: its own, or `<run>~2` where an older one of that name lies. Its
 * forks keep only what they recorded themselves until it is restored. Throws `RUN_NOT_FOUND`, `RUN_STATE` while a living
 * process writes it, and `STORE_FAILED`.
 */
export function trashRun(runsDirectory: string, id: string): string {
  const directory = existingRun(runsDirectory, id);
  assertFree(directory);
  const trash = openTrash(runsDirectory);
  const name = freeName(trash, id);
  const place = join(trash, name);
  storing(place, () => renameSync(directory, place));
  if (name === id && isHeld(place)) {
    // Somebody began to write it between the look at its lock and the move.
    storing(directory, () => renameSync(place, directory));
    assertFree(directory);
  }
  return name;
}

/**
 * Moves a run out of the trash, under its own name or under `as`, and returns that name. Throws `RUN_NOT_FOUND`, `RUN_EXISTS`
 * where another run has the name now, and `STORE_FAILED`.
 */
export function restoreRun(runsDirectory: string, name: string, as?: string): string {
  const { directory, run } = inTrash(runsDirectory, name);
  const id = as ?? run;
  const place = runDirectory(runsDirectory, id);
  if (existsSync(place))
    throw new ThalwegError('RUN_EXISTS', `run ${id}: expected a free name to restore it, got that of another run`);
  storing(place, () => renameSync(directory, place));
  return id;
}

/** What lies in the trash, the newest first. */
export function listTrash(runsDirectory: string): TrashedRun[] {
  const trash = join(resolve(runsDirectory), trashFolder);
  return trashNames(trash)
    .map((name) => trashedRun(join(trash, name), name))
    .sort((a, b) => (a.trashed < b.trashed ? 1 : a.trashed > b.trashed ? -1 : a.name < b.name ? -1 : 1));
}

/** Deletes runs in the trash for good, all or those of these names; returns their names. Throws `RUN_NOT_FOUND` and `STORE_FAILED`. */
export function emptyTrash(runsDirectory: string, names?: readonly string[]): string[] {
  const going = names ?? trashNames(join(resolve(runsDirectory), trashFolder));
  const directories = going.map((name) => inTrash(runsDirectory, name).directory);
  for (const directory of directories) storing(directory, () => rmSync(directory, { recursive: true, force: true }));
  return [...going];
}

/** The folder of the trash, made where there is none. A link could lead anywhere, so it is none. */
function openTrash(runsDirectory: string): string {
  const trash = join(resolve(runsDirectory), trashFolder);
  storing(trash, () => mkdirSync(trash, { recursive: true }));
  if (!lstatSync(trash).isDirectory())
    throw new ThalwegError('STORE_FAILED', `${trash}: expected a folder for deleted runs, got a link`);
  return trash;
}

function freeName(trash: string, id: string): string {
  let name = id;
  for (let n = 2; existsSync(join(trash, name)); n++) name = `${id}~${n}`;
  return name;
}

function inTrash(runsDirectory: string, name: string): { directory: string; run: string } {
  const trash = join(resolve(runsDirectory), trashFolder);
  const run = trashName.exec(name)?.[1];
  if (run !== undefined && isRunId(run) && trashNames(trash).includes(name))
    return { directory: join(trash, name), run };
  throw new ThalwegError(
    'RUN_NOT_FOUND',
    `run ${JSON.stringify(name)}: expected the name of a run in the trash of ${resolve(runsDirectory)}, got none of those`,
  );
}

function trashNames(trash: string): string[] {
  const stat = lstatSync(trash, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return [];
  return readdirSync(trash).filter((name) => trashName.test(name) && isRunFolder(join(trash, name)));
}

/** The time of a move is that at which the system last changed the folder itself. */
function trashedRun(directory: string, name: string): TrashedRun {
  const run = trashName.exec(name)![1]!;
  const { ctime } = statSync(directory);
  const entry = readListEntry(directory, run);
  const status = needsProcess(entry.status) ? 'interrupted' : entry.status;
  return { name, trashed: ctime.toISOString(), bytes: bytesIn(directory), run: { ...entry, id: run, status } };
}

/** What a folder takes on the disk. */
function bytesIn(directory: string): number {
  const sizes = readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(
    (name) => lstatSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0,
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
