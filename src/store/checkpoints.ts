import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withSource } from '../arrays/index.ts';
import { messageOf, ThalwegError } from '../base/index.ts';
import {
  checkpointIteration,
  checkpointName,
  decodeSafetensors,
  encodeSafetensors,
  outdatedCheckpoints,
  type Checkpoint,
  type NamedTensors,
  type Retention,
  type Sha256,
} from './core/index.ts';
import { storing, writeAtomically, type FileOperations } from './files.ts';
import { assertFree } from './lock.ts';
import { runDirectory, runFiles } from './paths.ts';

const sha256: Sha256 = (pieces) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
};

/** Where the checkpoint of an iteration lies in the folder of a run. */
export const checkpointPath = (directory: string, iteration: number): string =>
  join(directory, runFiles.checkpoints, checkpointName(iteration));

/**
 * Writes a safetensors file whole: temporary name, fsync, rename. The SHA-256 of the content stands in its metadata under
 * `sha256`. Throws `STORE_FAILED`.
 */
export function writeSafetensors(path: string, content: NamedTensors, files?: FileOperations): void {
  writeAtomically(path, encodeSafetensors(content, sha256), files);
}

/** Reads a checkpoint, or any safetensors file of F32, F64, I64 and BOOL. Throws `CHECKPOINT_INVALID` with the reason. */
export function readCheckpoint(path: string): NamedTensors {
  try {
    return withSource(path, (source) => decodeSafetensors(source, path, sha256));
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
      const iteration = checkpointIteration(name);
      const path = join(folder, name);
      // The writer may remove an old checkpoint between the two calls.
      const stat = iteration === null ? undefined : statSync(path, { throwIfNoEntry: false });
      return iteration !== null && stat ? [{ iteration, path, bytes: stat.size }] : [];
    })
    .sort((a, b) => a.iteration - b.iteration);
}

/** Writes the checkpoint of `iteration` and then removes the older ones that nothing keeps. Returns its path. */
export function saveCheckpoint(
  directory: string,
  iteration: number,
  content: NamedTensors,
  retention: Retention,
  files?: FileOperations,
): string {
  const path = checkpointPath(directory, iteration);
  writeSafetensors(path, content, files);
  removeCheckpoints(outdatedCheckpoints(listCheckpoints(directory), iteration, retention));
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
