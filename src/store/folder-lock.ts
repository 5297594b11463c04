import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ThalwegError } from '../base/index.ts';
import { storing } from './files.ts';
import { isAlive, isReachable, processIdentity, processIdentitySchema } from './process.ts';
import { makeFolder } from './staging.ts';

/**
 * Who has a whole folder of runs: a worker makes, sends and removes runs there as it takes them, and a hub writes the copies of what
 * workers send. Two of them in one folder would remove and overwrite each other's runs.
 */
export type FolderRole = 'worker' | 'hub';

const lockSchema = z.strictObject({ role: z.enum(['worker', 'hub']), host: z.string(), holder: processIdentitySchema });
type FolderLock = z.infer<typeof lockSchema>;

/** Milliseconds between two signs of life of a holder, and for how long one counts that cannot be looked at from here. */
const refreshEvery = 10_000;
const believed = 60_000;

const pathOf = (runsDirectory: string, role: FolderRole): string => join(resolve(runsDirectory), `.${role}.lock`);

/** A folder that this process holds. */
export interface FolderHold {
  release(): void;
}

/**
 * Takes a folder of runs, which is made where there is none. A lock whose process has ended counts for nothing. Throws `RUN_STATE` where a
 * living one has it, with its process and host; `STORE_FAILED`.
 */
export function holdFolder(runsDirectory: string, role: FolderRole): FolderHold {
  requireUnheld(runsDirectory, `a ${role}`);
  const path = pathOf(runsDirectory, role);
  const lock: FolderLock = { role, host: hostname(), holder: processIdentity() };
  const text = `${JSON.stringify(lock)}\n`;
  storing(path, () => makeFolder(resolve(runsDirectory)));
  // What is left there has no living holder; of two that find it so, one creates the next.
  rmSync(path, { force: true });
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    requireUnheld(runsDirectory, `a ${role}`);
    storing(path, () => {
      throw error;
    });
  }
  const timer = setInterval(() => touch(path), refreshEvery).unref();
  return {
    release() {
      clearInterval(timer);
      if (readLock(path)?.text === text) rmSync(path, { force: true });
    },
  };
}

/**
 * Throws `RUN_STATE` where a worker has the folder.
 *
 * @param asking who wants to use it: `a sweep`
 */
export const requireNoWorker = (runsDirectory: string, asking: string): void =>
  requireFree(runsDirectory, 'worker', asking);

function requireUnheld(runsDirectory: string, asking: string): void {
  for (const role of ['worker', 'hub'] as const) requireFree(runsDirectory, role, asking);
}

function requireFree(runsDirectory: string, role: FolderRole, asking: string): void {
  const path = pathOf(runsDirectory, role);
  const found = readLock(path);
  if (!found || !isHolding(found.lock, path)) return;
  const { holder, host } = found.lock;
  const article = role === 'hub' ? 'a hub' : 'a worker';
  throw new ThalwegError(
    'RUN_STATE',
    `${resolve(runsDirectory)}: expected a folder of runs for ${asking}, got that of ${article} (process ${holder.pid} on ${host}); give another --runs`,
  );
}

/** A process of another machine or container cannot be looked at: its last sign of life tells. */
function isHolding({ holder }: FolderLock, path: string): boolean {
  if (isReachable(holder)) return isAlive(holder);
  const seen = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - seen < believed;
}

/** One that a crash tore belongs to nobody. */
function readLock(path: string): { readonly lock: FolderLock; readonly text: string } | null {
  try {
    const text = readFileSync(path, 'utf8');
    return { lock: lockSchema.parse(JSON.parse(text)), text };
  } catch {
    return null;
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Somebody removed it: whoever comes next believes that nobody is here.
  }
}
