import { sampleSkewness } from 'simple-statistics';
import { finiteNumbers, isConstant, type Sample } from './sample.ts';

/**
 * Skewness of at least three numbers. Negative: the longer tail is on the left. Constant samples have none: NaN. Throws
 * `NO_DATA` for fewer numbers, `USAGE` for one that is not finite.
 *
 * @param convention `g1` (default; row M-batch, SciPy's default): the third standardised moment `m₃/m₂^{3/2}`, with central
 *   moments of divisor n; `G1`: `g1·√(n(n−1))/(n−2)`, adjusted for the bias of normal samples (pandas, Excel, R's type 2)
 */
export function skewness(sample: Sample, convention: 'g1' | 'G1' = 'g1'): number {
  const numbers = finiteNumbers('skewness', sample, 3);
  return isConstant(numbers) ? NaN : sampleSkewness(numbers, convention === 'g1');
}
