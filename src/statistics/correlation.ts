import pcorrtest from '@stdlib/stats-pcorrtest';
import { finitePairs, isConstant, requireBetween, type Interval, type Sample } from './sample.ts';

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
