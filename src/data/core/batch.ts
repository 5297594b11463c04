import { invariant, permutation, randomStream, ThalwegError } from '../../base/index.ts';
import { inputSize, type ExampleSet } from './examples.ts';

/** A batch as programs take it. */
export interface Batch {
  /** Row-major `[b, ...inputShape]`. */
  readonly inputs: Float32Array<ArrayBuffer>;
  /** `[b]`; ONNX wants labels as int64. */
  readonly labels: BigInt64Array<ArrayBuffer>;
}

/** Copies the examples `indices` (length b, in this order) into `out`, or into new arrays when it is not given. */
export function gatherBatch(set: ExampleSet, indices: ArrayLike<number>, out?: Batch): Batch {
  const size = inputSize(set);
  const batch = out ?? { inputs: new Float32Array(indices.length * size), labels: new BigInt64Array(indices.length) };
  invariant(
    batch.inputs.length === indices.length * size && batch.labels.length === indices.length,
    `gatherBatch of ${indices.length} examples of ${size} into ${batch.inputs.length} inputs and ${batch.labels.length} labels`,
  );
  for (let row = 0; row < indices.length; row++) {
    const index = indices[row]!;
    invariant(index >= 0 && index < set.count, `gatherBatch of example ${index} of ${set.count}`);
    batch.inputs.set(set.inputs.subarray(index * size, (index + 1) * size), row * size);
    batch.labels[row] = BigInt(set.labels[index]!);
  }
  return batch;
}

/** The examples `indices`, in this order, as a set of its own. */
export function selectExamples(set: ExampleSet, indices: Uint32Array): ExampleSet {
  const { inputs } = gatherBatch(set, indices);
  const labels = set.labels.constructor as Uint8ArrayConstructor;
  return { inputs, labels: labels.from(indices, (index) => set.labels[index]!), count: indices.length };
}

/**
 * A fixed part of `set` to evaluate on: the first `n` examples of a seeded permutation, in that order; all of them, in
 * their own order and without a copy, for `n = set.count`. Throws `SPECIFICATION_INVALID` when `n` is larger.
 */
export function evaluationSubset(set: ExampleSet, n: number, seed: number): ExampleSet {
  if (!Number.isInteger(n) || n < 1 || n > set.count) {
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `evaluation examples: expected 1 to ${set.count}, the examples of the set, got ${n}`,
    );
  }
  return n === set.count ? set : selectExamples(set, evaluationOrder(set.count, n, seed));
}

/** Where the examples of {@link evaluationSubset} stand in their set of `count`, in their order. */
export const evaluationOrder = (count: number, n: number, seed: number): Uint32Array<ArrayBuffer> =>
  n === count
    ? Uint32Array.from({ length: count }, (_, index) => index)
    : permutation(count, randomStream(seed, 'data', 'evaluation')).slice(0, n);
