import { ThalwegError } from '../base/index.ts';
import { assess, judge, type Assessment, type Hypothesis, type Judgement } from '../claims/index.ts';
import { encodeNumber, type Ledger, type LedgerEntry, type Scale } from '../contract/index.ts';
import type { Claim, Paper } from '../studies/index.ts';
import type { PaperEvidence } from './evidence.ts';

/** A claim with what its runs gave, or why they gave nothing. */
export type ClaimMeasurement =
  | { readonly claim: Claim; readonly runs: string[]; readonly assessment: Assessment; readonly reason: null }
  | { readonly claim: Claim; readonly runs: string[]; readonly assessment: null; readonly reason: string };

/** A claim that was refused counts in the correction all the same: leaving runs out makes no other claim easier to support. */
const unknown: Assessment = {
  effect: NaN,
  interval: [NaN, NaN],
  n: 0,
  pFor: 0.5,
  pAgainst: 0.5,
  counts: false,
  countsAgainst: false,
};

/** All claims of a paper, judged together. A claim whose runs are no evidence is refused with the reason. */
export const ledgerOf = (paper: Paper, evidence: PaperEvidence): Ledger =>
  judgeClaims(
    paper.claims.map((claim) => measureClaim(claim, evidence)),
    { paper: paper.letter, scale: evidence.scale, seeds: evidence.of([]).seeds.length },
  );

/** The verdicts of all claims of a paper, whose p-values are corrected together. */
export function judgeClaims(measurements: readonly ClaimMeasurement[], head: Omit<Ledger, 'claims'>): Ledger {
  const judgements = judge(measurements.map(({ assessment }) => assessment ?? unknown));
  const claims = measurements.map((measurement, index) => entryOf(measurement, judgements[index]!, head.scale));
  return { ...head, claims };
}

/** A claim whose trials are no evidence, for a reason that is known. */
export const refuseClaim = (claim: Claim, reason: string): ClaimMeasurement => ({
  claim,
  runs: [],
  assessment: null,
  reason,
});

/** What the evidence says of one claim. */
export function measureClaim(claim: Claim, evidence: PaperEvidence): ClaimMeasurement {
  let runs: string[] = [];
  try {
    const own = evidence.of(claim.needs);
    const measured = claim.measure(own);
    runs = [...own.used];
    return { claim, runs, assessment: assess(claim.hypothesis, measured), reason: null };
  } catch (error) {
    if (!(error instanceof ThalwegError) || error.code === 'INTERNAL') throw error;
    return { claim, runs, assessment: null, reason: error.message };
  }
}

function entryOf(
  { claim, runs, assessment, reason }: ClaimMeasurement,
  judgement: Judgement,
  scale: Scale,
): LedgerEntry {
  const { id, row, place, statement, quantity, hypothesis } = claim;
  const said = {
    id,
    row,
    place,
    statement,
    quantity,
    test: describeHypothesis(hypothesis),
    smoke: scale === 'smoke',
    runs,
  };
  if (!assessment)
    return {
      ...said,
      verdict: 'refused',
      effect: null,
      interval: null,
      n: 0,
      pValue: null,
      adjusted: null,
      reason,
    };
  const { verdict, effect, interval, n, pValue, adjusted } = judgement;
  return {
    ...said,
    verdict,
    effect: encodeNumber(effect),
    interval: [encodeNumber(interval[0]), encodeNumber(interval[1])],
    n,
    pValue,
    adjusted,
    reason: null,
  };
}

/** The test of a claim in words. */
export function describeHypothesis(hypothesis: Hypothesis): string {
  switch (hypothesis.kind) {
    case 'mean':
      return `mean over seeds above 0 (Student’s t), at least ${brief(hypothesis.smallest)} to count`;
    case 'equivalent':
      return `mean over seeds within ±${brief(hypothesis.margin)} (two one-sided t-tests)`;
    case 'share':
      return `share ${hypothesis.direction} ${hypothesis.bound} (exact binomial test)`;
  }
}

const brief = (value: number): string => String(Number(value.toPrecision(3)));
