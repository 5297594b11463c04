import type { RunPlan, Specification } from '../contract/index.ts';
import { planRun } from '../run/index.ts';
import { stateOf } from './state.ts';
import type { PlannedTrial } from './trial.ts';

/** What an experiment will cost on this machine. */
export interface ExperimentPlan {
  readonly experiment: string;
  readonly title: string;
  readonly trials: number;
  readonly finished: number;
  /** Wall time of the trials that are missing, summed over them as if they ran one after the other with all threads. */
  readonly seconds: number;
}

export interface EstimateRequest {
  readonly trials: readonly PlannedTrial[];
  readonly runsDirectory: string;
  readonly dataDirectory: string | undefined;
}

/**
 * What the missing trials will cost: of each kind of run a few updates, one evaluation and one product of each quantity are
 * timed in this process; seeds and learning rates share their price. Computations state theirs.
 */
export async function estimateTrials(
  { trials, runsDirectory, dataDirectory }: EstimateRequest,
  onNote: (message: string) => void,
): Promise<ExperimentPlan[]> {
  const prices = new Map<string, RunPlan>();
  const secondsOf = async (trial: PlannedTrial): Promise<number> => {
    if (trial.kind === 'computed') return trial.experiment.seconds[trial.scale];
    const key = priceKey(trial.specification);
    const known = prices.get(key);
    if (known) return known.seconds;
    onNote(`timing ${trial.id}`);
    const place = dataDirectory === undefined ? {} : { dataDirectory };
    const plan = await planRun({ specification: trial.specification, ...place }, onNote);
    prices.set(key, plan);
    return plan.seconds;
  };
  const plans: ExperimentPlan[] = [];
  for (const experiment of new Set(trials.map((trial) => trial.experiment))) {
    const own = trials.filter((trial) => trial.experiment === experiment);
    const missing = own.filter((trial) => stateOf(trial, runsDirectory).status !== 'finished');
    let seconds = 0;
    for (const trial of missing) seconds += await secondsOf(trial);
    const { id, title } = experiment;
    plans.push({ experiment: id, title, trials: own.length, finished: own.length - missing.length, seconds });
  }
  return plans;
}

/** What decides the price of a run: not its seed and start, nor its learning rate. */
function priceKey({
  seed: _seed,
  start: _start,
  name: _name,
  study: _study,
  optimizer,
  ...rest
}: Specification): string {
  return JSON.stringify({ ...rest, optimizer: { ...optimizer, learningRate: null } });
}
