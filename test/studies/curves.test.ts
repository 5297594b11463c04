import { describe, expect, it } from 'vitest';
import { meanEstimate } from '../../src/statistics/index.ts';
import type { EvidenceTrial } from '../../src/studies/index.ts';
import { meanCurve, meanOrGap, meanThrough, movingMean, seriesCurve } from '../../src/studies/curves.ts';
import { syntheticEvidence, type SyntheticRecord } from '../support/evidence.ts';

/** Trials of one condition, a seed each, that recorded this training loss. */
const trialsWith = (...records: readonly (readonly SyntheticRecord[])[]): readonly EvidenceTrial[] =>
  syntheticEvidence(
    records.map((own, index) => ({ experiment: 'a', seed: index + 1, series: { 'train.loss': own } })),
  ).trials('a');

describe('a mean over seeds', () => {
  it('has a band of one standard deviation', () => {
    const { curve, band, seeds } = meanCurve(
      [1, 2],
      [
        [0, 5],
        [2, 5],
      ],
    );
    expect([[...curve.x], [...curve.y], seeds]).toEqual([[1, 2], [1, 5], 2]);
    expect(band!.lower[0]).toBeCloseTo(1 - Math.SQRT2, 12);
    expect(band!.upper[0]).toBeCloseTo(1 + Math.SQRT2, 12);
    expect([band!.lower[1], band!.upper[1]]).toEqual([5, 5]);
  });

  it("has Student's interval where it is asked for", () => {
    const { band } = meanCurve([0], [[1], [2], [4]], 'interval');
    expect([band!.lower[0], band!.upper[0]]).toEqual([...meanEstimate([1, 2, 4]).interval]);
  });

  it('is drawn by ascending places, with its band', () => {
    const { curve, band } = meanCurve(
      [3, 1],
      [
        [30, 10],
        [32, 10],
      ],
    );
    expect([[...curve.x], [...curve.y]]).toEqual([
      [1, 3],
      [10, 31],
    ]);
    expect(band!.upper[0]).toBe(10);
  });

  it('has no band for one seed', () => {
    const alone = meanCurve([5], [[7]]);
    expect(alone).toEqual({ curve: { x: Float64Array.of(5), y: Float64Array.of(7) }, seeds: 1 });
  });

  it('has a gap where the number of a seed is not finite', () => {
    const { curve, band } = meanCurve(
      [1, 2],
      [
        [1, 1],
        [Infinity, 1],
      ],
    );
    expect([...curve.y]).toEqual([NaN, 1]);
    expect([band!.lower[0], band!.upper[0]]).toEqual([NaN, NaN]);
  });

  it('refuses seeds with fewer values than places', () => {
    expect(() => meanCurve([1, 2], [[1]])).toThrowError('curves: expected the same lengths, got 2 and 1');
  });

  it('goes through the places that all seeds have', () => {
    const trials = trialsWith([], []);
    const points = ({ seed }: EvidenceTrial) =>
      seed === 1 ? [[1, 10] as const, [2, 20] as const] : [[2, 22] as const];
    expect(meanThrough(trials, points).curve).toEqual({ x: Float64Array.of(2), y: Float64Array.of(21) });
    expect(meanThrough([], points).curve.x).toHaveLength(0);
  });
});

describe('the curve of a series', () => {
  it('takes one coordinate and begins where it is told to', () => {
    const trials = trialsWith([
      [0, 1, 0.5],
      [4, 2, 0.5],
      [4, 9, 1],
      [8, 3, 0.5],
    ]);
    const { curve, ...style } = seriesCurve(trials, { color: 'SGD', series: 'train.loss', coordinate: 0.5, from: 1 });
    expect(curve).toEqual({ x: Float64Array.of(4, 8), y: Float64Array.of(2, 3) });
    expect(style).toEqual({ color: 'SGD', seeds: 1 });
  });

  it('smooths each seed before the mean is taken', () => {
    const trials = trialsWith(
      [
        [0, 3],
        [1, 0],
        [2, 3],
      ],
      [
        [0, 3],
        [1, 0],
        [2, 6],
      ],
    );
    const { curve } = seriesCurve(trials, { color: 'SGD', dash: 'a', series: 'train.loss', smoothing: 3 });
    expect([...curve.y]).toEqual([1.5, 2.5, 2.25]);
  });

  it('is averaged over the places that there are at both ends', () => {
    expect(movingMean([3, 0, 3, 6], 3)).toEqual([1.5, 2, 3, 4.5]);
    expect(movingMean([3, 0, 3], 1)).toEqual([3, 0, 3]);
    expect(movingMean([3, NaN, 3, 5, 4], 3)).toEqual([NaN, NaN, NaN, 4, 4.5]);
    expect(meanOrGap([])).toBeNaN();
  });
});
