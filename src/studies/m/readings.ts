import { ThalwegError } from '../../base/index.ts';
import type { SeriesName } from '../../contract/index.ts';
import { readings, type EvidenceTrial } from '../evidence.ts';
import { meanOf } from '../measures.ts';

/** What traces are correlated with. */
export const proxies = ['affineInput', 'affineFeatures', 'boundInput', 'boundFeatures'] as const;
export type Proxy = (typeof proxies)[number];

/** Correctly classified examples, or the others: the coordinate of a correlation. */
export const groups = { correct: 1, wrong: 0 } as const;
export type Group = keyof typeof groups;

/** Pearson's r of the traces with a proxy along training, without outliers (the paper's way) or with them. */
export function correlations(
  trial: EvidenceTrial,
  proxy: Proxy,
  group: Group = 'correct',
  outliers: 'removed' | 'kept' = 'removed',
): { iteration: number; value: number }[] {
  const name: SeriesName = `exampleTrace.${outliers === 'removed' ? 'inlierCorrelation' : 'correlation'}.${proxy}`;
  return readings(trial, name, { coordinate: groups[group] });
}

/** The value of a series at an iteration, and at a coordinate where it has several. Throws `NO_DATA` where there is none. */
export function valueAt(trial: EvidenceTrial, name: SeriesName, iteration: number, coordinate?: number): number {
  const [found] = readings(trial, name, { from: iteration, to: iteration, coordinate });
  if (found) return found.value;
  const where = coordinate === undefined ? '' : ` and coordinate ${coordinate}`;
  throw new ThalwegError('NO_DATA', `${trial.id}: expected ${name} at iteration ${iteration}${where}, got none`);
}

/** Training accuracy at each iteration at which it was measured. */
export const accuracies = (trial: EvidenceTrial): ReadonlyMap<number, number> =>
  new Map(readings(trial, 'train.accuracy').map(({ iteration, value }) => [iteration, value]));

/** Mean r over the second half of training. */
export function lateCorrelation(trial: EvidenceTrial, ...which: CorrelationChoice): number {
  const along = correlations(trial, ...which);
  const end = Math.max(...readings(trial, 'train.accuracy').map(({ iteration }) => iteration));
  const late = along.filter(({ iteration }) => iteration >= end / 2);
  return meanOf(
    `${trial.id}: late r with ${which[0]}`,
    late.map(({ value }) => value),
  );
}
type CorrelationChoice = Parameters<typeof correlations> extends [unknown, ...infer Rest] ? Rest : never;

/**
 * The last iteration after the first update at which at least this share of the training examples is wrong: later there are too few
 * wrong ones to speak of. Throws `NO_DATA` where there is none.
 */
export function lastWithErrors(trial: EvidenceTrial, share: number): number {
  const found = findWithErrors(trial, share);
  if (found !== undefined) return found;
  throw new ThalwegError(
    'NO_DATA',
    `${trial.id}: expected a measurement with at least ${100 * share} % wrong examples, got none after the first update`,
  );
}

/** Whether there is one. */
export const hasErrors = (trial: EvidenceTrial, share: number): boolean => findWithErrors(trial, share) !== undefined;

const findWithErrors = (trial: EvidenceTrial, share: number): number | undefined =>
  [...accuracies(trial)].findLast(([iteration, accuracy]) => iteration > 0 && 1 - accuracy >= share)?.[0];

/** r of one group at an iteration. Throws `NO_DATA` where the group was too small. */
export function correlationAt(trial: EvidenceTrial, iteration: number, ...which: CorrelationChoice): number {
  const found = correlations(trial, ...which).find((reading) => reading.iteration === iteration);
  if (found) return found.value;
  const [proxy, group = 'correct'] = which;
  throw new ThalwegError(
    'NO_DATA',
    `${trial.id}: expected r with ${proxy} of ${group} examples at iteration ${iteration}, got none: fewer than four`,
  );
}

/** The numbers of those elements for which `keep` is 1. */
export const kept = (values: readonly number[], keep: readonly number[], flag = 1): number[] =>
  values.filter((_, index) => (keep[index] === 1) === (flag === 1));

/** `‖a − b‖₂/‖b‖₂` */
export function relativeDeviation(a: readonly number[], b: readonly number[]): number {
  const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(a.map((value, index) => value - b[index]!)) / norm(b);
}
