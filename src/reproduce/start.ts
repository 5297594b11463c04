import { requestFor, silentEnd, type Place, type StartedRun } from '../sweep/index.ts';
import { programBeside, WorkerPool } from '../workers/index.ts';
import type { TrialRequest } from './perform.ts';
import { isExclusive, type PlannedTrial } from './trial.ts';

/** Begins a trial in another process; it says how far it is, in [0, 1]. */
export type StartTrial = (trial: PlannedTrial, threads: number, onProgress: (share: number) => void) => StartedRun;

export interface StarterOptions extends Place {
  /** Seeds as they were asked for: processes that compute plan again. */
  readonly seeds: number | undefined;
}

/** Begins trials in other processes, which stay for the next ones. */
export interface Starter {
  readonly start: StartTrial;
  /** Ends them. */
  close(): Promise<void>;
}

/** Trains runs from their last checkpoint where they have one. `program` is what the processes run (default: the worker beside this file). */
export function createStarter(options: StarterOptions, program = programBeside(import.meta.url)): Starter {
  const pool = new WorkerPool<TrialRequest, number, void>({ program });
  return {
    start(trial, threads, onProgress) {
      // A time is measured in a process without a past, and beside no other.
      if (isExclusive(trial)) pool.clear();
      const request = trialRequest(trial, threads, options);
      const work = pool.start({ request, onMessage: onProgress, died: (end) => silentEnd(trial.id, end) });
      // Nothing of a computation can be kept, and while it computes it may not hear.
      return { done: work.done, stop: trial.kind === 'computed' ? () => work.kill() : () => work.stop() };
    },
    close: () => pool.close(),
  };
}

function trialRequest(trial: PlannedTrial, threads: number, options: StarterOptions): TrialRequest {
  if (trial.kind === 'training') return requestFor(trial, threads, options);
  const { id, scale, experiment } = trial;
  const { runsDirectory, dataDirectory, seeds } = options;
  const paper = experiment.id.split('-')[0]!;
  return { kind: 'compute', paper, scale, seeds, id, runsDirectory, dataDirectory, threads };
}
