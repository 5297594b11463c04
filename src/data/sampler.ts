import { invariant, permutation, randomStream, ThalwegError } from '../base/index.ts';

/** What decides every mini-batch of a run. */
export interface SamplerOptions {
  /** Training examples. */
  readonly count: number;
  readonly batchSize: number;
  readonly seed: number;
}

/** Mini-batches as a function of the iteration: no state, so a resumed run needs none. */
export interface Sampler {
  /** Whole batches in an epoch; the examples of a last short batch are left out of that epoch. */
  readonly iterationsPerEpoch: number;
  /**
   * Examples of the mini-batch for the update from θ_t to θ_{t+1}, t = `iteration` ≥ 0. A view of the epoch's order:
   * read it, do not write to it.
   */
  indices(iteration: number): Uint32Array<ArrayBuffer>;
}

/** Order of the examples in an epoch (counted from 0): a permutation of `0 … count−1` seeded by epoch. */
export function epochOrder(count: number, seed: number, epoch: number): Uint32Array<ArrayBuffer> {
  return permutation(count, randomStream(seed, 'data', 'epoch', epoch));
}

/**
 * Sampling without replacement: each epoch walks through its own permutation; a last short batch is dropped.
 * The order of the current epoch is kept, so consecutive iterations cost nothing. Throws `SPECIFICATION_INVALID` when
 * a batch is larger than the training set.
 */
export function createSampler({ count, batchSize, seed }: SamplerOptions): Sampler {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > count) {
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `batchSize: expected 1 to ${count}, the training examples, got ${batchSize}`,
    );
  }
  const iterationsPerEpoch = Math.floor(count / batchSize);
  let current: { epoch: number; order: Uint32Array<ArrayBuffer> } | undefined;
  return {
    iterationsPerEpoch,
    indices(iteration) {
      invariant(Number.isInteger(iteration) && iteration >= 0, `batch of iteration ${iteration}`);
      const epoch = Math.floor(iteration / iterationsPerEpoch);
      if (current?.epoch !== epoch) current = { epoch, order: epochOrder(count, seed, epoch) };
      const start = (iteration % iterationsPerEpoch) * batchSize;
      return current.order.subarray(start, start + batchSize);
    },
  };
}

/** Examples of the mini-batch of one iteration; a {@link Sampler} gives the same for many iterations at less cost. */
export function batchIndices({
  iteration,
  ...options
}: SamplerOptions & { readonly iteration: number }): Uint32Array<ArrayBuffer> {
  return createSampler(options).indices(iteration);
}
