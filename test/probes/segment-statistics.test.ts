import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import type { MetricRecord, SeriesName } from '../../src/contract/index.ts';
import { segmentRecords } from '../../src/probes/index.ts';

/** Losses of examples that lie `offsets` around a curve: its values are their means. */
const around = (curve: readonly number[], offsets: readonly number[] = [-0.25, 0, 0.25]): Float32Array[] =>
  curve.map((level) => Float32Array.from(offsets, (offset) => level + offset));

const grid = (points: number): number[] => Array.from({ length: points }, (_, index) => index / (points - 1));

const exactly = (losses: readonly Float32Array[], iteration = 5): MetricRecord[] =>
  segmentRecords(iteration, grid(losses.length), losses, losses[0]!.length);

const only = (records: readonly MetricRecord[], series: SeriesName): MetricRecord => {
  const found = records.filter((record) => record.series === series);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const summary = (records: readonly MetricRecord[]) =>
  Object.fromEntries(
    (['floor', 'height', 'barrier'] as const).map((name) => {
      const { value, coordinate } = only(records, `interpolation.${name}`);
      return [name, { value, coordinate }];
    }),
  );

describe('the records of an interpolated update', () => {
  it('hold the loss at every α, with the iteration and the number of examples', () => {
    const records = exactly(around([4, 2, 1, 3]), 7);
    expect(records.filter(({ series }) => series === 'interpolation.loss')).toEqual(
      [4, 2, 1, 3].map((value, index) => ({
        series: 'interpolation.loss',
        iteration: 7,
        coordinate: index / 3,
        value,
        standardError: null,
        examples: 3,
      })),
    );
    expect(new Set(records.map(({ iteration }) => iteration))).toEqual(new Set([7]));
    expect(records).toHaveLength(4 + 3);
  });

  it('of a parabola between unequal ends give its floor, the mean height of the ends above it, and no barrier', () => {
    // L(α) = 8(α − 1/4)² + 1 on α = 0, 1/4, 1/2, 3/4, 1
    const curve = grid(5).map((alpha) => 8 * (alpha - 0.25) ** 2 + 1);
    expect(curve).toEqual([1.5, 1, 1.5, 3, 5.5]);
    expect(summary(exactly(around(curve)))).toEqual({
      floor: { value: 1, coordinate: 0.25 },
      height: { value: (1.5 + 5.5 - 2) / 2, coordinate: null },
      barrier: { value: 0, coordinate: 0.75 },
    });
  });

  it('find a barrier where an interior point lies above both ends, measured from the higher end', () => {
    expect(summary(exactly(around([2, 3.5, 5, 1, 3])))).toEqual({
      floor: { value: 1, coordinate: 0.75 },
      height: { value: (2 + 3 - 2) / 2, coordinate: null },
      barrier: { value: 2, coordinate: 0.5 },
    });
    expect(only(exactly(around([3, 3.5, 5, 1, 2])), 'interpolation.barrier').value).toBe(2);
  });

  it('find none where an interior point lies above one end only', () => {
    expect(only(exactly(around([1, 2, 2.5, 3])), 'interpolation.barrier').value).toBe(0);
    expect(only(exactly(around([3, 2.75, 2, 1])), 'interpolation.barrier').value).toBe(0);
  });

  it('of a curve that only falls or only rises have the floor at its end and half its drop as height', () => {
    expect(summary(exactly(around([4, 3, 2.5])))).toMatchObject({
      floor: { value: 2.5, coordinate: 1 },
      height: { value: 0.75 },
    });
    expect(summary(exactly(around([2.5, 3, 4])))).toMatchObject({
      floor: { value: 2.5, coordinate: 0 },
      height: { value: 0.75 },
    });
  });

  it('of a level curve name the first point of the floor and no barrier', () => {
    expect(summary(exactly(around([2, 2, 2])))).toEqual({
      floor: { value: 2, coordinate: 0 },
      height: { value: 0, coordinate: null },
      barrier: { value: 0, coordinate: 0.5 },
    });
  });

  it('have the standard error s/√n·√(1 − n/N) of a sample of n of N, also for differences of the same examples', () => {
    const losses = [
      [1, 2, 6],
      [4, 4, 10],
      [2, 2, 5],
    ].map((values) => Float32Array.from(values));
    const records = segmentRecords(0, [0, 0.5, 1], losses, 12);
    const finite = Math.sqrt(1 - 3 / 12);
    // Sample variances by hand: (4+1+9)/2, (4+4+16)/2, (1+1+4)/2.
    const levels = [7, 12, 3].map((variance) => finite * Math.sqrt(variance / 3));
    const errors = records
      .filter(({ series }) => series === 'interpolation.loss')
      .map((record) => record.standardError!);
    errors.forEach((error, point) => expect(error).toBeCloseTo(levels[point]!, 12));
    // Both ends have mean 3: the floor is the first; barrier (4,4,10) − (1,2,6) = (3,2,4), variance 1, mean 3.
    expect(only(records, 'interpolation.barrier')).toMatchObject({ value: 3, examples: 3 });
    expect(only(records, 'interpolation.barrier').standardError).toBeCloseTo(finite * Math.sqrt(1 / 3), 12);
    // Height ((1,2,6) + (2,2,5))/2 − (1,2,6) = (0.5, 0, −0.5), variance 0.25.
    expect(only(records, 'interpolation.height').value).toBe(0);
    expect(only(records, 'interpolation.height').standardError).toBeCloseTo(finite * Math.sqrt(0.25 / 3), 12);
  });

  it('have paired standard errors far below those of the levels', () => {
    const stream = randomStream(1, 'paired');
    const levels = Float32Array.from({ length: 400 }, () => 2 + stream.normal());
    const shifted = (by: number): Float32Array => levels.map((level) => level + by + 0.01 * stream.normal());
    const records = segmentRecords(0, grid(4), [levels, shifted(0.5), shifted(-0.5), shifted(0.1)], 1e6);
    const level = only(records, 'interpolation.floor').standardError!;
    expect(level).toBeGreaterThan(0.04);
    expect(level).toBeLessThan(0.06);
    for (const series of ['interpolation.height', 'interpolation.barrier'] as const)
      expect(only(records, series).standardError).toBeLessThan(level / 50);
  });

  it('lose no digits of a small spread around a large loss', () => {
    const losses = [0, 0, 0].map(() => Float32Array.from([16384, 16384.001953125]));
    expect(segmentRecords(0, grid(3), losses, 100)[0]!.standardError).toBeCloseTo(
      (0.001953125 / 2) * Math.sqrt(1 - 2 / 100),
      12,
    );
  });

  it('say NaN for the error of one example, and pass a loss that is not a number on', () => {
    const one = segmentRecords(0, grid(3), around([3, 1, 2], [0]), 50);
    expect(only(one, 'interpolation.floor')).toMatchObject({ value: 1, standardError: NaN });
    const records = exactly(around([1, NaN, 0.5, 2]));
    expect(summary(records)).toEqual({
      floor: { value: 0.5, coordinate: 2 / 3 },
      height: { value: 1, coordinate: null },
      barrier: { value: 0, coordinate: 2 / 3 },
    });
    expect(summary(exactly(around([NaN, NaN, NaN]))).barrier!.value).toBeNaN();
  });
});
