import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ThalwegError } from '../base/index.ts';
import { sweepRecordSchema, type SweepRecord } from '../contract/index.ts';
import { storing, writeAtomically } from './files.ts';
import { isRunId } from './paths.ts';
import { isAlive, processIdentity, processIdentitySchema } from './process.ts';

/** The folder, beside the runs, of the sweeps that were started there. */
const sweepsFolder = '.sweeps';
const sweepFileSchema = z.strictObject({ sweep: sweepRecordSchema, holder: processIdentitySchema });

/** The sweep of that name as it was noted last in a folder of runs; null where there is none, and for a note that cannot be read. */
export function readSweepRecord(runsDirectory: string, name: string): SweepRecord | null {
  const note = readNote(runsDirectory, name);
  if (!note) return null;
  const { sweep, holder } = note;
  return { ...sweep, state: sweep.state === 'running' && isAlive(holder) ? 'running' : 'idle' };
}

/** The sweeps that were started in a folder of runs, the one that was worked on last first. Notes that cannot be read are left out. */
export function listSweeps(runsDirectory: string): SweepRecord[] {
  const folder = join(resolve(runsDirectory), sweepsFolder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((file) => (file.endsWith('.json') ? (readSweepRecord(runsDirectory, file.slice(0, -5)) ?? []) : []))
    .sort((a, b) => (a.updated < b.updated ? 1 : a.updated > b.updated ? -1 : 0));
}

/** Notes a sweep as one of this process. Throws `RUN_STATE` while another living process works on one of that name, `STORE_FAILED`. */
export function writeSweepRecord(runsDirectory: string, sweep: SweepRecord): void {
  const path = notePath(runsDirectory, sweep.name);
  const earlier = readNote(runsDirectory, sweep.name);
  if (earlier?.sweep.state === 'running' && earlier.holder.pid !== process.pid && isAlive(earlier.holder))
    throw new ThalwegError(
      'RUN_STATE',
      `sweep ${sweep.name}: expected nobody who works on it, got process ${earlier.holder.pid}`,
    );
  storing(path, () => mkdirSync(join(resolve(runsDirectory), sweepsFolder), { recursive: true }));
  writeAtomically(path, [`${JSON.stringify({ sweep, holder: processIdentity() })}\n`]);
}

/** Throws `USAGE` for a name that leads out of the folder. */
function notePath(runsDirectory: string, name: string): string {
  if (!isRunId(name))
    throw new ThalwegError('USAGE', `sweep: expected a name as a run can have, got ${JSON.stringify(name)}`);
  return join(resolve(runsDirectory), sweepsFolder, `${name}.json`);
}

function readNote(runsDirectory: string, name: string): z.infer<typeof sweepFileSchema> | null {
  try {
    const content: unknown = JSON.parse(readFileSync(notePath(runsDirectory, name), 'utf8'));
    return sweepFileSchema.safeParse(content).data ?? null;
  } catch (error) {
    if (error instanceof ThalwegError) throw error;
    // None, or one that a crash tore: what the sweep made lies in its runs.
    return null;
  }
}
