import { describe, expect, it } from 'vitest';
import type { ClaimHypothesis, LedgerEntry } from '../../src/contract/index.ts';
import { chosenClaims, choiceOf, countVerdicts, intervalPlot } from '../../web/src/lib/ledger-view.ts';

const entry = (id: string, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  id,
  row: 'W-dist',
  place: 'section 1',
  statement: `Statement of ${id}`,
  quantity: 'nat',
  test: 'above 0',
  verdict: 'supported',
  smoke: false,
  effect: 1,
  interval: [0.5, 1.5],
  n: 3,
  pValue: 0.01,
  adjusted: 0.02,
  runs: [],
  reason: null,
  ...more,
});
const refused = { verdict: 'refused', effect: null, interval: null, n: 0, pValue: null, adjusted: null } as const;
const claims = [
  entry('W-b', { effect: 2, adjusted: 0.5, verdict: 'inconclusive' }),
  entry('W-a', { effect: 'NaN', interval: ['NaN', 'NaN'] }),
  entry('W-c', refused),
  entry('W-d', { effect: -1, adjusted: 0.001, verdict: 'contradicted', statement: 'Noise <b>matters</b>' }),
];
const idsOf = (query: string): string[] =>
  chosenClaims(claims, choiceOf(new URLSearchParams(query))).map(({ id }) => id);

describe('a ledger as it is chosen in the address', () => {
  it.each([
    ['', ['W-b', 'W-a', 'W-c', 'W-d']],
    ['sort=-claim', ['W-d', 'W-c', 'W-a', 'W-b']],
    ['sort=holm', ['W-d', 'W-a', 'W-b', 'W-c']],
    ['sort=-holm', ['W-b', 'W-a', 'W-d', 'W-c']],
    ['sort=verdict', ['W-a', 'W-d', 'W-b', 'W-c']],
    ['sort=nonsense', ['W-b', 'W-a', 'W-c', 'W-d']],
    ['verdict=supported,refused', ['W-a', 'W-c']],
    ['verdict=nonsense', ['W-b', 'W-a', 'W-c', 'W-d']],
    ['q=noise+MATTERS', ['W-d']],
    ['q=w-a', ['W-a']],
    ['q=nowhere', []],
  ])('%s shows %o', (query, expected) => {
    expect(idsOf(query)).toEqual(expected);
  });

  it('keeps the ledger itself in its order', () => {
    idsOf('sort=-claim');
    expect(claims[0]!.id).toBe('W-b');
  });

  it('counts verdicts', () => {
    expect(countVerdicts(claims)).toEqual({ supported: 1, contradicted: 1, inconclusive: 1, refused: 1 });
  });
});

describe('the plot of an interval', () => {
  const plotOf = (hypothesis: ClaimHypothesis, effect: number, low: number, high: number) =>
    intervalPlot(entry('W-a', { effect, interval: [low, high] }), hypothesis)!;

  it('has the smallest effect as its scale', () => {
    const plot = plotOf({ kind: 'mean', smallest: 0.5 }, 1, 0, 1.5);
    expect(plot).toMatchObject({ low: 0.5, effect: 0.75, high: 0.875, zero: 0.5, beyond: [false, false] });
    expect(plot.holds).toEqual([0.625, 1]);
  });

  it('says that an interval goes on beyond its edges', () => {
    expect(plotOf({ kind: 'mean', smallest: 0.5 }, 0, -9, 9)).toMatchObject({ low: 0, high: 1, beyond: [true, true] });
  });

  it('has the numbers themselves as its scale where any effect counts', () => {
    const plot = plotOf({ kind: 'mean', smallest: 0 }, -0.9, -0.9, -0.9);
    expect(plot.effect).toBeGreaterThan(0);
    expect(plot.effect).toBeLessThan(0.1);
    expect(plot.beyond).toEqual([false, false]);
    expect(plotOf({ kind: 'mean', smallest: 0 }, 0, 0, 0)).toMatchObject({ effect: 0.5 });
  });

  it('shows the margin of an equivalence, and the bound of a share', () => {
    const [from, to] = plotOf({ kind: 'equivalent', margin: 0.1 }, 0, -0.05, 0.05).holds;
    expect(from).toBeCloseTo(0.375);
    expect(to).toBeCloseTo(0.625);
    const share = plotOf({ kind: 'share', direction: 'below', bound: 0.2 }, 0.1, 0.05, 0.3);
    expect(share).toMatchObject({ holds: [0, 0.2], zero: null, effect: 0.1 });
  });

  it('is none where there is no finite number', () => {
    expect(intervalPlot(claims[1]!, { kind: 'mean', smallest: 1 })).toBeNull();
    expect(intervalPlot(claims[2]!, { kind: 'mean', smallest: 1 })).toBeNull();
  });
});
