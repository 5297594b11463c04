import type { Interval } from '../statistics/index.ts';

/**
 * What a claim says of its number, fixed in code before any run:
 *
 * - `mean`: the mean over seeds is above 0, by at least `smallest` to count (the number is arranged so that this is the claim);
 * - `equivalent`: the mean over seeds lies within ±`margin` (two one-sided tests);
 * - `share`: of all cases, the share with a property is below or above `bound` (exact binomial test).
 */
export type Hypothesis =
  | { readonly kind: 'mean'; readonly smallest: number }
  | { readonly kind: 'equivalent'; readonly margin: number }
  | { readonly kind: 'share'; readonly direction: 'below' | 'above'; readonly bound: number };

/** What the runs gave: one number for each seed, or counts of cases over all seeds. */
export type Measured =
  | { readonly kind: 'values'; readonly values: readonly number[] }
  | { readonly kind: 'counts'; readonly hits: number; readonly of: number };

/** What a claim found of itself, before it is corrected for the number of claims. */
export interface Assessment {
  /** Mean over seeds, or share. */
  readonly effect: number;
  /** 95 % interval of the effect. */
  readonly interval: Interval;
  /** Seeds, or cases of a share. */
  readonly n: number;
  /** One-sided p-values of the claim and of its opposite. */
  readonly pFor: number;
  readonly pAgainst: number;
  /** Whether the effect is large enough to count, in the claim's direction and in the opposite one. */
  readonly counts: boolean;
  readonly countsAgainst: boolean;
}

export type Verdict = 'supported' | 'contradicted' | 'inconclusive';

/** What can be said of a claim among others. */
export interface Judgement extends Assessment {
  readonly verdict: Verdict;
  /** Two-sided, `min(1, 2·min(p for, p against))`. */
  readonly pValue: number;
  /** The same after Holm's correction within the family. */
  readonly adjusted: number;
}
