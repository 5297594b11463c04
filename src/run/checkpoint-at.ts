import { ThalwegError } from '../base/index.ts';
import type { RunFile } from '../contract/index.ts';
import { openRun, type Checkpoint } from '../store/index.ts';

/** `run.json` and the checkpoints of a run, newest last. */
export function readRun(
  runsDirectory: string,
  id: string,
): { readonly file: RunFile; readonly checkpoints: readonly Checkpoint[] } {
  const reader = openRun(runsDirectory, id);
  try {
    return { file: reader.file(), checkpoints: reader.checkpoints() };
  } finally {
    reader.close();
  }
}

/** The checkpoint of an iteration, or the newest one. Throws `RUN_STATE` for an iteration without, with the nearest that have one. */
export function checkpointAt(id: string, checkpoints: readonly Checkpoint[], at: number | 'last'): Checkpoint {
  const newest = checkpoints.at(-1);
  if (!newest) throw new ThalwegError('RUN_STATE', `run ${id}: expected a checkpoint to measure at, got a run without`);
  const found = at === 'last' ? newest : checkpoints.find(({ iteration }) => iteration === at);
  if (found) return found;
  const before = checkpoints.findLast(({ iteration }) => iteration < Number(at));
  const after = checkpoints.find(({ iteration }) => iteration > Number(at));
  const nearest = [before, after].flatMap((checkpoint) => (checkpoint ? [checkpoint.iteration] : []));
  throw new ThalwegError(
    'RUN_STATE',
    `run ${id}: expected an iteration with a checkpoint, got ${at}; the nearest ${nearest.length > 1 ? 'are' : 'is'} ${nearest.join(' and ')}`,
  );
}
