import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withSource } from '../arrays/index.ts';
import { invariant, messageOf, ThalwegError } from '../base/index.ts';
import { storing, writeAtomically, type FileOperations } from './files.ts';
import { assertFree } from './lock.ts';
import { runDirectory, runFiles } from './paths.ts';
import { decodeSafetensors, encodeSafetensors, reservedMetadata, type NamedTensors } from './safetensors.ts';

/** A checkpoint on disk. */
export interface Checkpoint {
  readonly iteration: number;
  readonly path: string;
  readonly bytes: number;
}

const checkpointPattern = /^(\d{10,})\.safetensors$/;
/** Where the checkpoint of an iteration lies in the folder of a run. */
export const checkpointPath = (directory: string, iteration: number): string =>
  join(directory, runFiles.checkpoints, `${String(iteration).padStart(10, '0')}.safetensors`);

/**
 * Writes a safetensors file whole: temporary name, fsync, rename. The SHA-256 of the content stands in its metadata under
 * `sha256`. Throws `STORE_FAILED`.
 */
export function writeSafetensors(path: string, content: NamedTensors, files?: FileOperations): void {
  invariant(!('__metadata__' in content.tensors), 'safetensors: a tensor cannot be named "__metadata__"');
  for (const key of reservedMetadata) {
    invariant(!(key in content.metadata), `safetensors: metadata "${key}" is written by the store`);
  }
  writeAtomically(path, encodeSafetensors(content), files);
}

/** Reads a checkpoint, or any safetensors file of F32, F64, I64 and BOOL. Throws `CHECKPOINT_INVALID` with the reason. */
export function readCheckpoint(path: string): NamedTensors {
  try {
    return withSource(path, (source) => decodeSafetensors(source, path));
  } catch (error) {
    if (error instanceof ThalwegError) throw error;
    throw new ThalwegError('CHECKPOINT_INVALID', `${path}: could not be read: ${messageOf(error)}`, { cause: error });
  }
}

/** The checkpoints of a run's folder, newest last. */
export function listCheckpoints(directory: string): Checkpoint[] {
  const folder = join(directory, runFiles.checkpoints);
  return readdirOrEmpty(folder)
    .flatMap((name) => {
      const match = checkpointPattern.exec(name);
      const path = join(folder, name);
      // The writer may remove an old checkpoint between the two calls.
      const stat = match ? statSync(path, { throwIfNoEntry: false }) : undefined;
      return match && stat ? [{ iteration: Number(match[1]), path, bytes: stat.size }] : [];
    })
    .sort((a, b) => a.iteration - b.iteration);
}

/** Which checkpoints stay when a newer one is written. */
export interface Retention {
  /** The newest n, the one just written included. */
  readonly newest: number;
  /**
   * Whether a run that is never stopped writes a checkpoint at an iteration (default: at each). One that an interruption wrote
   * counts for nothing and goes with the next, so that a resumed run ends with the same checkpoints.
   */
  readonly isRegular?: (iteration: number) => boolean;
  /** Whether the checkpoint of an iteration stays for good (default: none does). */
  readonly isKept?: (iteration: number) => boolean;
}

/** Writes the checkpoint of `iteration` and then removes the older ones that nothing keeps. Returns its path. */
export function saveCheckpoint(
  directory: string,
  iteration: number,
  content: NamedTensors,
  { newest, isRegular = () => true, isKept = () => false }: Retention,
  files?: FileOperations,
): string {
  const path = checkpointPath(directory, iteration);
  writeSafetensors(path, content, files);
  const older = listCheckpoints(directory).filter((checkpoint) => checkpoint.path !== path);
  const regular = older.filter((checkpoint) => isRegular(checkpoint.iteration));
  const staying = new Set(newest > 1 ? regular.slice(1 - newest) : []);
  removeCheckpoints(older.filter((checkpoint) => !staying.has(checkpoint) && !isKept(checkpoint.iteration)));
  return path;
}

/** Removes the checkpoints of a run but the newest `kept`. Throws `RUN_STATE` while a process writes the run, `STORE_FAILED`. */
export function pruneCheckpoints(runsDirectory: string, id: string, kept: number): void {
  const directory = runDirectory(runsDirectory, id);
  assertFree(directory);
  const checkpoints = listCheckpoints(directory);
  removeCheckpoints(checkpoints.slice(0, Math.max(0, checkpoints.length - kept)));
}

/** Removes checkpoints. */
export function removeCheckpoints(checkpoints: readonly Checkpoint[]): void {
  for (const { path } of checkpoints) storing(path, () => rmSync(path, { force: true }));
}

function readdirOrEmpty(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ThalwegError('RUN_INVALID', `${folder}: could not be read: ${messageOf(error)}`, { cause: error });
  }
}
