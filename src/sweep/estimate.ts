import type { SweepPlan, SweepRun } from './plan.ts';
import { chooseShare, priceKinds, secondsOf, thisMachine, type PricingHooks, type Share } from './share.ts';
import { runState } from './state.ts';

/** What the missing part of a sweep will take on this machine. */
export interface SweepEstimate extends Share {
  readonly runs: number;
  /** Runs that are there. */
  readonly finished: number;
  /** Wall time with that many workers, seconds; what a halving ends and what is there in part counts as whole. */
  readonly seconds: number;
  /** Memory of the largest run that was timed, bytes; null where none was. */
  readonly memory: number | null;
  /** Kinds of runs among the missing ones, and how many of them were timed. */
  readonly kinds: number;
  readonly timed: number;
}

/** Counts what is there and times what is missing. @param workers as they were asked for; undefined: as the machine allows */
export async function estimateSweep(
  plan: SweepPlan,
  runsDirectory: string,
  workers: number | undefined,
  hooks: PricingHooks,
): Promise<SweepEstimate> {
  const missing = missingRuns(plan, runsDirectory);
  const share = await chooseShare(missing, workers, hooks, thisMachine());
  const prices = await priceKinds(missing, share.threads, hooks);
  const memory = prices.priced.map(({ price }) => price.memory);
  return {
    ...share,
    runs: plan.runs.length,
    finished: plan.runs.length - missing.length,
    seconds: secondsOf(prices) / Math.max(1, Math.min(share.workers, missing.length)),
    memory: memory.length > 0 ? Math.max(...memory) : null,
    kinds: prices.kinds,
    timed: prices.priced.length,
  };
}

/** The runs of a plan that are not finished. */
export const missingRuns = (plan: SweepPlan, runsDirectory: string): SweepRun[] =>
  plan.runs.filter((run) => runState(run, runsDirectory).status !== 'finished');
