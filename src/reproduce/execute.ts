import { ThalwegError } from '../base/index.ts';
import { isOpen, makeAll, type MakingHooks, type Share, type Task } from '../sweep/index.ts';
import type { StartTrial } from './start.ts';
import { stateOf } from './state.ts';
import { isExclusive, type PlannedTrial } from './trial.ts';

export interface ExecuteTrials {
  readonly trials: readonly PlannedTrial[];
  readonly runsDirectory: string;
  /** How this machine is shared out among those that are open. */
  readonly share: (open: readonly PlannedTrial[]) => Promise<Share>;
  /** Begins one. */
  readonly start: StartTrial;
  /** Runs at a time, where a queue decides; default: as the share says. */
  readonly runs?: number;
}

/**
 * Makes the trials that are not finished: runs first, from their last checkpoint where they have one, then what reads them.
 * A trial that fails is told of and does not keep the others from going on. A run that diverged, or that is something else
 * under its name, is left as it is. Rejects with `INTERRUPTED`, and as {@link makeAll} does.
 */
export async function executeTrials(request: ExecuteTrials, hooks: MakingHooks): Promise<void> {
  const { trials, runsDirectory, start } = request;
  const states = new Map(trials.map((trial) => [trial.id, stateOf(trial, runsDirectory)]));
  const taskOf = (trial: PlannedTrial, own: number): Task => ({
    id: trial.id,
    again: states.get(trial.id)!.status === 'unfinished',
    end: 'finished',
    start: (onProgress) => start(trial, own, onProgress),
  });
  const finished = trials.filter(({ id }) => states.get(id)!.status === 'finished').length;
  hooks.onMessage({ type: 'planned', total: trials.length, finished });
  const open = trials.filter(({ id }) => isOpen(states.get(id)!));
  const { workers, threads } = await request.share(open);
  const exclusive = open.filter(isExclusive);
  const shared = open.filter((trial) => !exclusive.includes(trial));
  for (const kind of ['training', 'computed'] as const) {
    const tasks = shared.filter((trial) => trial.kind === kind).map((trial) => taskOf(trial, threads));
    await makeAll(tasks, kind === 'training' ? (request.runs ?? workers) : workers, hooks);
  }
  // What measures time has the machine for itself.
  const tasks = exclusive.map((trial) => taskOf(trial, workers * threads));
  await makeAll(tasks, 1, hooks);
  if (hooks.signal?.aborted)
    throw new ThalwegError('INTERRUPTED', 'reproduce: stopped; the same command goes on from here');
}
