import { expect, it } from 'vitest';
import { pearsonCorrelation } from '../../../src/statistics/index.ts';
import type { EvidenceTrial } from '../../../src/studies/index.ts';
import { pooledCorrelation } from '../../../src/studies/m/pooled-correlation.ts';
import { relativeDeviation } from '../../../src/studies/m/readings.ts';
import { syntheticEvidence, type SyntheticRecord } from '../../support/evidence.ts';

const name = 'exampleTrace.inlierCorrelation.affineInput';

/** Runs that recorded r of correctly classified examples at updates 0 and 10, each r over so many examples. */
function runsWith(records: readonly (readonly SyntheticRecord[])[], examples: number): readonly EvidenceTrial[] {
  const trials = records.map((own, index) => ({ experiment: 'M-corr', seed: index + 1, series: { [name]: own } }));
  return syntheticEvidence(trials)
    .trials('M-corr')
    .map((trial) => ({
      ...trial,
      series: (series) => ({ ...trial.series(series), examples: Float64Array.from([0, 0, 0], () => examples) }),
    }));
}

it('the interval of a single run is Fisher’s', () => {
  const x = Array.from({ length: 30 }, (_, index) => index);
  const { r, interval } = pearsonCorrelation(
    x,
    x.map((value) => value + 8 * Math.sin(value)),
  );
  const { curve, band } = pooledCorrelation(runsWith([[[0, r, 1]]], 30), 'affineInput', 'correct');
  expect(curve.y[0]).toBeCloseTo(r, 12);
  expect(band.lower[0]).toBeCloseTo(interval[0], 6);
  expect(band.upper[0]).toBeCloseTo(interval[1], 6);
});

it('several runs give the mean of z and a narrower interval; runs without the group have no part', () => {
  const records: SyntheticRecord[][] = [
    [
      [0, 0.9, 1],
      [10, 0.5, 1],
      [10, -0.9, 0],
    ],
    [
      [0, 0.6, 1],
      [10, 0.5, 0],
    ],
  ];
  const { curve, band, seeds } = pooledCorrelation(runsWith(records, 28), 'affineInput', 'correct');
  expect([...curve.x]).toEqual([0, 10]);
  const z = (Math.atanh(0.9) + Math.atanh(0.6)) / 2;
  expect(curve.y[0]).toBeCloseTo(Math.tanh(z), 12);
  expect(band.upper[0]).toBeCloseTo(Math.tanh(z + 1.959963984540054 / Math.sqrt(2 * 25)), 12);
  expect(curve.y[1]).toBeCloseTo(0.5, 12);
  expect(band.lower[1]).toBeCloseTo(Math.tanh(Math.atanh(0.5) - 1.959963984540054 / 5), 12);
  expect(seeds).toBe(2);
});

it('the relative deviation is that of the norms', () => {
  expect(relativeDeviation([3, 4], [3, 4])).toBe(0);
  expect(relativeDeviation([6, 8], [3, 4])).toBe(1);
});
