import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import {
  chiSquareTest,
  covarianceEstimate,
  expectedTotalVariation,
  kolmogorovToNormal,
  totalVariation,
  wassersteinDistance,
  wassersteinToNormal,
} from '../../src/statistics/index.ts';
import { expectClose } from '../support/close.ts';

const normals = (count: number, seed: number): number[] => {
  const stream = randomStream(seed, 'test');
  return Array.from({ length: count }, () => stream.normal());
};

describe('covariance', () => {
  it('is that of the formula, by hand', () => {
    const { mean, meanError, covariance, count } = covarianceEstimate([
      [1, 2, 3],
      [2, 0, 4],
    ]);
    expect([mean, covariance, count]).toEqual([
      [2, 2],
      [
        [1, 1],
        [1, 4],
      ],
      3,
    ]);
    expectClose(meanError, [Math.sqrt(1 / 3), Math.sqrt(4 / 3)], { relative: 1e-14 });
  });

  it('says how far sampling alone puts it from the truth', () => {
    const errors = Array.from({ length: 60 }, (_, seed) => {
      const x = normals(400, seed);
      const y = normals(400, seed + 1000);
      const { covariance, frobeniusError } = covarianceEstimate([x, y]);
      return {
        actual: Math.hypot(covariance[0]![0]! - 1, covariance[0]![1]!, covariance[1]![0]!, covariance[1]![1]! - 1),
        frobeniusError,
      };
    });
    const rms = (values: number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    expectClose([rms(errors.map(({ actual }) => actual))], [rms(errors.map((e) => e.frobeniusError))], {
      relative: 0.25,
    });
    // (tr C)² + tr C² = 6 for the unit matrix.
    expectClose([rms(errors.map((e) => e.frobeniusError))], [Math.sqrt(6 / 400)], { relative: 0.1 });
  });

  it('refuses what has none', () => {
    expect(() => covarianceEstimate([])).toThrow('covariance: expected coordinates of one length, got none');
    expect(() =>
      covarianceEstimate([
        [1, 2],
        [1, 2, 3],
      ]),
    ).toThrow('got 2, 3');
    expect(() => covarianceEstimate([[1, NaN]])).toThrow('finite numbers');
    expect(() => covarianceEstimate([[1]])).toThrow('at least 2 numbers');
  });
});

describe('distances of distributions', () => {
  it('of a shifted sample are the shift', () => {
    expect(wassersteinDistance([3, 1, 2], [1.5, 2.5, 3.5])).toBe(0.5);
    const sample = normals(2000, 1);
    const near = wassersteinToNormal(sample, { mean: 0, deviation: 1 });
    expect(near).toBeLessThan(0.06);
    expect(wassersteinToNormal(sample, { mean: 2, deviation: 1 })).toBeCloseTo(2, 1);
  });

  it('to a normal law are tested by Kolmogorov and Smirnov', () => {
    const sample = normals(500, 2);
    expect(kolmogorovToNormal(sample, { mean: 0, deviation: 1 }).pValue).toBeGreaterThan(0.01);
    const wrong = kolmogorovToNormal(sample, { mean: 0.5, deviation: 1 });
    expect(wrong.pValue).toBeLessThan(1e-6);
    // sup |Φ(x) − Φ(x − ½)| = 2Φ(¼) − 1
    expect(wrong.distance).toBeCloseTo(0.197, 1);
  });

  it('refuse samples of different sizes, empty ones and a deviation of 0', () => {
    expect(() => wassersteinDistance([1], [1, 2])).toThrow('two samples of one size, got 1 and 2');
    expect(() => wassersteinDistance([], [])).toThrow('at least 1 numbers');
    expect(() => wassersteinToNormal([1], { mean: 0, deviation: 0 })).toThrow('a positive deviation, got 0');
    expect(() => kolmogorovToNormal([1], { mean: 0, deviation: -1 })).toThrow('a positive deviation, got -1');
  });
});

describe('goodness of fit', () => {
  it('is measured by total variation, whose mean under the law itself is known', () => {
    expect(totalVariation([1, 1], [0.25, 0.75])).toBe(0.25);
    expect(totalVariation([0, 4], [1, 0])).toBe(1);
    const p = new Array<number>(50).fill(0.02);
    const stream = randomStream(1, 'cells');
    const distances = Array.from({ length: 50 }, () => {
      const counts = new Array<number>(50).fill(0);
      for (let draw = 0; draw < 2000; draw++) counts[stream.integer(50)]!++;
      return totalVariation(counts, p);
    });
    const mean = distances.reduce((sum, value) => sum + value, 0) / 50;
    expectClose([mean], [expectedTotalVariation(p, 2000)], { relative: 0.05 });
  });

  it('is tested by chi-square, with cells of few expected counts pooled', () => {
    // (30 − 25)²/25 + (20 − 25)²/25 = 2, one degree of freedom: p = 0.1573
    expectClose(Object.values(chiSquareTest([30, 20], [0.5, 0.5])), [2, 1, 0.15729920705], { relative: 1e-8 });
    const pooled = chiSquareTest([48, 48, 2, 1, 1], [0.48, 0.48, 0.02, 0.01, 0.01], 4);
    expect(pooled.degrees).toBe(2);
    expect(pooled.statistic).toBeCloseTo(0, 12);
  });

  it('refuses probabilities that are none', () => {
    expect(() => totalVariation([1], [0.5, 0.5])).toThrow('a probability for each count, got 2 for 1');
    expect(() => totalVariation([1, 1], [0.5, 0.6])).toThrow('probabilities of sum 1, got 1.1');
    expect(() => totalVariation([-1, 2], [0.5, 0.5])).toThrow('no negative number');
    expect(() => totalVariation([0, 0], [0.5, 0.5])).toThrow('at least one count');
    expect(() => chiSquareTest([1, 1], [0.5, 0.5])).toThrow('chi-square: expected at least 2 numbers, got 0');
  });
});
