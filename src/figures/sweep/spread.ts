import type { FinalQuantity, SweepRunStanding } from '../../contract/index.ts';
import { arithmeticMean, meanEstimate } from '../../statistics/index.ts';
import { quantityText } from './quantities.ts';

/** A final quantity over some runs, and how the others of them stand. */
export interface RunSpread {
  /** Mean over the runs that have a finite value; null without any. */
  readonly mean: number | null;
  /** Sample standard deviation over them, with 1/(n − 1); null for fewer than two. */
  readonly deviation: number | null;
  /** Runs that have a finite value. */
  readonly count: number;
  /** Runs that came to their end without a finite value of a quantity that other runs have. */
  readonly notFinite: number;
  readonly failed: number;
  /** Runs that a halving ended. */
  readonly dropped: number;
  /** Runs that train at the moment. */
  readonly running: number;
  /** Runs that wait, were interrupted or are paused. */
  readonly waiting: number;
  readonly runs: readonly SweepRunStanding[];
}

/** The value of a finished run; null where it is not finished, has not measured it, or its value is not finite. */
export const finalValue = ({ state, entry }: SweepRunStanding, quantity: FinalQuantity): number | null => {
  const value = state === 'finished' ? (entry?.[quantity] ?? null) : null;
  return value !== null && Number.isFinite(value) ? value : null;
};

/** @param isMeasured whether some run of the sweep has the quantity: then a finished run without it is not finite */
export function spreadOf(runs: readonly SweepRunStanding[], quantity: FinalQuantity, isMeasured: boolean): RunSpread {
  const values = runs.flatMap((run) => finalValue(run, quantity) ?? []);
  const count = (...states: readonly SweepRunStanding['state'][]): number =>
    runs.filter(({ state }) => states.includes(state)).length;
  return {
    mean: values.length > 0 ? arithmeticMean(values) : null,
    deviation: values.length > 1 ? meanEstimate(values).standardDeviation : null,
    count: values.length,
    notFinite: isMeasured ? count('finished') - values.length : 0,
    failed: count('failed'),
    dropped: count('dropped'),
    running: count('running'),
    waiting: count('missing', 'created', 'interrupted', 'paused'),
    runs,
  };
}

/** `test accuracy 62.3 % ± 1.7 %, N = 5, 1 failed`: what is known of some runs. */
export function spreadText(spread: RunSpread, quantity: FinalQuantity): string {
  const { mean, deviation, count } = spread;
  const value = mean === null ? [] : [quantityText(quantity, mean, 4)];
  const reach = deviation === null ? [] : [`± ${quantityText(quantity, deviation, 2)}`];
  const known = mean === null ? [] : [`${[...value, ...reach].join(' ')}, N = ${count}`];
  return [...known, ...troubles(spread)].join(', ') || 'no value';
}

/** What keeps runs out of a mean, each with its number. */
function troubles({ failed, notFinite, dropped, running, waiting }: RunSpread): string[] {
  const parts = [
    [failed, 'failed'],
    [notFinite, 'not finite'],
    [dropped, 'ended early'],
    [running, 'running'],
    [waiting, 'not made yet'],
  ] as const;
  return parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
}
