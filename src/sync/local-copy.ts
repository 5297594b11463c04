import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { messageOf, ThalwegError } from '../base/index.ts';
import { HistoryReader, notePath, openRun, runDirectory, runFiles, writeNote } from '../store/index.ts';

/** The hidden folder, beside a worker's runs, of what it knows about them. */
const folderOfNotes = '.worker';

/** What a worker notes of a run before its folder appears. */
const noteSchema = z.strictObject({
  /** Name of this very folder: one that is fetched or begun anew has another. */
  folder: z.uuid(),
  definition: z.string(),
});
export type LocalNote = z.infer<typeof noteSchema>;

/** What a worker has of a run. */
export interface LocalCopy extends LocalNote {
  readonly seq: number;
  readonly log: number;
  readonly isFinished: boolean;
}

/** Notes which folder a run's is. Throws `STORE_FAILED`. */
export const noteLocal = (runsDirectory: string, id: string, note: LocalNote): void =>
  writeNote(runsDirectory, folderOfNotes, id, note);

/**
 * What there is of a run here, null for nothing that could be gone on with: no folder, another definition, a damaged one.
 * Throws `RUN_EXISTS` for a run of that name that no worker made.
 */
export function readLocal(runsDirectory: string, id: string, definition: string): LocalCopy | null {
  const directory = runDirectory(runsDirectory, id);
  if (!existsSync(directory)) return null;
  const note = readNote(notePath(runsDirectory, folderOfNotes, id));
  if (!note)
    throw new ThalwegError(
      'RUN_EXISTS',
      `run ${id}: expected no run of that name in ${resolve(runsDirectory)}, got one of somebody else`,
    );
  if (note.definition !== definition) return null;
  try {
    return { ...note, ...extentOf(runsDirectory, id, directory) };
  } catch (error) {
    if (error instanceof ThalwegError && error.code === 'RUN_INVALID') return null;
    throw error;
  }
}

/** Removes what there is of a run; the note stays, and says that the folder may be made again. Throws `STORE_FAILED`. */
export function removeLocal(runsDirectory: string, id: string): void {
  const directory = runDirectory(runsDirectory, id);
  if (!existsSync(directory)) return;
  // Renamed first: a run that is half removed could be taken for a whole one.
  const going = join(resolve(runsDirectory), `.old-${id}`);
  try {
    rmSync(going, { recursive: true, force: true });
    renameSync(directory, going);
    rmSync(going, { recursive: true, force: true });
  } catch (cause) {
    throw new ThalwegError('STORE_FAILED', `${directory}: could not be removed: ${messageOf(cause)}`, { cause });
  }
}

function extentOf(runsDirectory: string, id: string, directory: string): Omit<LocalCopy, keyof LocalNote> {
  const run = openRun(runsDirectory, id);
  const { status } = run.file();
  const history = new HistoryReader(join(directory, runFiles.metrics));
  try {
    const log = statSync(join(directory, runFiles.log), { throwIfNoEntry: false })?.size ?? 0;
    return { seq: history.newestSeq(), log, isFinished: status === 'finished' };
  } finally {
    history.close();
  }
}

function readNote(path: string): LocalNote | null {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
