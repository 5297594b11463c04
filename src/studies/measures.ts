import { ThalwegError } from '../base/index.ts';
import type { SeriesName } from '../contract/index.ts';
import { arithmeticMean, leastSquaresLine, meanEstimate, type Interval } from '../statistics/index.ts';
import { readings, type Evidence, type EvidenceTrial, type Part } from './evidence.ts';

/** One number for each seed, in the order of the seeds. */
export const perSeed = (
  evidence: Evidence,
  measure: (seed: number) => number,
): { kind: 'values'; values: number[] } => ({
  kind: 'values',
  values: evidence.seeds.map(measure),
});

/** Two numbers of the trials of an experiment, each summed over them: cases with a property, and all cases. */
export function countsOf(
  evidence: Evidence,
  experiment: string,
  hits: string,
  of: string,
): { kind: 'counts'; hits: number; of: number } {
  const trials = evidence.trials(experiment);
  const total = (name: string): number => trials.reduce((sum, trial) => sum + trial.number(name), 0);
  return { kind: 'counts', hits: total(hits), of: total(of) };
}

/** The mean. Throws `NO_DATA` for no values, and for one that is not finite: nothing is left out silently. */
export function meanOf(subject: string, values: readonly number[]): number {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (values.length > 0 && wrong < 0) return arithmeticMean(values);
  throw new ThalwegError(
    'NO_DATA',
    `${subject}: expected finite numbers, got ${values.length === 0 ? 'none' : String(values[wrong])}`,
  );
}

/** The mean of a part of a series. Throws `NO_DATA` where nothing was recorded there, or something that is not finite. */
export const meanIn = (trial: EvidenceTrial, name: SeriesName, part: Part = {}): number =>
  meanOf(
    `${trial.id}: ${name}`,
    readings(trial, name, part).map(({ value }) => value),
  );

/** The newest value of a series, of one coordinate where it has several. Throws `NO_DATA` for none, or one that is not finite. */
export function finalOf(trial: EvidenceTrial, name: SeriesName, coordinate?: number): number {
  const newest = readings(trial, name, { coordinate }).slice(-1);
  return meanOf(
    `${trial.id}: last ${name}`,
    newest.map(({ value }) => value),
  );
}

/** Natural logarithm. Throws `NO_DATA` for a number that is not positive and finite. */
export function logOf(subject: string, value: number): number {
  if (value > 0 && value < Infinity) return Math.log(value);
  throw new ThalwegError('NO_DATA', `${subject}: expected a positive number, got ${value}`);
}

/** Natural logarithm of `value/reference`. Throws `NO_DATA` unless both are positive and their ratio is positive and finite. */
export const logRatio = (subject: string, value: number, reference: number): number =>
  Math.log(positiveRatio(subject, value, reference));

/** Decadic logarithm of `value/reference`. Throws like {@link logRatio}. */
export const log10Ratio = (subject: string, value: number, reference: number): number =>
  Math.log10(positiveRatio(subject, value, reference));

function positiveRatio(subject: string, value: number, reference: number): number {
  const ratio = value / reference;
  if (value > 0 && reference > 0 && ratio > 0 && ratio < Infinity) return ratio;
  throw new ThalwegError('NO_DATA', `${subject}: expected two positive numbers, got ${value} and ${reference}`);
}

/** Slope of `y` over `log₂ x`: the change of `y` for each doubling of `x`. */
export const perDoubling = (points: readonly (readonly [x: number, y: number])[]): number =>
  leastSquaresLine(
    points.map(([x]) => Math.log2(x)),
    points.map(([, y]) => y),
  ).slope;

/** The values of a series at its evaluations after the start, in their order: those of a learning curve. Throws `NO_DATA` for none. */
export function learningCurve(trial: EvidenceTrial, series: SeriesName): number[] {
  const values = readings(trial, series, { from: 1 }).map(({ value }) => value);
  if (values.length > 0) return values;
  throw new ThalwegError('NO_DATA', `${trial.id}: expected ${series} after the start, got none`);
}

/** Values at the same places of two curves. Throws `NO_DATA` for curves of different lengths. */
export function pairs(one: readonly number[], other: readonly number[]): (readonly [number, number])[] {
  if (one.length !== other.length)
    throw new ThalwegError('NO_DATA', `curves: expected the same lengths, got ${one.length} and ${other.length}`);
  return one.map((value, index) => [value, other[index]!]);
}

/** What the numbers of several seeds have in common, for figures and tables. */
export interface Spread {
  readonly mean: number;
  /** Of divisor n − 1; NaN for one seed. */
  readonly deviation: number;
  /** Student's 95 % interval of the mean; NaN for one seed. */
  readonly interval: Interval;
}

const unknown: Spread = { mean: NaN, deviation: NaN, interval: [NaN, NaN] };

/** Mean and spread over seeds. A number that is not finite makes all of them NaN, which figures draw as a gap, and so do none. */
export function spreadOf(values: readonly number[]): Spread {
  if (!values.every(Number.isFinite)) return unknown;
  if (values.length < 2) return { ...unknown, mean: values[0] ?? NaN };
  const { mean, standardDeviation: deviation, interval } = meanEstimate(values);
  return { mean, deviation, interval };
}

/** `mean ± standard deviation` of the numbers of several seeds, as a table has it; for one seed its number. */
export function spreadText(
  values: readonly number[],
  text: (mean: number) => string,
  deviationText: (deviation: number) => string = text,
): string {
  const { mean, deviation } = spreadOf(values);
  return values.length < 2 ? text(mean) : `${text(mean)} ± ${deviationText(deviation)}`;
}
