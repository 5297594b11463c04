import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import kstest from '@stdlib/stats-kstest';
import { finiteNumbers, wrongUse, type Sample } from './sample.ts';

/** Mean and standard deviation of a normal distribution. */
export interface Normal {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Wasserstein distance of order 1 between two samples of one size: `(1/n) Σ |x_(i) − y_(i)|` of the sorted numbers, in their
 * unit. Throws `NO_DATA` for an empty sample, `USAGE` for different sizes or a number that is not finite.
 */
export function wassersteinDistance(x: Sample, y: Sample): number {
  if (x.length !== y.length) throw wrongUse('wasserstein', `two samples of one size, got ${x.length} and ${y.length}`);
  const [a, b] = [sorted('wasserstein', x), sorted('wasserstein', y)];
  return a.reduce((total, value, index) => total + Math.abs(value - b[index]!), 0) / a.length;
}

/**
 * Wasserstein distance of order 1 between a sample and a normal distribution, whose quantiles are taken at `(i − ½)/n`, in the unit
 * of the numbers. Of a sample from that very distribution it is about `0.9·s/√n`, not 0. Throws like {@link wassersteinDistance}.
 */
export function wassersteinToNormal(sample: Sample, { mean, deviation }: Normal): number {
  requireDeviation('wasserstein', deviation);
  const numbers = sorted('wasserstein', sample);
  const { length } = numbers;
  return (
    numbers.reduce(
      (total, value, index) => total + Math.abs(value - normalQuantile((index + 0.5) / length, mean, deviation)),
      0,
    ) / length
  );
}

/** A test of a sample against a distribution that was fixed beforehand. */
export interface KolmogorovTest {
  /** `D = sup |F_n − F|`, in [0, 1]. */
  readonly distance: number;
  readonly pValue: number;
}

/** Kolmogorov–Smirnov test of independent numbers against a normal distribution. Throws like {@link wassersteinToNormal}. */
export function kolmogorovToNormal(sample: Sample, { mean, deviation }: Normal): KolmogorovTest {
  requireDeviation('kolmogorov', deviation);
  const numbers = sorted('kolmogorov', sample);
  const { statistic, pValue } = kstest(Float64Array.from(numbers), 'normal', mean, deviation, { sorted: true });
  return { distance: statistic, pValue };
}

const sorted = (subject: string, sample: Sample): number[] => finiteNumbers(subject, sample, 1).sort((a, b) => a - b);

function requireDeviation(subject: string, deviation: number): void {
  if (!(deviation > 0 && deviation < Infinity)) throw wrongUse(subject, `a positive deviation, got ${deviation}`);
}
