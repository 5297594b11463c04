import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import {
  annotated,
  annotationsSchema,
  noAnnotations,
  type AnnotationChange,
  type Annotations,
} from '../contract/index.ts';
import { writeAtomically } from './files.ts';
import { runFiles } from './paths.ts';
import { existingRun } from './run-folders.ts';

/** The annotations in a run's folder; none where there is no file. Throws `RUN_INVALID` for a damaged one. */
export function readAnnotations(directory: string): Annotations {
  const path = join(directory, runFiles.annotations);
  // Most runs have none, and an exception costs more than a look.
  if (!existsSync(path)) return noAnnotations;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new ThalwegError('RUN_INVALID', `${path}: expected tags and notes, got: ${messageOf(cause)}`, { cause });
  }
  const result = annotationsSchema.safeParse(content);
  if (result.success) return result.data;
  const { path: key, message } = result.error.issues[0]!;
  throw new ThalwegError('RUN_INVALID', `${path}: ${[key.join('.'), message].filter(Boolean).join(': ')}`);
}

/**
 * Changes the annotations of a run, whether it is being written or not, and returns them. The file is replaced whole: of
 * two processes that do so at once, the later one wins. Throws `RUN_NOT_FOUND`, `STORE_FAILED`, and `RUN_INVALID` where the
 * annotations are damaged (removing the file begins anew).
 */
export function annotateRun(runsDirectory: string, id: string, change: AnnotationChange): Annotations {
  const directory = existingRun(runsDirectory, id);
  const annotations = annotationsSchema.parse(annotated(readAnnotations(directory), change));
  writeAtomically(join(directory, runFiles.annotations), [`${JSON.stringify(annotations, null, 2)}\n`]);
  return annotations;
}
