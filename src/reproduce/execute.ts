import { messageOf, ThalwegError, type ErrorCode } from '../base/index.ts';
import type { Work } from '../workers/index.ts';
import { stateOf, type TrialState } from './state.ts';
import { isExclusive, type PlannedTrial } from './trial.ts';

/** What is told while trials are made. */
export type ReproduceMessage =
  | { readonly type: 'planned'; readonly trials: number; readonly finished: number }
  | { readonly type: 'started'; readonly id: string; readonly again: boolean }
  /** Share of a running trial that is done, in [0, 1]. */
  | { readonly type: 'progress'; readonly id: string; readonly share: number }
  | { readonly type: 'finished'; readonly id: string }
  | { readonly type: 'failed'; readonly id: string; readonly message: string };

export interface ExecuteTrials {
  readonly trials: readonly PlannedTrial[];
  readonly runsDirectory: string;
  /** Trials at a time. */
  readonly workers: number;
  /** Threads of each. */
  readonly threads: number;
  /** Begins one. */
  readonly start: StartTrial;
}

/** A trial that is being made. When it is stopped, `done` rejects with `INTERRUPTED`. */
export type StartedTrial = Pick<Work<void>, 'done' | 'stop'>;

/** Begins a trial in another process; it says how far it is, in [0, 1]. */
export type StartTrial = (trial: PlannedTrial, threads: number, onProgress: (share: number) => void) => StartedTrial;

export interface ExecuteHooks {
  readonly onMessage: (message: ReproduceMessage) => void;
  /** When it aborts, runs write a checkpoint and end, computations end at once, and the result is `INTERRUPTED`. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the trials that are not finished: runs first, from their last checkpoint where they have one, then what reads them.
 * A trial that fails is told of and does not keep the others from going on. A run that diverged, or that is something else
 * under its name, is left as it is. Rejects with `INTERRUPTED`, and with what would befall the others as well: data that are
 * missing or damaged, a full disk, a device that is not there.
 */
export async function executeTrials(request: ExecuteTrials, hooks: ExecuteHooks): Promise<void> {
  const { trials, runsDirectory } = request;
  const states = new Map(trials.map((trial) => [trial.id, stateOf(trial, runsDirectory)]));
  const finished = trials.filter(({ id }) => states.get(id)!.status === 'finished').length;
  hooks.onMessage({ type: 'planned', trials: trials.length, finished });
  const open = trials.filter(({ id }) => isOpen(states.get(id)!));
  const stages = [
    { queue: open.filter(({ kind }) => kind === 'training'), workers: request.workers, threads: request.threads },
    {
      queue: open.filter((trial) => trial.kind === 'computed' && !isExclusive(trial)),
      workers: request.workers,
      threads: request.threads,
    },
    // What measures time has the machine for itself.
    { queue: open.filter(isExclusive), workers: 1, threads: request.workers * request.threads },
  ];
  for (const { queue, workers, threads } of stages) await drain(queue, workers, { ...request, threads }, hooks);
  if (hooks.signal?.aborted)
    throw new ThalwegError('INTERRUPTED', 'reproduce: stopped; the same command goes on from here');
}

/** Whether something can still be made of it. */
const isOpen = ({ status }: TrialState): boolean => status === 'missing' || status === 'unfinished';

/** What would befall every other trial as well: better to say it once. */
const fatal: readonly ErrorCode[] = ['DATA_MISSING', 'DATA_INVALID', 'STORE_FAILED', 'RUNTIME_UNAVAILABLE'];

/** Makes the trials of a queue, so many at a time. Rejects with the first fatal error, once all that run have ended. */
async function drain(
  queue: PlannedTrial[],
  workers: number,
  request: ExecuteTrials,
  hooks: ExecuteHooks,
): Promise<void> {
  const running = new Set<StartedTrial>();
  const stopAll = (): void => running.forEach((work) => work.stop());
  const failure: { error?: ThalwegError } = {};
  hooks.signal?.addEventListener('abort', stopAll);
  const next = async (): Promise<void> => {
    for (let trial = queue.shift(); trial && !hooks.signal?.aborted; trial = queue.shift()) {
      const { id } = trial;
      hooks.onMessage({ type: 'started', id, again: stateOf(trial, request.runsDirectory).status === 'unfinished' });
      const work = request.start(trial, request.threads, (share) => hooks.onMessage({ type: 'progress', id, share }));
      running.add(work);
      const error = await follow(id, work, hooks);
      running.delete(work);
      if (!error || !fatal.includes(error.code) || failure.error) continue;
      failure.error = error;
      queue.length = 0;
      stopAll();
    }
  };
  await Promise.all(Array.from({ length: workers }, next));
  hooks.signal?.removeEventListener('abort', stopAll);
  if (failure.error) throw failure.error;
}

/** Tells how a trial ended; one that was stopped is not told of. */
async function follow(id: string, work: StartedTrial, { onMessage }: ExecuteHooks): Promise<ThalwegError | null> {
  try {
    await work.done;
    onMessage({ type: 'finished', id });
    return null;
  } catch (thrown) {
    const error = thrown instanceof ThalwegError ? thrown : new ThalwegError('INTERNAL', messageOf(thrown));
    if (error.code !== 'INTERRUPTED' && !fatal.includes(error.code))
      onMessage({ type: 'failed', id, message: error.message });
    return error;
  }
}
