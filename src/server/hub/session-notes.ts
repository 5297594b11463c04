import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { claimBodySchema } from '../../contract/index.ts';
import { notePath, writeNote } from '../../store/index.ts';

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

/** The note of a run; null where no worker ever took it. Throws `RUN_INVALID` for a damaged one. */
export function readSessionNote(runsDirectory: string, id: string): SessionNote | null {
  const path = notePath(runsDirectory, folderOfNotes, id);
  if (!existsSync(path)) return null;
  try {
    return sessionNoteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new ThalwegError('RUN_INVALID', `${path}: expected what a hub notes of a run, got ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Writes the note of a run whole. Throws `STORE_FAILED`, `RUN_NOT_FOUND` for a name that no run has. */
export const writeSessionNote = (runsDirectory: string, id: string, note: SessionNote): void =>
  writeNote(runsDirectory, folderOfNotes, id, note);
