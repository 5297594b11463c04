import { ThalwegError } from '../../base/index.ts';
import type { Measured } from '../../claims/index.ts';
import type { Condition, SeriesName } from '../../contract/index.ts';
import { leastSquaresLine } from '../../statistics/index.ts';
import { meanOf, readings, trialOf, type Evidence, type EvidenceTrial } from '../evidence.ts';

/** Iterations, both ends included. */
export interface Window {
  readonly from?: number;
  readonly to?: number;
}

/** The seeds of an experiment, ascending: dear ones have fewer than others of the paper. */
export const seedsOf = (evidence: Evidence, experiment: string): number[] =>
  [...new Set(evidence.trials(experiment).map(({ seed }) => seed))].sort((a, b) => a - b);

/** One number for each seed of an experiment. */
export const eachSeed = (evidence: Evidence, experiment: string, measure: (seed: number) => number): Measured => ({
  kind: 'values',
  values: seedsOf(evidence, experiment).map(measure),
});

/** The different values that a key of the condition has in an experiment, in the order of its trials. */
export function valuesOf<T extends string | number>(
  evidence: Evidence,
  experiment: string,
  key: string,
  isWanted: (value: unknown) => value is T,
  where: Condition = {},
): T[] {
  const values = evidence.trials(experiment, where).map(({ condition }) => condition[key]);
  return [...new Set(values.filter(isWanted))];
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isNumber = (value: unknown): value is number => typeof value === 'number';

/** The networks of an experiment. */
export const networksOf = (evidence: Evidence, experiment: string): string[] =>
  valuesOf(evidence, experiment, 'network', isText);

/** The mean of a series in a window. Throws `NO_DATA` where nothing was recorded there, or something that is not finite. */
export const meanIn = (trial: EvidenceTrial, name: SeriesName, window: Window = {}): number =>
  meanOf(
    `${trial.id}: ${name}`,
    readings(trial, name, window).map(({ value }) => value),
  );

/** The newest value of a series, which must be finite. */
export function finalOf(trial: EvidenceTrial, name: SeriesName): number {
  const value = readings(trial, name).at(-1)?.value;
  return meanOf(`${trial.id}: last ${name}`, value === undefined ? [] : [value]);
}

/** The mean over the networks of an experiment of a number of each. */
export const overNetworks = (evidence: Evidence, experiment: string, measure: (network: string) => number): number =>
  meanOf(experiment, networksOf(evidence, experiment).map(measure));

/** Logarithm of a ratio of two positive numbers. Throws `NO_DATA` for others. */
export function logRatio(subject: string, value: number, reference: number): number {
  if (value > 0 && reference > 0) return Math.log(value / reference);
  throw new ThalwegError('NO_DATA', `${subject}: expected two positive numbers, got ${value} and ${reference}`);
}

/** Slope of `y` over `log₂ x`: the change of `y` for each doubling of `x`. */
export const perDoubling = (points: readonly (readonly [x: number, y: number])[]): number =>
  leastSquaresLine(
    points.map(([x]) => Math.log2(x)),
    points.map(([, y]) => y),
  ).slope;

/** The trial of a network. */
export const ofNetwork = (
  evidence: Evidence,
  experiment: string,
  seed: number,
  network: string,
  where: Condition = {},
): EvidenceTrial => trialOf(evidence, experiment, seed, { network, ...where });
