import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { finiteNumbers, requireBetween, type Interval, type Sample } from './sample.ts';

/** A mean and what is known about it. */
export interface MeanEstimate {
  readonly mean: number;
  /** `s`, of divisor n − 1. */
  readonly standardDeviation: number;
  /** `s/√n` */
  readonly standardError: number;
  /** Student's t interval `mean ± t·s/√n` with n − 1 degrees of freedom. */
  readonly interval: Interval;
  /** n */
  readonly count: number;
}

/** The arithmetic mean. Throws `NO_DATA` for no number, `USAGE` for one that is not finite. */
export const arithmeticMean = (sample: Sample): number => mean(finiteNumbers('mean', sample, 1));

/**
 * The mean of independent numbers, with its standard error and confidence interval. Throws `NO_DATA` for fewer than two
 * numbers, `USAGE` for one that is not finite or a level outside (0, 1).
 *
 * @param level coverage of the interval; default 0.95
 */
export function meanEstimate(sample: Sample, level = 0.95): MeanEstimate {
  requireBetween('mean', 'level', level, 0, 1);
  const numbers = finiteNumbers('mean', sample, 2);
  const [centre, count] = [mean(numbers), numbers.length];
  const standardDeviation = sampleStandardDeviation(numbers);
  const standardError = standardDeviation / Math.sqrt(count);
  const reach = tQuantile((1 + level) / 2, count - 1) * standardError;
  return { mean: centre, standardDeviation, standardError, interval: [centre - reach, centre + reach], count };
}
