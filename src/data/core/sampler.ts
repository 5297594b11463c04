import { invariant, permutation, randomStream, ThalwegError } from '../../base/index.ts';

/** What decides every mini-batch of a run. */
export interface SamplerOptions {
  /** Training examples. */
  readonly count: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Draws every example of every batch anew, uniformly and independently of the others. Default: false. */
  readonly replacement?: boolean;
  /** Whether an epoch ends with a shorter batch of the examples that are left. Default: `drop`. */
  readonly lastBatch?: 'drop' | 'keep';
  /** Where this stands in a specification, for messages. Default: none. */
  readonly path?: string;
}

/** Mini-batches as a function of the iteration: no state, so a resumed run needs none. */
export interface Sampler {
  /** Batches in an epoch: `⌊count/batchSize⌋`, or `⌈count/batchSize⌉` where a last short batch is kept. */
  readonly iterationsPerEpoch: number;
  /** Examples of the mini-batch of an iteration, without drawing it. */
  size(iteration: number): number;
  /**
   * Examples of the mini-batch for the update from θ_t to θ_{t+1}, t = `iteration` ≥ 0. It may be a view of the epoch's
   * order: read it, do not write to it.
   */
  indices(iteration: number): Uint32Array<ArrayBuffer>;
}

/** Order of the examples in an epoch (counted from 0): a permutation of `0 … count−1` seeded by epoch. */
export function epochOrder(count: number, seed: number, epoch: number): Uint32Array<ArrayBuffer> {
  return permutation(count, randomStream(seed, 'data', 'epoch', epoch));
}

/**
 * Mini-batches of a training set. Without replacement each epoch walks through its own permutation; with it every batch
 * is full, and an epoch is only a number of iterations. Throws `SPECIFICATION_INVALID` when a batch is larger than the
 * training set, and when a last short batch is to be kept although examples are drawn with replacement.
 */
export function createSampler(options: SamplerOptions): Sampler {
  const { count, batchSize, replacement = false, lastBatch = 'drop', path } = options;
  const prefix = path === undefined ? '' : `${path}.`;
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > count) {
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${prefix}batchSize: expected 1 to ${count}, the training examples, got ${batchSize}`,
    );
  }
  if (replacement && lastBatch === 'keep') {
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${prefix}lastBatch: expected drop with replacement, because every batch is full, got keep`,
    );
  }
  return replacement ? drawWithReplacement(options) : walkThroughEpochs(options);
}

/** The order of the current epoch is kept, so consecutive iterations cost nothing. */
function walkThroughEpochs({ count, batchSize, seed, lastBatch }: SamplerOptions): Sampler {
  const iterationsPerEpoch = (lastBatch === 'keep' ? Math.ceil : Math.floor)(count / batchSize);
  let current: { epoch: number; order: Uint32Array<ArrayBuffer> } | undefined;
  const startOf = (iteration: number): number => (requireIteration(iteration) % iterationsPerEpoch) * batchSize;
  return {
    iterationsPerEpoch,
    size: (iteration) => Math.min(batchSize, count - startOf(iteration)),
    indices(iteration) {
      const start = startOf(iteration);
      const epoch = Math.floor(iteration / iterationsPerEpoch);
      if (current?.epoch !== epoch) current = { epoch, order: epochOrder(count, seed, epoch) };
      return current.order.subarray(start, start + batchSize);
    },
  };
}

/** Each batch has a stream of its own. */
function drawWithReplacement({ count, batchSize, seed }: SamplerOptions): Sampler {
  return {
    iterationsPerEpoch: Math.floor(count / batchSize),
    size(iteration) {
      requireIteration(iteration);
      return batchSize;
    },
    indices(iteration) {
      const stream = randomStream(seed, 'data', 'replacement', requireIteration(iteration));
      return Uint32Array.from({ length: batchSize }, () => stream.integer(count));
    },
  };
}

function requireIteration(iteration: number): number {
  invariant(Number.isInteger(iteration) && iteration >= 0, `batch of iteration ${iteration}`);
  return iteration;
}
