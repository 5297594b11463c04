import { join, resolve } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import { runFileSchema } from '../contract/index.ts';

/** What lies in the folder of a run. Nothing else holds its truth. */
export const runFiles = {
  file: 'run.json',
  metrics: 'metrics.db',
  checkpoints: 'checkpoints',
  measurements: 'measurements',
  landscapes: 'landscapes',
  log: 'log.jsonl',
  annotations: 'annotations.json',
  lock: 'lock',
} as const;

/** `$THALWEG_RUNS`, or the folder `runs` where the process was started. */
export const defaultRunsDirectory = (): string => resolve(process.env['THALWEG_RUNS'] || 'runs');

/** True for names that a run can have: lower-case letters, digits, ".", "_" and "-", at most 128, no separator. */
export const isRunId = (name: string): boolean => runFileSchema.shape.id.safeParse(name).success;

/** The folder of run `id`. Throws `RUN_NOT_FOUND` for a name that is no run id, so that no name leads out of `runsDirectory`. */
export function runDirectory(runsDirectory: string, id: string): string {
  if (!isRunId(id)) {
    throw new ThalwegError(
      'RUN_NOT_FOUND',
      `run: expected a name of lower-case letters, digits, ".", "_" and "-", got ${JSON.stringify(id)}`,
    );
  }
  return join(resolve(runsDirectory), id);
}
