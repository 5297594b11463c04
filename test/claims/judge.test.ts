import { describe, expect, test } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { assess, judge, type Hypothesis, type Measured } from '../../src/claims/index.ts';

const values = (...numbers: number[]): Measured => ({ kind: 'values', values: numbers });
const verdictOf = (hypothesis: Hypothesis, measured: Measured): string =>
  judge([assess(hypothesis, measured)])[0]!.verdict;

describe('a claim about a mean', () => {
  const hypothesis: Hypothesis = { kind: 'mean', smallest: 0.5 };

  test('is supported by an effect that is clear and large enough', () => {
    expect(verdictOf(hypothesis, values(1, 1.1, 0.9, 1.2, 0.8))).toBe('supported');
  });

  test('is contradicted by the opposite effect', () => {
    expect(verdictOf(hypothesis, values(-1, -1.1, -0.9, -1.2, -0.8))).toBe('contradicted');
  });

  test('is left open where nothing is to be seen', () => {
    expect(verdictOf(hypothesis, values(1, -1.1, 0.2, -0.3, 0.1))).toBe('inconclusive');
  });

  test('is left open where the effect is clear, but too small to count', () => {
    expect(verdictOf(hypothesis, values(0.1, 0.11, 0.09, 0.1, 0.1))).toBe('inconclusive');
    expect(verdictOf(hypothesis, values(-0.1, -0.11, -0.09, -0.1, -0.1))).toBe('inconclusive');
  });
});

describe('a claim of equivalence', () => {
  const hypothesis: Hypothesis = { kind: 'equivalent', margin: 0.1 };

  test('is supported when the mean surely lies within the margin', () => {
    expect(verdictOf(hypothesis, values(0.01, -0.02, 0.03, 0, -0.01))).toBe('supported');
  });

  test('is contradicted when it surely lies outside, on either side', () => {
    expect(verdictOf(hypothesis, values(0.5, 0.52, 0.48, 0.51, 0.49))).toBe('contradicted');
    expect(verdictOf(hypothesis, values(-0.5, -0.52, -0.48, -0.51, -0.49))).toBe('contradicted');
  });

  test('is left open when the seeds disagree too much to tell', () => {
    expect(verdictOf(hypothesis, values(0.5, -0.5, 0.3, -0.4, 0.1))).toBe('inconclusive');
  });
});

describe('a claim about a share', () => {
  const rare: Hypothesis = { kind: 'share', direction: 'below', bound: 0.05 };
  const often: Hypothesis = { kind: 'share', direction: 'above', bound: 0.5 };
  const counts = (hits: number, of: number): Measured => ({ kind: 'counts', hits, of });

  test('is supported, contradicted or left open by the number of cases', () => {
    expect(verdictOf(rare, counts(1, 400))).toBe('supported');
    expect(verdictOf(rare, counts(100, 400))).toBe('contradicted');
    expect(verdictOf(rare, counts(0, 20))).toBe('inconclusive');
    expect(verdictOf(often, counts(90, 100))).toBe('supported');
    expect(verdictOf(often, counts(10, 100))).toBe('contradicted');
    expect(verdictOf(often, counts(52, 100))).toBe('inconclusive');
  });
});

test('a claim that is supported alone may not be so among many', () => {
  const weak = assess({ kind: 'mean', smallest: 0.1 }, values(1, 1.4, 0.4, 0.9));
  expect(judge([weak])[0]!.verdict).toBe('supported');
  const noise = assess({ kind: 'mean', smallest: 0.1 }, values(1, -1.1, 0.2, -0.3));
  const among = judge([weak, ...Array.from({ length: 9 }, () => noise)]);
  expect(among[0]!.verdict).toBe('inconclusive');
  expect(among[0]!.adjusted).toBeCloseTo(10 * among[0]!.pValue, 12);
});

/** Shares of each verdict over simulated studies. */
function simulate(hypothesis: Hypothesis, effect: number, claims: number, studies = 2000): Record<string, number> {
  const stream = randomStream(7, 'judge', JSON.stringify(hypothesis), effect, claims);
  const shares: Record<string, number> = { supported: 0, contradicted: 0, inconclusive: 0 };
  for (let study = 0; study < studies; study++) {
    const assessments = Array.from({ length: claims }, () =>
      assess(hypothesis, values(...Array.from({ length: 5 }, () => effect + stream.normal()))),
    );
    const verdicts = judge(assessments).map(({ verdict }) => verdict);
    for (const verdict of ['supported', 'contradicted', 'inconclusive'])
      if (verdicts.includes(verdict as 'supported')) shares[verdict]! += 1 / studies;
  }
  return shares;
}

describe('over many simulated studies of five seeds', () => {
  test('a single claim without an effect gets a verdict in at most one of twenty', () => {
    const { supported, contradicted } = simulate({ kind: 'mean', smallest: 0 }, 0, 1);
    // 0.05 ± 3 standard errors of 2,000 studies
    expect(supported! + contradicted!).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 2000));
    expect(supported! + contradicted!).toBeGreaterThan(0.02);
  });

  test('of ten claims without an effect, any gets one in at most one of twenty', () => {
    const { supported, contradicted } = simulate({ kind: 'mean', smallest: 0 }, 0, 10, 1000);
    expect(supported! + contradicted!).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 1000));
  });

  test('an effect of three standard deviations is nearly always found, and never taken for its opposite', () => {
    const { supported, contradicted } = simulate({ kind: 'mean', smallest: 0.5 }, 3, 1, 500);
    expect(supported).toBeGreaterThan(0.95);
    expect(contradicted).toBe(0);
  });

  test('equivalence is not claimed of an effect at the margin more often than once in twenty', () => {
    const { supported } = simulate({ kind: 'equivalent', margin: 2 }, 2, 1);
    expect(supported).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 2000));
  });
});
