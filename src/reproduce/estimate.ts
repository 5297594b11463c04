import { priceKinds, secondsOf, type PricingHooks } from '../sweep/index.ts';
import { stateOf } from './state.ts';
import type { PlannedTrial } from './trial.ts';

/** What an experiment will cost on this machine. */
export interface ExperimentPlan {
  readonly experiment: string;
  readonly title: string;
  readonly trials: number;
  readonly finished: number;
  /** Wall time of the trials that are missing, summed over them as if they ran one after the other with one thread. */
  readonly seconds: number;
}

export interface EstimateRequest {
  readonly trials: readonly PlannedTrial[];
  readonly runsDirectory: string;
}

/**
 * What the missing trials will cost: of each kind of run a few updates, one evaluation and one product of each quantity are
 * timed, unless that is known; seeds and learning rates share their price. Computations state theirs.
 */
export async function estimateTrials(
  { trials, runsDirectory }: EstimateRequest,
  hooks: PricingHooks,
): Promise<ExperimentPlan[]> {
  const plans: ExperimentPlan[] = [];
  for (const experiment of new Set(trials.map((trial) => trial.experiment))) {
    const own = trials.filter((trial) => trial.experiment === experiment);
    const missing = own.filter((trial) => stateOf(trial, runsDirectory).status !== 'finished');
    const trained = missing.flatMap((trial) => (trial.kind === 'training' ? [trial] : []));
    const computed = missing.flatMap((trial) => (trial.kind === 'computed' ? [trial] : []));
    const seconds =
      secondsOf(await priceKinds(trained, 1, hooks)) +
      computed.reduce((sum, trial) => sum + trial.experiment.seconds[trial.scale], 0);
    const { id, title } = experiment;
    plans.push({ experiment: id, title, trials: own.length, finished: own.length - missing.length, seconds });
  }
  return plans;
}
