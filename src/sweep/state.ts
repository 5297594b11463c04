import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../base/index.ts';
import { openRun } from '../store/index.ts';
import { definitionOf, definitionWithoutFiles } from './identity.ts';
import type { QueuedRun } from './queue.ts';

/** How far something planned is: `foreign` is something else under its name. */
export interface PlannedState {
  readonly status: 'missing' | 'finished' | 'unfinished' | 'failed' | 'foreign';
  /** Why it is no evidence, in words; null when it is finished. */
  readonly reason: string | null;
  /** Wall time that it took, seconds; null unless it is finished. */
  readonly seconds: number | null;
}

export const problemState = (status: PlannedState['status'], reason: string): PlannedState => ({
  status,
  reason,
  seconds: null,
});
export const doneState = (seconds: number): PlannedState => ({ status: 'finished', reason: null, seconds });

/** Whether something can still be made of it. */
export const isOpen = ({ status }: PlannedState): boolean => status === 'missing' || status === 'unfinished';

/** What `read` says of something planned; what cannot be read is foreign, for that reason. */
export function readState(id: string, read: () => PlannedState): PlannedState {
  try {
    return read();
  } catch (error) {
    return problemState('foreign', `${id} cannot be read: ${messageOf(error)}`);
  }
}

/** What lies in the folder of runs under the name of a run. Never throws: what cannot be read is a reason. */
export const runState = (run: Pick<QueuedRun, 'id' | 'definition'>, runsDirectory: string): PlannedState =>
  readState(run.id, () => stateInFolder(run, runsDirectory));

function stateInFolder({ id, definition }: Pick<QueuedRun, 'id' | 'definition'>, runsDirectory: string): PlannedState {
  if (!existsSync(join(runsDirectory, id))) return problemState('missing', `${id} was not run`);
  const reader = openRun(runsDirectory, id);
  const file = reader.file();
  reader.close();
  if (![definitionOf, definitionWithoutFiles].some((define) => define(file.specification) === definition))
    return problemState('foreign', `${id} has another definition`);
  if (file.parent !== null) return problemState('foreign', `${id} is a fork of ${file.parent.run}`);
  switch (file.status) {
    case 'finished':
      return doneState(file.summary?.seconds ?? 0);
    case 'failed': {
      const reason = `${id} failed: ${file.error?.message ?? 'no reason was kept'}`;
      // It would diverge again; anything else, such as a full disk, may be better by now.
      return problemState(file.error?.code === 'TRAINING_DIVERGED' ? 'failed' : 'unfinished', reason);
    }
    case 'created':
    case 'running':
    case 'paused':
    case 'interrupted':
      return problemState('unfinished', `${id} stands at iteration ${file.iteration} of ${file.totalIterations}`);
  }
}
