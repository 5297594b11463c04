import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import tCdf from '@stdlib/stats-base-dists-t-cdf';
import padjust from '@stdlib/stats-padjust';
import { mean } from 'simple-statistics';
import { meanEstimate } from './mean.ts';
import { finiteNumbers, isConstant, requireBetween, wrongUse, type Interval, type Sample } from './sample.ts';

/** An estimate with what chance alone would explain of it. */
export interface TestedEstimate {
  readonly estimate: number;
  /** Confidence interval of the estimate. */
  readonly interval: Interval;
  /** One-sided p-value against "the parameter is at most the bound". */
  readonly above: number;
  /** One-sided p-value against "the parameter is at least the bound". */
  readonly below: number;
  /** n */
  readonly count: number;
}

/**
 * Student's one-sample t-test of a mean against `bound`: `t = (x̄ − bound)/(s/√n)`, n − 1 degrees of freedom. Numbers that
 * are all the same do not depend on chance: their interval has no width, and a p-value is 0, or 1 (½ each at the bound).
 * Throws `NO_DATA` for fewer than two numbers, `USAGE` for one that is not finite.
 */
export function testMean(sample: Sample, bound = 0, level = 0.95): TestedEstimate {
  const numbers = finiteNumbers('test of a mean', sample, 2);
  const { interval, standardError, count } = meanEstimate(numbers, level);
  const centre = isConstant(numbers) ? numbers[0]! : mean(numbers);
  if (isConstant(numbers)) {
    const above = centre > bound ? 0 : centre < bound ? 1 : 0.5;
    return { estimate: centre, interval: [centre, centre], above, below: 1 - above, count };
  }
  const t = (centre - bound) / standardError;
  return { estimate: centre, interval, above: tCdf(-t, count - 1), below: tCdf(t, count - 1), count };
}

/**
 * Exact binomial test of a share against `bound`, with the Clopper–Pearson interval. Throws `NO_DATA` without a case,
 * `USAGE` for counts that are no whole numbers with `0 ≤ hits ≤ of`.
 *
 * @param hits cases that have the property
 * @param of all cases, independent of each other
 */
export function testShare(hits: number, of: number, bound: number, level = 0.95): TestedEstimate {
  requireBetween('test of a share', 'bound', bound, 0, 1);
  if (of < 1) finiteNumbers('test of a share', [], 1);
  if (!Number.isInteger(hits) || !Number.isInteger(of) || hits < 0 || hits > of)
    throw wrongUse('test of a share', `whole numbers with 0 ≤ hits ≤ cases, got ${hits} and ${of}`);
  const tail = (1 - level) / 2;
  const lower = hits === 0 ? 0 : betaQuantile(tail, hits, of - hits + 1);
  const upper = hits === of ? 1 : betaQuantile(1 - tail, hits + 1, of - hits);
  return {
    estimate: hits / of,
    interval: [lower, upper],
    above: hits === 0 ? 1 : 1 - binomialCdf(hits - 1, of, bound),
    below: binomialCdf(hits, of, bound),
    count: of,
  };
}

/**
 * Holm's correction: p-values such that rejecting all of at most α has a chance of at most α for even one wrong rejection
 * among them, whatever their dependence. In the order of `pValues`.
 */
export const holm = (pValues: readonly number[]): number[] =>
  pValues.length === 0 ? [] : Array.from(padjust([...pValues], 'holm'));
