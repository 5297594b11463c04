import { statSync } from 'node:fs';
import { join } from 'node:path';
import { outcomePath } from './outcomes.ts';
import { runDirectory, runFiles } from './paths.ts';

/**
 * Tells one state of a run's files from a later one without reading them: sizes and times of change. The empty text where there is
 * no run.
 */
export const runMark = (runsDirectory: string, id: string): string =>
  [runFiles.file, runFiles.metrics].map((file) => fileMark(join(runDirectory(runsDirectory, id), file))).join('');

/** The same of the result of a computation. */
export const outcomeMark = (runsDirectory: string, id: string): string => fileMark(outcomePath(runsDirectory, id));

function fileMark(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found ? `${found.ino}:${found.size}:${found.mtimeMs};` : '';
}
