import { join, resolve } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import { writeAtomically } from './files.ts';
import { isRunId } from './paths.ts';
import { makeFolder } from './staging.ts';

/**
 * Where a note about a run lies: in a hidden folder beside the runs, for it is no part of the run. Throws `RUN_NOT_FOUND` for
 * a name that no run has, so that none leads out of the folder.
 */
export function notePath(runsDirectory: string, folder: string, id: string): string {
  if (isRunId(id)) return join(resolve(runsDirectory), folder, `${id}.json`);
  throw new ThalwegError('RUN_NOT_FOUND', `run: expected the name of a run, got ${JSON.stringify(id)}`);
}

/** Writes a note about a run whole. Throws `STORE_FAILED`, `RUN_NOT_FOUND`. */
export function writeNote(runsDirectory: string, folder: string, id: string, note: unknown): void {
  const path = notePath(runsDirectory, folder, id);
  try {
    makeFolder(join(resolve(runsDirectory), folder));
  } catch (cause) {
    throw new ThalwegError('STORE_FAILED', `${path}: could not be written: ${messageOf(cause)}`, { cause });
  }
  writeAtomically(path, [`${JSON.stringify(note)}\n`]);
}
