import { encodeNumber, outcomeVersion, type OutcomeFile } from '../contract/index.ts';
import { describeMachine } from '../run/index.ts';
import { writeOutcome } from '../store/index.ts';
import { agrees } from '../studies/index.ts';
import { readTrial } from './evidence.ts';
import type { PlannedTrial } from './trial.ts';

export interface ComputeRequest {
  readonly trial: PlannedTrial & { readonly kind: 'computed' };
  /** All trials of the paper: those that it needs are among them. */
  readonly trials: readonly PlannedTrial[];
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
  readonly threads: number;
  readonly onProgress: (share: number) => void;
}

/** Computes a trial in this process and writes its result. Throws `RUN_STATE` where a run that it reads is not finished. */
export async function computeTrial(request: ComputeRequest): Promise<OutcomeFile> {
  const { trial, trials, runsDirectory, dataDirectory, threads, onProgress } = request;
  const { experiment, condition, options, seed, scale } = trial;
  const began = performance.now();
  const { numbers, arrays } = await experiment.compute({
    condition,
    options,
    seed,
    scale,
    runs: (name, where = {}) =>
      trials
        .filter((other) => other.experiment.id === name && other.seed === seed && agrees(other.condition, where))
        .map((other) => readTrial(other, runsDirectory)),
    runsDirectory,
    dataDirectory,
    threads,
    onProgress,
  });
  const outcome: OutcomeFile = {
    version: outcomeVersion,
    id: trial.id,
    experiment: experiment.id,
    scale,
    condition: { ...condition },
    seed,
    definition: trial.definition,
    created: new Date().toISOString(),
    seconds: (performance.now() - began) / 1000,
    environment: describeMachine(),
    numbers: Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, encodeNumber(value)])),
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.map(encodeNumber)])),
  };
  writeOutcome(runsDirectory, outcome);
  return outcome;
}
