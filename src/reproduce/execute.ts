import { messageOf, ThalwegError } from '../base/index.ts';
import { startRun } from '../run/index.ts';
import { startComputation } from './computation.ts';
import { stateOf, type TrialState } from './state.ts';
import type { PlannedTrial } from './trial.ts';
import type { Work } from './work.ts';

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
  readonly dataDirectory: string | undefined;
  /** Seeds as they were asked for: computing processes plan again. */
  readonly seeds: number | undefined;
  /** Processes at a time. */
  readonly workers: number;
  /** Threads of each. */
  readonly threads: number;
}

export interface ExecuteHooks {
  readonly onMessage: (message: ReproduceMessage) => void;
  /** When it aborts, runs write a checkpoint and end, computations end at once, and the result is `INTERRUPTED`. */
  readonly signal?: AbortSignal;
}

/**
 * Makes the trials that are not finished: runs first, from their last checkpoint where they have one, then what reads them.
 * A trial that fails is told of and does not keep the others from going on. A run that diverged, or that is something else
 * under its name, is left as it is. Rejects only with `INTERRUPTED`.
 */
export async function executeTrials(request: ExecuteTrials, hooks: ExecuteHooks): Promise<void> {
  const { trials, runsDirectory } = request;
  const states = new Map(trials.map((trial) => [trial.id, stateOf(trial, runsDirectory)]));
  const finished = trials.filter(({ id }) => states.get(id)!.status === 'finished').length;
  hooks.onMessage({ type: 'planned', trials: trials.length, finished });
  const open = trials.filter(({ id }) => isOpen(states.get(id)!));
  const isAlone = (trial: PlannedTrial): boolean => trial.kind === 'computed' && trial.experiment.exclusive === true;
  const stages = [
    { queue: open.filter(({ kind }) => kind === 'training'), workers: request.workers, threads: request.threads },
    {
      queue: open.filter((trial) => trial.kind === 'computed' && !isAlone(trial)),
      workers: request.workers,
      threads: request.threads,
    },
    // What measures time has the machine for itself.
    { queue: open.filter(isAlone), workers: 1, threads: request.workers * request.threads },
  ];
  for (const { queue, workers, threads } of stages) await drain(queue, workers, { ...request, threads }, hooks);
  if (hooks.signal?.aborted)
    throw new ThalwegError('INTERRUPTED', 'reproduce: stopped; the same command goes on from here');
}

/** Whether something can still be made of it. */
const isOpen = ({ status }: TrialState): boolean => status === 'missing' || status === 'unfinished';

async function drain(
  queue: PlannedTrial[],
  workers: number,
  request: ExecuteTrials,
  hooks: ExecuteHooks,
): Promise<void> {
  const running = new Set<Work>();
  const stopAll = (): void => running.forEach((work) => work.stop());
  hooks.signal?.addEventListener('abort', stopAll);
  const next = async (): Promise<void> => {
    for (let trial = queue.shift(); trial && !hooks.signal?.aborted; trial = queue.shift()) {
      const work = start(trial, request, hooks);
      running.add(work);
      await follow(trial, work, hooks);
      running.delete(work);
    }
  };
  await Promise.all(Array.from({ length: workers }, next));
  hooks.signal?.removeEventListener('abort', stopAll);
}

async function follow({ id }: PlannedTrial, work: Work, { onMessage }: ExecuteHooks): Promise<void> {
  try {
    await work.done;
    onMessage({ type: 'finished', id });
  } catch (error) {
    const isStop = error instanceof ThalwegError && error.code === 'INTERRUPTED';
    if (!isStop) onMessage({ type: 'failed', id, message: messageOf(error) });
  }
}

function start(trial: PlannedTrial, request: ExecuteTrials, { onMessage }: ExecuteHooks): Work {
  const { id } = trial;
  const { runsDirectory, dataDirectory, threads, seeds } = request;
  const onProgress = (share: number): void => onMessage({ type: 'progress', id, share });
  if (trial.kind === 'training') return startTraining(trial, request, onMessage);
  onMessage({ type: 'started', id, again: false });
  const paper = trial.experiment.id.split('-')[0]!;
  return startComputation({ paper, scale: trial.scale, seeds, id, runsDirectory, dataDirectory, threads }, onProgress);
}

function startTraining(
  trial: PlannedTrial & { readonly kind: 'training' },
  { runsDirectory, dataDirectory, threads }: ExecuteTrials,
  onMessage: ExecuteHooks['onMessage'],
): Work {
  const { id } = trial;
  const again = stateOf(trial, runsDirectory).status === 'unfinished';
  onMessage({ type: 'started', id, again });
  const place = { runsDirectory, id, ...(dataDirectory === undefined ? {} : { dataDirectory }) };
  const process = startRun(
    again
      ? { kind: 'resume', ...place }
      : { kind: 'execute', specification: { ...trial.specification, threads }, ...place },
    {
      onMessage(message) {
        if (message.type === 'progress')
          onMessage({ type: 'progress', id, share: message.iteration / Math.max(1, message.totalIterations) });
      },
    },
  );
  const done = process.done.then((run) => {
    if (run.status !== 'finished') throw new ThalwegError('INTERRUPTED', `run ${id}: stopped after a checkpoint`);
  });
  return { done, stop: () => process.stop() };
}

/** Wall time of finished trials, seconds. */
export const secondsOf = (trials: readonly PlannedTrial[], runsDirectory: string): number =>
  trials.reduce((sum, trial) => sum + (stateOf(trial, runsDirectory).seconds ?? 0), 0);
