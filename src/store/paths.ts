import { join, resolve } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import { isRunId } from './core/index.ts';

export { isRunId, runFiles } from './core/index.ts';

/** `$THALWEG_RUNS`, or the folder `runs` where the process was started. */
export const defaultRunsDirectory = (): string => resolve(process.env['THALWEG_RUNS'] || 'runs');

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
