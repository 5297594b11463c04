import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import {
  arithmeticMean,
  boxPlot,
  histograms,
  leastSquaresLine,
  leastSquaresSlopes,
  localOutlierFactors,
  meanEstimate,
  outliers,
  pearsonCorrelation,
  quantiles,
  skewness,
} from '../../src/statistics/index.ts';
import { expectClose } from '../support/close.ts';
import { forAll } from '../support/property.ts';

const normals = (count: number, seed: number): Float64Array => {
  const stream = randomStream(seed, 'statistics');
  return Float64Array.from({ length: count }, () => stream.normal());
};

describe('a mean estimate', () => {
  it('covers the mean of normal samples as often as it says', () => {
    const covered = Array.from({ length: 1000 }, (_, seed) => meanEstimate(normals(5, seed), 0.8).interval).filter(
      ([lower, upper]) => lower <= 0 && 0 <= upper,
    ).length;
    // 800 ± 3.3 standard deviations of a binomial count
    expect(Math.abs(covered - 800)).toBeLessThan(42);
  });

  it('needs two numbers, all finite, and a level between 0 and 1', () => {
    expect(() => meanEstimate([1])).toThrowError('mean: expected at least 2 numbers, got 1');
    expect(() => meanEstimate([1, NaN])).toThrowError('mean: expected finite numbers, got NaN at index 1');
    expect(() => meanEstimate([1, 2], 1)).toThrowError('mean: expected a level between 0 and 1, got 1');
  });
});

describe('histograms', () => {
  const anything = fc.array(fc.double({ noDefaultInfinity: false, noNaN: false }), { maxLength: 40 });

  it('count every number of every sample exactly once, in bins they share', () => {
    const some = fc.tuple(
      anything,
      anything,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 1, max: 9 }),
    );
    forAll(
      some,
      ([one, other, finite, bins]) => {
        const samples = [one, [...other, finite]];
        const { edges, counts } = histograms(samples, bins);
        samples.forEach((sample, index) => {
          const { bins: heights, nan, minusInfinity, plusInfinity } = counts[index]!;
          expect(heights.reduce((a, b) => a + b) + nan + minusInfinity + plusInfinity).toBe(sample.length);
          heights.forEach((height, bin) => {
            const inside = sample.filter(
              (value) =>
                value >= edges[bin]! && (value < edges[bin + 1]! || (bin === bins - 1 && value === edges[bins])),
            );
            expect(height).toBe(inside.length);
          });
        });
      },
      200,
    );
  });

  it('keep what is not finite apart', () => {
    const { edges, counts } = histograms(
      [
        [NaN, 0, Infinity, NaN],
        [10, -Infinity],
      ],
      2,
    );
    expect([...edges]).toEqual([0, 5, 10]);
    expect(counts[0]).toEqual({ bins: Uint32Array.of(1, 0), nan: 2, minusInfinity: 0, plusInfinity: 1 });
    expect(counts[1]).toEqual({ bins: Uint32Array.of(0, 1), nan: 0, minusInfinity: 1, plusInfinity: 0 });
  });

  it('widen by half a unit where there is only one value', () => {
    const { edges, counts } = histograms([[3, 3]], 2);
    expect([...edges]).toEqual([2.5, 3, 3.5]);
    expect([...counts[0]!.bins]).toEqual([0, 2]);
  });

  it('need a finite number and a whole number of bins', () => {
    expect(() => histograms([[NaN], []], 3)).toThrowError('histogram: expected at least one finite number, got none');
    expect(() => histograms([[1]], 1.5)).toThrowError('histogram: expected a whole number of bins from 1 on, got 1.5');
  });
});

describe('a box plot', () => {
  it('has whiskers at the outermost numbers within 1.5 interquartile ranges', () => {
    expect(boxPlot([1, 2, 3, 4, 5, 100, -6, -7])).toEqual({
      median: 2.5,
      quartiles: [-0.75, 4.25],
      whiskers: [-7, 5],
      outliers: [100],
    });
  });

  it('of one number is that number', () => {
    expect(boxPlot([2])).toEqual({ median: 2, quartiles: [2, 2], whiskers: [2, 2], outliers: [] });
  });

  it('needs a number', () => {
    expect(() => boxPlot([])).toThrowError('quantiles: expected at least 1 numbers, got 0');
    expect(() => quantiles([1], [0.5, 2])).toThrowError('quantiles: expected probabilities in [0, 1], got 2');
  });
});

describe('skewness', () => {
  it('is negative for a long left tail and 0 for symmetric samples', () => {
    expect(skewness([1, 9, 10, 10, 10])).toBeLessThan(-1);
    expect(skewness([-3, -1, 0, 1, 3])).toBe(0);
  });

  it('is not a number for constant samples, whatever the mean rounds to', () => {
    expect(skewness([0.1, 0.1, 0.1])).toBeNaN();
  });

  it('needs three numbers', () => {
    expect(() => skewness([1, 2])).toThrowError('skewness: expected at least 3 numbers, got 2');
  });
});

describe('Pearson correlation', () => {
  it('is ±1 with an interval of no width for pairs on a line', () => {
    const x = [1, 2, 3, 4];
    for (const sign of [1, -1]) {
      const { r, interval } = pearsonCorrelation(
        x,
        x.map((value) => sign * 2 * value + 1),
      );
      expectClose([r, ...interval], [sign, sign, sign], { absolute: 1e-7 });
    }
  });

  it('does not exist where a sample is constant', () => {
    expect(pearsonCorrelation([0.1, 0.1, 0.1, 0.1], [1, 2, 3, 4])).toEqual({ r: NaN, interval: [NaN, NaN], count: 4 });
  });

  it('needs four pairs, all finite', () => {
    expect(() => pearsonCorrelation([1, 2, 3], [1, 2, 4])).toThrowError(
      'correlation: expected at least 4 numbers, got 3',
    );
    expect(() => pearsonCorrelation([1, 2, 3, 4], [1, 2, 3])).toThrowError(
      'correlation: expected as many x as y, got 4 and 3',
    );
    expect(() => pearsonCorrelation([1, 2, 3, 4], [1, 2, 3, Infinity])).toThrowError(
      'correlation: expected finite numbers, got Infinity at index 3',
    );
  });
});

describe('a least-squares line', () => {
  it('needs two different x', () => {
    expect(() => leastSquaresLine([1, 1, 1], [1, 2, 3])).toThrowError(
      'least squares: expected two different x, got only 1',
    );
  });
});

describe('least-squares slopes', () => {
  const [one, two] = [normals(20, 1), normals(20, 2).map((value, index) => value + index)];

  it('are those that made the numbers, whatever the intercept', () => {
    const y = one.map((value, index) => 7 + 2 * value - 0.5 * two[index]!);
    const [first, second] = leastSquaresSlopes([one, two], y);
    expect([first!, second!]).toEqual([expect.closeTo(2, 10), expect.closeTo(-0.5, 10)]);
  });

  it('of one column are that of the line', () => {
    const y = normals(20, 3);
    expect(leastSquaresSlopes([one], y)[0]).toBeCloseTo(leastSquaresLine(one, y).slope, 12);
  });

  it('leave a remainder that no column explains', () => {
    const y = normals(20, 3);
    const [a, b] = leastSquaresSlopes([one, two], y) as [number, number];
    const remainder = y.map((value, index) => value - a * one[index]! - b * two[index]!);
    const centre = arithmeticMean(remainder);
    for (const column of [one, two]) {
      const product = column.reduce((sum, value, index) => sum + value * (remainder[index]! - centre), 0);
      expect(product).toBeCloseTo(0, 10);
    }
  });

  it('need columns that differ and do not depend on one another', () => {
    const undetermined = (column: number) =>
      `least squares: expected columns that differ and do not depend on one another, got x${column} that the others explain`;
    const doubled = one.map((value) => 1 + 2 * value);
    expect(() => leastSquaresSlopes([one, doubled], two)).toThrowError(undetermined(2));
    expect(() => leastSquaresSlopes([one.map(() => 0.1), one], two)).toThrowError(undetermined(1));
    expect(() =>
      leastSquaresSlopes(
        [
          [1, 2],
          [2, 1],
        ],
        [1, 2],
      ),
    ).toThrowError('expected at least 3 numbers, got 2');
    expect(() => leastSquaresSlopes([one], [1])).toThrowError('expected as many x as y, got 20 and 1');
  });
});

/** Local outlier factors by their definition. */
function factorsByAllPairs(axes: readonly (readonly number[])[], k: number): number[] {
  const points = [...axes[0]!.keys()];
  const distance = (a: number, b: number): number => Math.hypot(...axes.map((axis) => axis[a]! - axis[b]!));
  const others = points.map((p) => points.filter((other) => other !== p));
  const reach = points.map((p) => others[p]!.map((o) => distance(p, o)).toSorted((a, b) => a - b)[k - 1]!);
  const near = points.map((p) => others[p]!.filter((o) => distance(p, o) <= reach[p]!));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const density = points.map((p) => 1 / (mean(near[p]!.map((o) => Math.max(reach[o]!, distance(p, o)))) + 1e-10));
  return points.map((p) => mean(near[p]!.map((o) => density[o]!)) / density[p]!);
}

describe('local outlier factors', () => {
  it('do not depend on the order of the points, also where distances tie', () => {
    const points = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
      minLength: 4,
      maxLength: 15,
    });
    forAll(
      points,
      (some) => {
        const factorsOf = (all: readonly (readonly [number, number])[]) =>
          localOutlierFactors([all.map(([x]) => x), all.map(([, y]) => y)], { neighbours: 3 });
        expectClose(factorsOf(some.toReversed()).toReversed(), factorsOf(some), { relative: 1e-12 });
      },
      100,
    );
  });

  it('are those of all pairs of distances, with heaps, far points and any number of axes', () => {
    for (const dimensions of [1, 2, 3]) {
      const stream = randomStream(dimensions, 'points');
      const axes = Array.from({ length: dimensions }, () =>
        Array.from({ length: 120 }, (_, point) => (point % 3 === 0 ? point % 2 : Math.exp(3 * stream.normal()))),
      );
      expectClose(localOutlierFactors(axes, { neighbours: 7 }), factorsByAllPairs(axes, 7), { relative: 1e-9 });
    }
  });

  it('are 1 where all points are the same, and finite beside a heap of equal points', () => {
    expect([...localOutlierFactors([[5, 5, 5]], { neighbours: 2 })]).toEqual([1, 1, 1]);
    const factors = localOutlierFactors([[0, 0, 0, 0, 1]], { neighbours: 2 });
    expect(factors.every(Number.isFinite)).toBe(true);
    expect(outliers(factors)).toEqual([false, false, false, false, true]);
  });

  it('refuse what they cannot compute', () => {
    expect(() => localOutlierFactors([[1, 2, 3]], { neighbours: 3 })).toThrowError(
      'local outlier factor: expected from 1 to 2 neighbours for 3 points, got 3',
    );
    expect(() => localOutlierFactors([])).toThrowError('local outlier factor: expected at least one axis, got none');
    expect(() => localOutlierFactors([[1, 2], [1]])).toThrowError(
      'local outlier factor: expected at least 2 numbers, got 1',
    );
    expect(() =>
      localOutlierFactors([
        [1, 2, 3],
        [1, 2],
      ]),
    ).toThrowError('local outlier factor: expected as many numbers on each axis, got 3 and 2');
    expect(() => outliers([1, 2], { contamination: 0.7 })).toThrowError(
      'local outlier factor: expected a contamination between 0 and 0.5, got 0.7',
    );
  });
});
