import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ThalwegError } from '../base/index.ts';
import { runDirectory, runFiles } from './paths.ts';
import { isAlive, isReachable, processIdentity, processIdentitySchema, type ProcessIdentity } from './process.ts';

/** Who writes a run. The run's name stands in it so that a copied folder does not count as held by the original's writer. */
const lockSchema = z.strictObject({ run: z.string(), holder: processIdentitySchema });
type Lock = z.infer<typeof lockSchema>;

/** Writes the lock of a folder that only this process can reach yet. */
export function writeLock(directory: string, run: string): void {
  const lock: Lock = { run, holder: processIdentity() };
  writeFileSync(join(directory, runFiles.lock), `${JSON.stringify(lock)}\n`);
}

/**
 * Takes the lock of a run, also over from a process that ended without releasing it. Call it inside a write transaction
 * of the run's database: that serialises two processes that find the same dead holder. Throws `RUN_STATE` while a living
 * process holds it.
 */
export function takeLock(directory: string): void {
  const lock = readLock(directory);
  if (lock && isAlive(lock.holder)) throw heldError(directory, lock);
  writeLock(directory, basename(directory));
}

/** Throws `RUN_STATE` while a living process holds the lock. */
export function assertFree(directory: string): void {
  const lock = readLock(directory);
  if (lock && isAlive(lock.holder)) throw heldError(directory, lock);
}

/** True while a living process holds the lock. */
export const isHeld = (directory: string): boolean => holderOf(directory) !== null;

/** The living process that holds the lock, or null. */
export function holderOf(directory: string): ProcessIdentity | null {
  const lock = readLock(directory);
  return lock !== null && isAlive(lock.holder) ? lock.holder : null;
}

/**
 * Asks the process that writes a run to stop, by SIGTERM, which a training process takes as: write a checkpoint and end. False
 * when no process writes it (any more). Throws `RUN_STATE` for a process that this one must not or cannot ask, and
 * `RUN_NOT_FOUND` for a name that is no run id.
 */
export function stopWriter(runsDirectory: string, id: string): boolean {
  const holder = holderOf(runDirectory(runsDirectory, id));
  if (!holder) return false;
  const refuse = (got: string): never => {
    throw new ThalwegError('RUN_STATE', `run ${id}: expected a training process that can be asked to stop, got ${got}`);
  };
  if (!isReachable(holder)) return refuse(`process ${holder.pid} of another container`);
  if (holder.pid === process.pid) return refuse('the process that serves this page, which writes it itself');
  try {
    return process.kill(holder.pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    return refuse(`process ${holder.pid} of another user`);
  }
}

/** Removes the lock. */
export function releaseLock(directory: string): void {
  rmSync(join(directory, runFiles.lock), { force: true });
}

/** The lock, or null when there is none for this run: no file, a torn one of a process that died, a copied one. */
function readLock(directory: string): Lock | null {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(directory, runFiles.lock), 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const lock = lockSchema.safeParse(content);
  return lock.success && lock.data.run === basename(directory) ? lock.data : null;
}

const heldError = (directory: string, lock: Lock): ThalwegError =>
  new ThalwegError(
    'RUN_STATE',
    `run ${basename(directory)}: expected no other writer, got process ${lock.holder.pid} that is writing it`,
  );
