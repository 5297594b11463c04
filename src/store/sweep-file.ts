import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { suggest, ThalwegError } from '../base/index.ts';
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

/** A sweep that was started in a folder of runs; `record` is null where its note cannot be read. */
export interface NotedSweep {
  readonly name: string;
  readonly record: SweepRecord | null;
}

/** The sweeps that were started in a folder of runs, the one that was worked on last first; those that cannot be read come last. */
export function listSweeps(runsDirectory: string): NotedSweep[] {
  const folder = join(resolve(runsDirectory), sweepsFolder);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));
  return names
    .filter(isRunId)
    .map((name) => ({ name, record: readSweepRecord(runsDirectory, name) }))
    .sort((a, b) => backwards(a.record?.updated ?? '', b.record?.updated ?? '') || -backwards(a.name, b.name));
}

const backwards = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

/** The sweep of that name. Throws `RUN_NOT_FOUND` where there is none, `RUN_INVALID` for a note that cannot be read, `USAGE`. */
export function openSweepRecord(runsDirectory: string, name: string): SweepRecord {
  const record = readSweepRecord(runsDirectory, name);
  if (record) return record;
  const path = notePath(runsDirectory, name);
  if (existsSync(path))
    throw new ThalwegError('RUN_INVALID', `${path}: expected the note of a sweep, got what cannot be read as one`);
  const names = listSweeps(runsDirectory).map((sweep) => sweep.name);
  throw new ThalwegError(
    'RUN_NOT_FOUND',
    `sweep: expected a sweep that was started in ${runsDirectory}, got "${name}"; ${suggest(name, names)}`,
  );
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
