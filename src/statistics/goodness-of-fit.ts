import chi2gof from '@stdlib/stats-chi2gof';
import { finiteNumbers, wrongUse, type Sample } from './sample.ts';

/**
 * Total-variation distance between the shares of counts and probabilities, `½ Σ_i |c_i/n − p_i|`, in [0, 1]. Throws `USAGE` without
 * a count, `USAGE` for different lengths, negative numbers, or probabilities that do not sum to 1.
 */
export function totalVariation(counts: Sample, probabilities: Sample): number {
  const { observed, expected, total } = checked('total variation', counts, probabilities);
  return observed.reduce((sum, count, cell) => sum + Math.abs(count / total - expected[cell]!), 0) / 2;
}

/**
 * What {@link totalVariation} is on average for n independent draws from the probabilities themselves, to first order:
 * `½ Σ √(2p(1 − p)/(πn))`. A distance near it is sampling, not a difference.
 */
export function expectedTotalVariation(probabilities: Sample, draws: number): number {
  const numbers = finiteNumbers('total variation', probabilities, 1);
  return numbers.reduce((sum, p) => sum + Math.sqrt((2 * p * (1 - p)) / (Math.PI * draws)), 0) / 2;
}

/** Pearson's chi-square test. */
export interface ChiSquareTest {
  readonly statistic: number;
  /** Cells after pooling, less one. */
  readonly degrees: number;
  readonly pValue: number;
}

/**
 * Chi-square test of counts of independent draws against probabilities that were fixed beforehand. Cells of which fewer than `least`
 * are expected are pooled, the smallest first, until each pool expects as many; the pools depend on the probabilities only.
 * Throws like {@link totalVariation}, and `NO_DATA` where fewer than two pools are left.
 *
 * @param least default 5
 */
export function chiSquareTest(counts: Sample, probabilities: Sample, least = 5): ChiSquareTest {
  const subject = 'chi-square';
  const { observed, expected, total } = checked(subject, counts, probabilities);
  const order = [...expected.keys()].sort((a, b) => expected[a]! - expected[b]! || a - b);
  const pools: { count: number; probability: number }[] = [];
  let [count, probability] = [0, 0];
  for (const cell of order) {
    count += observed[cell]!;
    probability += expected[cell]!;
    if (probability * total < least) continue;
    pools.push({ count, probability });
    [count, probability] = [0, 0];
  }
  const last = pools.at(-1);
  if (last) Object.assign(last, { count: last.count + count, probability: last.probability + probability });
  finiteNumbers(
    subject,
    pools.map((pool) => pool.probability),
    2,
  );
  const sum = pools.reduce((whole, pool) => whole + pool.probability, 0);
  const { statistic, pValue } = chi2gof(
    pools.map((pool) => pool.count),
    pools.map((pool) => pool.probability / sum),
  );
  return { statistic, degrees: pools.length - 1, pValue };
}

function checked(subject: string, counts: Sample, probabilities: Sample) {
  if (counts.length !== probabilities.length)
    throw wrongUse(subject, `a probability for each count, got ${probabilities.length} for ${counts.length}`);
  const [observed, expected] = [finiteNumbers(subject, counts, 1), finiteNumbers(subject, probabilities, 1)];
  const total = observed.reduce((sum, count) => sum + count, 0);
  const whole = expected.reduce((sum, probability) => sum + probability, 0);
  if (observed.some((count) => count < 0) || expected.some((probability) => probability < 0))
    throw wrongUse(subject, 'no negative number, got one');
  if (Math.abs(whole - 1) > 1e-9) throw wrongUse(subject, `probabilities of sum 1, got ${whole}`);
  if (total === 0) throw wrongUse(subject, 'at least one count, got none');
  return { observed, expected, total };
}
