import { ThalwegError } from '../base/index.ts';
import { programBeside, WorkerPool, type ProcessEnd } from '../workers/index.ts';
import type { StartTrial } from './execute.ts';
import type { TrialRequest } from './perform.ts';
import { stateOf } from './state.ts';
import { isExclusive, type PlannedTrial } from './trial.ts';

export interface Place {
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
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
export function createStarter(place: Place, program = programBeside(import.meta.url)): Starter {
  const pool = new WorkerPool<TrialRequest, number, void>({ program });
  return {
    start(trial, threads, onProgress) {
      // A time is measured in a process without a past, and beside no other.
      if (isExclusive(trial)) pool.clear();
      const died = (end: ProcessEnd): ThalwegError => silentEnd(trial.id, end);
      const work = pool.start({ request: requestFor(trial, threads, place), onMessage: onProgress, died });
      // Nothing of a computation can be kept, and while it computes it may not hear.
      return { done: work.done, stop: trial.kind === 'computed' ? () => work.kill() : () => work.stop() };
    },
    close: () => pool.close(),
  };
}

function requestFor(trial: PlannedTrial, threads: number, place: Place): TrialRequest {
  const { id, scale, experiment } = trial;
  const { runsDirectory, dataDirectory, seeds } = place;
  if (trial.kind === 'computed') {
    const paper = experiment.id.split('-')[0]!;
    return { kind: 'compute', paper, scale, seeds, id, runsDirectory, dataDirectory, threads };
  }
  const run = { runsDirectory, id, ...(dataDirectory === undefined ? {} : { dataDirectory }) };
  return stateOf(trial, runsDirectory).status === 'unfinished'
    ? { kind: 'resume', ...run }
    : { kind: 'execute', specification: { ...trial.specification, threads }, ...run };
}

const silentEnd = (id: string, { asked, how }: ProcessEnd): ThalwegError =>
  asked === null
    ? new ThalwegError('TRAINER_DIED', `${id}: expected a result from its process, ${how}`)
    : new ThalwegError('INTERRUPTED', `${id}: stopped before it was done`);
