import pcorrtest from '@stdlib/stats-pcorrtest';
import { linearRegression } from 'simple-statistics';
import { finitePairs, isConstant, requireBetween, wrongUse, type Interval, type Sample } from './sample.ts';

/** Pearson's correlation coefficient and what is known about it. */
export interface Correlation {
  readonly r: number;
  /** Fisher's z interval `tanh(artanh r ± z/√(n − 3))`. */
  readonly interval: Interval;
  /** n */
  readonly count: number;
}

/**
 * Pearson's r of pairs (row M-corr). Where x or y is constant there is none: r and interval are NaN. Throws `NO_DATA` for
 * fewer than four pairs (the interval has no width below), `USAGE` for a number that is not finite, for different lengths or a
 * level outside (0, 1).
 *
 * @param level coverage of the interval for pairs from a bivariate normal distribution; default 0.95
 */
export function pearsonCorrelation(x: Sample, y: Sample, level = 0.95): Correlation {
  requireBetween('correlation', 'level', level, 0, 1);
  const [a, b] = finitePairs('correlation', x, y, 4);
  if (isConstant(a) || isConstant(b)) return { r: NaN, interval: [NaN, NaN], count: a.length };
  const { pcorr, ci } = pcorrtest(a, b, { alpha: 1 - level });
  return { r: pcorr, interval: [ci[0]!, ci[1]!], count: a.length };
}

/** `y ≈ slope·x + intercept` */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * The line that minimises the summed squares of the vertical distances. Throws `NO_DATA` for fewer than two pairs, `USAGE` for a
 * number that is not finite, different lengths, or pairs that all have the same x.
 */
export function leastSquaresLine(x: Sample, y: Sample): Line {
  const [a, b] = finitePairs('least squares', x, y, 2);
  if (isConstant(a)) throw wrongUse('least squares', `two different x, got only ${a[0]!}`);
  const { m, b: intercept } = linearRegression(a.map((value, index) => [value, b[index]!]));
  return { slope: m, intercept };
}
