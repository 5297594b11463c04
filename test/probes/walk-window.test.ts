import { describe, expect, it } from 'vitest';
import { EpochClock, type InterpolationSpecification } from '../../src/contract/index.ts';
import { interpolates } from '../../src/probes/index.ts';

const window = (changes: Partial<InterpolationSpecification>): InterpolationSpecification => ({
  kind: 'interpolation',
  points: 11,
  epochs: 'all',
  iterations: 'all',
  examples: 'all',
  batchNorm: 'batch',
  ...changes,
});

const chosen = (specification: InterpolationSpecification, total: number, iterationsPerEpoch: number): number[] =>
  Array.from({ length: total }, (_, iteration) => iteration).filter((iteration) =>
    interpolates(specification, iteration, new EpochClock(iterationsPerEpoch)),
  );

describe('the updates that are interpolated', () => {
  it('are all by default', () => {
    expect(chosen(window({}), 7, 3)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('are those of the chosen epochs, counted from 1', () => {
    expect(chosen(window({ epochs: [1, 3] }), 12, 3)).toEqual([0, 1, 2, 6, 7, 8]);
  });

  it('are the first of every epoch', () => {
    expect(chosen(window({ iterations: 2 }), 9, 4)).toEqual([0, 1, 4, 5, 8]);
  });

  it('are the first of the chosen epochs', () => {
    expect(chosen(window({ epochs: [2], iterations: 1 }), 12, 4)).toEqual([4]);
  });

  it('count an update as an epoch in full-batch descent', () => {
    expect(chosen(window({ epochs: [1, 4], iterations: 40 }), 6, 1)).toEqual([0, 3]);
  });
});
