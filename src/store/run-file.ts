import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import { needsProcess, type RunFile, type RunStatus } from '../contract/index.ts';
import { checkRunFile, runFiles, runFileText } from './core/index.ts';
import { writeAtomically, type FileOperations } from './files.ts';
import { isHeld } from './lock.ts';

/** Reads `run.json` as it stands. The folder's name is the run's id, so that a copied folder is a run of its own. */
export function readRunFile(directory: string): RunFile {
  const path = join(directory, runFiles.file);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const what = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'the file is missing' : messageOf(error);
    throw new ThalwegError('RUN_INVALID', `${path}: expected a run file, got: ${what}`, { cause: error });
  }
  return { ...checkRunFile(content, path), id: basename(directory) };
}

/** Reads `run.json` with the status that holds now: `running` or `paused` without a living process is `interrupted`. */
export function readCurrentRunFile(directory: string): RunFile {
  const file = readRunFile(directory);
  return { ...file, status: currentStatus(file.status, directory) };
}

const currentStatus = (status: RunStatus, directory: string): RunStatus =>
  needsProcess(status) && !isHeld(directory) ? 'interrupted' : status;

/** Writes `run.json` whole. Throws `STORE_FAILED`, and `RUN_INVALID` for content against the schema. */
export function writeRunFile(directory: string, file: RunFile, files?: FileOperations): void {
  const path = join(directory, runFiles.file);
  writeAtomically(path, [runFileText(file, path)], files);
}
