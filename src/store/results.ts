import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { invariant, messageOf, ThalwegError } from '../base/index.ts';
import { storing, writeAtomically } from './files.ts';
import { runDirectory, runFiles } from './paths.ts';

/** What was computed from a run afterwards and is kept in its folder, as JSON documents: the folder of each kind. */
const folders = { measurement: runFiles.measurements, landscape: runFiles.landscapes } as const;
export type ResultKind = keyof typeof folders;

const ending = '.json';

/** Work that is not finished lies beside its result until it is. */
const unfinished = '.partial.safetensors';
const namePattern = /^[a-z0-9][a-z0-9-]{0,127}$/;

/** A result in the folder of a run. */
export interface RunResult {
  /** Lower-case letters, digits and "-". */
  readonly name: string;
  /** When it was written, ISO 8601. */
  readonly written: string;
  readonly bytes: number;
}

/** The results of one kind, newest first; none in a run without. Throws `RUN_NOT_FOUND`, `RUN_INVALID`. */
export function listResults(runsDirectory: string, id: string, kind: ResultKind): RunResult[] {
  const folder = folderOf(runsDirectory, id, kind);
  return entriesOf(folder)
    .filter((file) => file.endsWith(ending))
    .flatMap((file) => {
      const name = file.slice(0, -ending.length);
      const stat = statSync(join(folder, file), { throwIfNoEntry: false });
      return stat && namePattern.test(name) ? [{ name, written: stat.mtime.toISOString(), bytes: stat.size }] : [];
    })
    .sort((a, b) => b.written.localeCompare(a.written) || a.name.localeCompare(b.name));
}

/** The text of a result. Throws `RUN_NOT_FOUND`, `NO_DATA` where there is none of that name, `RUN_INVALID` for a file that cannot be read. */
export function readResult(runsDirectory: string, id: string, kind: ResultKind, name: string): string {
  const path = placeOf(runsDirectory, id, kind, name);
  if (path === null || !existsSync(path))
    throw new ThalwegError('NO_DATA', `run ${id}: expected a ${kind} that is kept, got none of the name "${name}"`);
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ThalwegError('RUN_INVALID', `${path}: could not be read: ${messageOf(error)}`, { cause: error });
  }
}

/**
 * Where a result is to be written, and where its unfinished work is kept, in a folder that exists then. Throws `STORE_FAILED` where it cannot be
 * made: the folder of a run that was deleted is not made again.
 */
export function resultPlace(
  runsDirectory: string,
  id: string,
  kind: ResultKind,
  name: string,
): { readonly path: string; readonly state: string } {
  const path = placeOf(runsDirectory, id, kind, name);
  invariant(path !== null, `"${name}" is no name of a ${kind}`);
  const folder = folderOf(runsDirectory, id, kind);
  if (!existsSync(folder)) storing(folder, () => mkdirSync(folder));
  return { path, state: `${path.slice(0, -ending.length)}${unfinished}` };
}

/** Writes a text whole. Throws `STORE_FAILED`. */
export const writeResult = (path: string, text: string): void => writeAtomically(path, [text]);

const folderOf = (runsDirectory: string, id: string, kind: ResultKind): string =>
  join(runDirectory(runsDirectory, id), folders[kind]);

/** Null for a name that no result has, so that no name leads out of the folder. */
const placeOf = (runsDirectory: string, id: string, kind: ResultKind, name: string): string | null =>
  namePattern.test(name) ? join(folderOf(runsDirectory, id, kind), `${name}${ending}`) : null;

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ThalwegError('RUN_INVALID', `${folder}: could not be read: ${messageOf(error)}`, { cause: error });
  }
}
