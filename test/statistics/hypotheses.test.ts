import { describe, expect, test } from 'vitest';
import { holm, testMean, testShare } from '../../src/statistics/index.ts';

describe('the test of a mean', () => {
  // R 4.3: t.test(c(1, 2, 3, 4), alternative = 'greater')$p.value = 0.01523314; t.test(…)$conf.int = 0.4457397, 4.5542603
  test('agrees with R', () => {
    const { estimate, interval, above, below, count } = testMean([1, 2, 3, 4]);
    expect(estimate).toBe(2.5);
    expect(interval[0]).toBeCloseTo(0.4457397, 6);
    expect(interval[1]).toBeCloseTo(4.5542603, 6);
    expect(above).toBeCloseTo(0.01523314, 7);
    expect(above + below).toBeCloseTo(1, 12);
    expect(count).toBe(4);
  });

  test('against a bound is that of the differences from it', () => {
    expect(testMean([1, 2, 3, 4], 2).above).toBeCloseTo(testMean([-1, 0, 1, 2]).above, 12);
  });

  test('of numbers that are all the same does not depend on chance', () => {
    expect(testMean([2, 2, 2])).toEqual({ estimate: 2, interval: [2, 2], above: 0, below: 1, count: 3 });
    expect(testMean([0, 0, 0]).above).toBe(0.5);
  });

  test('needs two finite numbers', () => {
    expect(() => testMean([1])).toThrow('test of a mean: expected at least 2 numbers, got 1');
    expect(() => testMean([1, NaN])).toThrow('test of a mean: expected finite numbers, got NaN at index 1');
  });
});

describe('the test of a share', () => {
  // R 4.3: binom.test(2, 20, 0.3, 'less')$p.value = 0.03548313, binom.test(2, 20)$conf.int = 0.01234853, 0.31698271
  test('agrees with R', () => {
    const { interval, above, below, estimate } = testShare(2, 20, 0.3);
    expect(estimate).toBe(0.1);
    expect(below).toBeCloseTo(0.03548313, 7);
    expect(above).toBeCloseTo(1 - 0.007637, 5);
    expect(interval[0]).toBeCloseTo(0.01234853, 7);
    expect(interval[1]).toBeCloseTo(0.31698271, 7);
  });

  test('has an upper limit when nothing was seen: 1 − 0.025^(1/n)', () => {
    const { interval, above } = testShare(0, 100, 0.05);
    expect(interval[0]).toBe(0);
    expect(interval[1]).toBeCloseTo(1 - 0.025 ** (1 / 100), 10);
    expect(above).toBe(1);
    expect(testShare(100, 100, 0.05).interval[1]).toBe(1);
  });

  test('refuses counts that are none', () => {
    expect(() => testShare(3, 2, 0.5)).toThrow(
      'test of a share: expected whole numbers with 0 ≤ hits ≤ cases, got 3 and 2',
    );
    expect(() => testShare(0, 0, 0.5)).toThrow('test of a share: expected at least 1 numbers, got 0');
    expect(() => testShare(0, 1, 1)).toThrow('test of a share: expected a bound between 0 and 1, got 1');
  });
});

test("Holm's correction multiplies the smallest by their number, the next by one less, and keeps the order", () => {
  const adjusted = holm([0.04, 0.01, 0.03]);
  [0.06, 0.03, 0.06].forEach((value, index) => expect(adjusted[index]).toBeCloseTo(value, 12));
  expect(holm([])).toEqual([]);
});
