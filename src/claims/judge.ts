import { invariant } from '../base/index.ts';
import { holm, testMean, testShare } from '../statistics/index.ts';
import type { Assessment, Hypothesis, Judgement, Measured } from './claim.ts';

/** Largest adjusted p-value that counts as evidence. */
export const significance = 0.05;

/**
 * What the runs say of one hypothesis. Throws `NO_DATA` for fewer than two seeds or no case, `USAGE` for a number that is not
 * finite.
 */
export function assess(hypothesis: Hypothesis, measured: Measured): Assessment {
  if (hypothesis.kind === 'share') {
    invariant(measured.kind === 'counts', 'a share needs counts');
    const { estimate, interval, above, below, count } = testShare(measured.hits, measured.of, hypothesis.bound);
    const [pFor, pAgainst] = hypothesis.direction === 'above' ? [above, below] : [below, above];
    return { effect: estimate, interval, n: count, pFor, pAgainst, counts: true, countsAgainst: true };
  }
  invariant(measured.kind === 'values', 'a mean needs values');
  return hypothesis.kind === 'mean'
    ? assessMean(measured.values, hypothesis.smallest)
    : assessEquivalence(measured.values, hypothesis.margin);
}

function assessMean(values: readonly number[], smallest: number): Assessment {
  const { estimate: effect, interval, above, below, count } = testMean(values);
  return {
    effect,
    interval,
    n: count,
    pFor: above,
    pAgainst: below,
    counts: effect >= smallest,
    countsAgainst: effect <= -smallest,
  };
}

/** Two one-sided tests: equivalent when both edges are excluded; not equivalent when one edge is clearly passed. */
function assessEquivalence(values: readonly number[], margin: number): Assessment {
  const { estimate: effect, interval, count } = testMean(values);
  const [low, high] = [testMean(values, -margin), testMean(values, margin)];
  return {
    effect,
    interval,
    n: count,
    pFor: Math.max(low.above, high.below),
    pAgainst: Math.min(low.below, high.above),
    counts: true,
    countsAgainst: true,
  };
}

/**
 * Verdicts of a family of claims. A claim is `supported` when its p-value after Holm's correction is at most 0.05 and its effect
 * is large enough to count, `contradicted` when the same holds for the opposite, else `inconclusive`.
 */
export function judge(assessments: readonly Assessment[]): Judgement[] {
  const pValues = assessments.map(({ pFor, pAgainst }) => Math.min(1, 2 * Math.min(pFor, pAgainst)));
  const adjusted = holm(pValues);
  return assessments.map((assessment, index) => ({
    ...assessment,
    pValue: pValues[index]!,
    adjusted: adjusted[index]!,
    verdict: verdictOf(assessment, adjusted[index]!),
  }));
}

function verdictOf({ pFor, pAgainst, counts, countsAgainst }: Assessment, adjusted: number): Judgement['verdict'] {
  if (adjusted > significance) return 'inconclusive';
  if (pFor < pAgainst) return counts ? 'supported' : 'inconclusive';
  return countsAgainst ? 'contradicted' : 'inconclusive';
}
