import { describe, expect, it } from 'vitest';
import { createSampler, epochOrder } from '../../src/data/index.ts';

const sorted = (values: Iterable<number>): number[] => [...values].sort((a, b) => a - b);
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('the order of an epoch', () => {
  it('is a permutation that differs between epochs and seeds', () => {
    const order = epochOrder(100, 1, 0);
    expect(sorted(order)).toEqual(upTo(100));
    expect(epochOrder(100, 1, 0)).toEqual(order);
    expect(epochOrder(100, 1, 1)).not.toEqual(order);
    expect(epochOrder(100, 2, 0)).not.toEqual(order);
  });
});

describe('a sampler', () => {
  it('visits every example once in an epoch', () => {
    const sampler = createSampler({ count: 30, batchSize: 10, seed: 1 });
    expect(sampler.iterationsPerEpoch).toBe(3);
    for (const epoch of [0, 1, 5]) {
      const seen = [0, 1, 2].flatMap((batch) => [...sampler.indices(epoch * 3 + batch)]);
      expect(sorted(seen)).toEqual(upTo(30));
    }
  });

  it('drops the last short batch of an epoch, with other examples each time', () => {
    const sampler = createSampler({ count: 35, batchSize: 10, seed: 1 });
    expect(sampler.iterationsPerEpoch).toBe(3);
    const used = (epoch: number) => sorted([0, 1, 2].flatMap((batch) => [...sampler.indices(epoch * 3 + batch)]));
    expect(new Set(used(0)).size).toBe(30);
    expect(used(1)).not.toEqual(used(0));
  });

  it('gives the same batch for an iteration in whatever order it is asked', () => {
    const options = { count: 57, batchSize: 8, seed: 3 };
    const sampler = createSampler(options);
    for (const iteration of [20, 3, 0, 21, 4, 20, 13]) {
      expect(sampler.indices(iteration)).toEqual(createSampler(options).indices(iteration));
    }
  });

  it('can keep the last short batch, so that an epoch visits every example', () => {
    const sampler = createSampler({ count: 35, batchSize: 10, seed: 1, lastBatch: 'keep' });
    expect(sampler.iterationsPerEpoch).toBe(4);
    expect([0, 1, 2, 3, 4, 7].map((iteration) => sampler.size(iteration))).toEqual([10, 10, 10, 5, 10, 5]);
    for (const epoch of [0, 3]) {
      const batches = [0, 1, 2, 3].map((batch) => sampler.indices(epoch * 4 + batch));
      expect(batches.map(({ length }) => length)).toEqual([10, 10, 10, 5]);
      expect(sorted(batches.flatMap((batch) => [...batch]))).toEqual(upTo(35));
    }
    const dropped = createSampler({ count: 35, batchSize: 10, seed: 1 });
    expect(sampler.indices(1)).toEqual(dropped.indices(1));
    expect(dropped.size(3)).toBe(10);
    expect(createSampler({ count: 30, batchSize: 10, seed: 1, lastBatch: 'keep' }).iterationsPerEpoch).toBe(3);
  });

  it('can draw with replacement: full batches, uniform, independent of the order of asking', () => {
    const options = { count: 20, batchSize: 16, seed: 1, replacement: true };
    const sampler = createSampler(options);
    expect(sampler.iterationsPerEpoch).toBe(1);
    expect(sampler.size(7)).toBe(16);
    const counts = new Array<number>(20).fill(0);
    let repeated = 0;
    for (let iteration = 0; iteration < 2000; iteration++) {
      const batch = sampler.indices(iteration);
      for (const index of batch) counts[index]!++;
      if (new Set(batch).size < 16) repeated++;
    }
    // 1,600 of each are expected, with a standard deviation of 39.
    expect(counts.every((count) => Math.abs(count - 1600) < 200)).toBe(true);
    // All 16 differ with probability 20!/(4!·20¹⁶) = 0.00015.
    expect(repeated).toBeGreaterThan(1990);
    expect(sampler.indices(5)).toEqual(createSampler(options).indices(5));
    expect(sampler.indices(6)).not.toEqual(sampler.indices(5));
    expect(() => sampler.size(-1)).toThrow('batch of iteration -1');
  });

  it('has no short batch to keep when it draws with replacement', () => {
    const options = { count: 20, batchSize: 16, seed: 1, replacement: true, lastBatch: 'keep' } as const;
    expect(() => createSampler(options)).toThrow('lastBatch: expected drop with replacement');
  });

  it('takes the whole set as one batch', () => {
    expect(sorted(createSampler({ count: 5, batchSize: 5, seed: 1 }).indices(7))).toEqual(upTo(5));
  });

  it.each([0, 6, 2.5])('refuses batches of %d out of 5 examples', (batchSize) => {
    expect(() => createSampler({ count: 5, batchSize, seed: 1 })).toThrow(
      `batchSize: expected 1 to 5, the training examples, got ${batchSize}`,
    );
  });

  it('refuses an iteration that is not a natural number', () => {
    const sampler = createSampler({ count: 5, batchSize: 5, seed: 1 });
    expect(() => sampler.indices(-1)).toThrow('batch of iteration -1');
    expect(() => sampler.indices(0.5)).toThrow('batch of iteration 0.5');
  });
});
