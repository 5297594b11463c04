import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  histograms,
  leastSquaresLine,
  localOutlierFactors,
  meanEstimate,
  outliers,
  pearsonCorrelation,
  quantiles,
  skewness,
} from '../../src/statistics/index.ts';
import { expectClose } from '../support/close.ts';

/** Values of NumPy, SciPy and scikit-learn: `tools/goldens/statistics.py`. */
const entries = <T>(name: string): [string, T][] =>
  Object.entries(
    JSON.parse(readFileSync(new URL(`../goldens/statistics/${name}.json`, import.meta.url), 'utf8')) as Record<
      string,
      T
    >,
  );

interface SampleGolden {
  readonly sample: number[];
  readonly mean: number;
  readonly standardError: number;
  readonly interval90: number[];
  readonly quantiles: Record<string, number>;
  readonly g1: number;
  readonly G1: number;
  readonly histogram: { readonly edges: number[]; readonly counts: number[] };
}

describe.each(entries<SampleGolden>('samples'))('of the sample "%s"', (_, golden) => {
  it('mean, standard error and interval are those of SciPy', () => {
    const { mean, standardError, interval, count } = meanEstimate(golden.sample, 0.9);
    expectClose([mean, standardError], [golden.mean, golden.standardError], { relative: 1e-13 });
    expectClose(interval, golden.interval90, { relative: 1e-8 });
    expect(count).toBe(golden.sample.length);
  });

  it('quantiles are those of NumPy', () => {
    const probabilities = Object.keys(golden.quantiles).map(Number);
    expectClose(quantiles(golden.sample, probabilities), Object.values(golden.quantiles), { relative: 1e-14 });
  });

  it('both skewnesses are those of SciPy', () => {
    expectClose([skewness(golden.sample), skewness(golden.sample, 'G1')], [golden.g1, golden.G1], { absolute: 1e-9 });
  });

  it('the histogram is that of NumPy', () => {
    const { edges, counts } = histograms([golden.sample], 6);
    expectClose(edges, golden.histogram.edges, { relative: 1e-14 });
    expect([...counts[0]!.bins]).toEqual(golden.histogram.counts);
  });
});

interface CorrelationGolden {
  readonly x: number[];
  readonly y: number[];
  readonly r: number;
  readonly interval95: number[];
  readonly interval80: number[];
  readonly slope: number;
  readonly intercept: number;
}

it.each(entries<CorrelationGolden>('correlations'))(
  'correlation, its interval and the line of the pairs "%s" are those of SciPy',
  (_, { x, y, r, interval95, interval80, slope, intercept }) => {
    const at95 = pearsonCorrelation(x, y);
    const at80 = pearsonCorrelation(Float64Array.from(x), Float64Array.from(y), 0.8);
    const line = leastSquaresLine(x, y);
    expectClose([at95.r, at80.r], [r, r], { relative: 1e-12 });
    expectClose([...at95.interval, ...at80.interval], [...interval95, ...interval80], { relative: 1e-8 });
    expectClose([line.slope, line.intercept], [slope, intercept], { relative: 1e-12 });
  },
);

interface OutlierGolden {
  readonly neighbours: number;
  readonly points: number[][];
  readonly factors: number[];
  readonly outliers?: boolean[];
  readonly 'outliersAtContamination0.1'?: boolean[];
}

const axesOf = (points: number[][]): number[][] => points[0]!.map((_, axis) => points.map((point) => point[axis]!));

describe('local outlier factors', () => {
  const goldens = entries<OutlierGolden>('outliers');

  it.each(goldens)('of the points "%s" follow the definition', (_, { points, neighbours, factors }) => {
    expectClose(localOutlierFactors(axesOf(points), { neighbours }), factors, { relative: 1e-9 });
  });

  const distinct = goldens.filter(([, golden]) => golden.outliers);
  it.each(distinct)('find the outliers of "%s" that scikit-learn finds', (_, golden) => {
    const factors = localOutlierFactors(axesOf(golden.points), golden);
    expect(outliers(factors)).toEqual(golden.outliers);
    expect(outliers(factors, { contamination: 0.1 })).toEqual(golden['outliersAtContamination0.1']);
    expect(golden.outliers).toContain(true);
  });

  it('the goldens have sets with and without ties', () => {
    expect([distinct.length, goldens.length]).toEqual([2, 5]);
  });
});
