import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { z } from 'zod';
import { messageOf, ThalwegError } from '../base/index.ts';
import {
  needsProcess,
  runFileSchema,
  runFileVersion,
  type RunFile,
  type RunStatus,
  type Specification,
} from '../contract/index.ts';
import { writeAtomically, type FileOperations } from './files.ts';
import { isHeld } from './lock.ts';
import { runFiles } from './paths.ts';

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
  writeAtomically(path, [`${JSON.stringify(checkRunFile(file, path), null, 2)}\n`], files);
}

/** Checks the content of a run file against its schema. Throws `RUN_INVALID` with the path of the first wrong key. */
export function checkRunFile(content: unknown, path: string): RunFile {
  const version = (content as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > runFileVersion) {
    throw new ThalwegError(
      'RUN_INVALID',
      `${path}: expected version ${runFileVersion}, got ${version} of a newer Thalweg`,
    );
  }
  const result = runFileSchema.safeParse(content);
  if (!result.success) throw new ThalwegError('RUN_INVALID', `${path}: ${describeProblems(result.error)}`);
  return result.data;
}

function describeProblems(error: z.ZodError): string {
  const [first, ...others] = error.issues;
  const key = first!.path.length > 0 ? `${first!.path.join('.')}: ` : '';
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return `${key}${messageOf(first!.message)}${more}`;
}

/**
 * The start of a readable id: `<study, or data and model>-<optimizer>-s<seed>`, to which a counter is added. Characters
 * that an id cannot have become "-".
 */
export function idStem(specification: Specification): string {
  const subject = specification.study ?? `${specification.data.name}-${specification.model.name}`;
  const readable = subject
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 80);
  return `${readable || 'run'}-${specification.optimizer.name}-s${specification.seed}`;
}
