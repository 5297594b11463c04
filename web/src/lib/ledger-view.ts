import type { ClaimHypothesis, ClaimVerdict, LedgerEntry } from '../../../src/contract/index.ts';

/** Verdicts in the order in which they are listed, and what each is called. */
export const verdicts: readonly ClaimVerdict[] = ['supported', 'contradicted', 'inconclusive', 'refused'];
export const verdictNames: Readonly<Record<ClaimVerdict, string>> = {
  supported: 'supported',
  contradicted: 'contradicted',
  inconclusive: 'inconclusive',
  refused: 'no verdict yet',
};

export const ledgerColumns = ['claim', 'verdict', 'effect', 'n', 'p', 'holm', 'statement'] as const;
export type LedgerColumn = (typeof ledgerColumns)[number];

/** What a reader chose to see of a ledger. */
export interface LedgerChoice {
  /** Words that the claim, its statement, quantity or place must have. */
  readonly search: string;
  /** Verdicts that are shown; none: all. */
  readonly verdicts: readonly ClaimVerdict[];
  readonly column: LedgerColumn;
  readonly isDescending: boolean;
}

/** A choice as it stands in the address: `q`, `verdict=supported,refused`, `sort=-holm`. What is not understood is left out. */
export function choiceOf(query: URLSearchParams): LedgerChoice {
  const sort = query.get('sort') ?? 'claim';
  const column = ledgerColumns.find((name) => name === sort.replace(/^-/, ''));
  const named = (query.get('verdict') ?? '').split(',');
  return {
    search: query.get('q') ?? '',
    verdicts: verdicts.filter((verdict) => named.includes(verdict)),
    column: column ?? 'claim',
    isDescending: column !== undefined && sort.startsWith('-'),
  };
}

/** The claims that are shown, in their order. Claims without a number come last; without a choice the paper's order stays. */
export function chosenClaims(claims: readonly LedgerEntry[], choice: LedgerChoice): LedgerEntry[] {
  const words = choice.search.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = claims.filter((claim) => {
    const text = [claim.id, claim.statement, claim.quantity, claim.place].join(' ').toLowerCase();
    const isWanted = choice.verdicts.length === 0 || choice.verdicts.includes(claim.verdict);
    return isWanted && words.every((word) => text.includes(word));
  });
  const { column, isDescending } = choice;
  if (column === 'claim') return isDescending ? shown.reverse() : shown;
  const sign = isDescending ? -1 : 1;
  return shown.sort((a, b) => compare(sortKey(a, column), sortKey(b, column), sign));
}

function sortKey(claim: LedgerEntry, column: Exclude<LedgerColumn, 'claim'>): string | number | null {
  switch (column) {
    case 'verdict':
      return verdicts.indexOf(claim.verdict);
    case 'effect':
      return claim.effect === null ? null : Number(claim.effect);
    case 'n':
      return claim.n;
    case 'p':
      return claim.pValue;
    case 'holm':
      return claim.adjusted;
    case 'statement':
      return claim.statement;
  }
}

function compare(a: string | number | null, b: string | number | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return sign * (typeof a === 'string' || typeof b === 'string' ? String(a).localeCompare(String(b)) : a - b);
}

/** How many claims have which verdict. */
export function countVerdicts(claims: readonly LedgerEntry[]): Record<ClaimVerdict, number> {
  const counts = { supported: 0, contradicted: 0, inconclusive: 0, refused: 0 };
  for (const { verdict } of claims) counts[verdict]++;
  return counts;
}

/** An effect with its interval on the scale of what counts; positions are shares of the width, 0 to 1. */
export interface IntervalPlot {
  readonly low: number;
  readonly high: number;
  readonly effect: number;
  /** Whether the interval goes on beyond the left and the right edge. */
  readonly beyond: readonly [left: boolean, right: boolean];
  /** Where the number must lie for the claim to hold. */
  readonly holds: readonly [from: number, to: number];
  /** Where there is no effect at all; null for a share, which has no such place. */
  readonly zero: number | null;
}

/** Smallest effects on either side of zero that fit in the plot. */
const reach = 4;

/** The plot of a claim; null where there is no number, or one that is not finite. */
export function intervalPlot(entry: LedgerEntry, hypothesis: ClaimHypothesis): IntervalPlot | null {
  const numbers = [entry.effect, ...(entry.interval ?? [])].map((value) => (value === null ? NaN : Number(value)));
  const [effect, low, high] = numbers;
  if (effect === undefined || low === undefined || high === undefined || !numbers.every(Number.isFinite)) return null;
  const { from, to, holds } = frameOf(hypothesis, Math.max(Math.abs(low), Math.abs(high)));
  const at = (value: number): number => Math.min(1, Math.max(0, (value - from) / (to - from)));
  return {
    low: at(low),
    high: at(high),
    effect: at(effect),
    beyond: [low < from, high > to],
    holds: [at(holds[0]), at(holds[1])],
    zero: hypothesis.kind === 'share' ? null : at(0),
  };
}

interface Frame {
  readonly from: number;
  readonly to: number;
  readonly holds: readonly [number, number];
}

/** `extent`: the largest number of the interval, the scale where no smallest effect was fixed. */
function frameOf(hypothesis: ClaimHypothesis, extent: number): Frame {
  switch (hypothesis.kind) {
    case 'mean': {
      const unit = hypothesis.smallest > 0 ? reach * hypothesis.smallest : 1.1 * extent || 1;
      return { from: -unit, to: unit, holds: [hypothesis.smallest, unit] };
    }
    case 'equivalent': {
      const { margin } = hypothesis;
      return { from: -reach * margin, to: reach * margin, holds: [-margin, margin] };
    }
    case 'share':
      return {
        from: 0,
        to: 1,
        holds: hypothesis.direction === 'above' ? [hypothesis.bound, 1] : [0, hypothesis.bound],
      };
  }
}
