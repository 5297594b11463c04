import { meanEstimate, type Sample } from '../statistics/index.ts';
import type { Reading } from './quantity.ts';

/**
 * The mean over examples, each counting once, with its standard error `s/√n` (divisor n − 1): how far the mean of other
 * examples of the same kind would lie from it. The error of a single example is NaN; so is the mean of none, or where a value
 * is NaN. Losses that overflow have an infinite mean.
 */
export function meanReading(series: Reading['series'], sample: Sample, coordinate: number | null = null): Reading {
  const values = Array.from(sample);
  if (values.length >= 2 && values.every(Number.isFinite)) {
    const { mean, standardError } = meanEstimate(values);
    return { series, coordinate, value: mean, standardError, examples: values.length };
  }
  const value = values.reduce((sum, one) => sum + one, 0) / values.length;
  return { series, coordinate, value, standardError: NaN, examples: values.length };
}
