import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { claimBodySchema } from '../../contract/index.ts';
import { isRunId, makeFolder, writeAtomically } from '../../store/index.ts';

/** The hidden folder, beside the runs, of what a hub knows about them beyond their content. */
const folderOfNotes = '.hub';

/** Who may write the copy of a run. */
const sessionNoteSchema = z.strictObject({
  /** Number of the last claim: requests of earlier ones are refused. */
  session: z.int().nonnegative(),
  definition: z.string(),
  worker: claimBodySchema.shape.worker,
  /** The folder that this session sends from. */
  folder: z.uuid(),
  /** The folder from which something was sent last: only it is sure to have all that the copy has. */
  writer: z.uuid().nullable(),
});
export type SessionNote = z.infer<typeof sessionNoteSchema>;

/** Where a note of a run lies. Throws `RUN_NOT_FOUND` for a name that no run has, so that none leads out of the folder. */
function notePath(runsDirectory: string, id: string): string {
  if (!isRunId(id))
    throw new ThalwegError('RUN_NOT_FOUND', `run: expected the name of a run, got ${JSON.stringify(id)}`);
  return join(resolve(runsDirectory), folderOfNotes, `${id}.json`);
}

/** The note of a run; null where no worker ever took it. Throws `RUN_INVALID` for a damaged one. */
export function readSessionNote(runsDirectory: string, id: string): SessionNote | null {
  const path = notePath(runsDirectory, id);
  if (!existsSync(path)) return null;
  try {
    return sessionNoteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new ThalwegError('RUN_INVALID', `${path}: expected what a hub notes of a run, got ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Writes the note of a run whole. Throws `STORE_FAILED`. */
export function writeSessionNote(runsDirectory: string, id: string, note: SessionNote): void {
  const path = notePath(runsDirectory, id);
  try {
    makeFolder(join(resolve(runsDirectory), folderOfNotes));
  } catch (cause) {
    throw new ThalwegError('STORE_FAILED', `${path}: could not be written: ${messageOf(cause)}`, { cause });
  }
  writeAtomically(path, [`${JSON.stringify(note)}\n`]);
}
