import { hostTensor, type HostTensor, type Shape } from '../base/index.ts';
import { gatherBatch } from './core/batch.ts';
import type { ExampleSet } from './core/examples.ts';
import type { Sampler } from './core/sampler.ts';

/** The examples of one update as tensors: x [size, …inputShape], labels [size]. */
export interface SampledBatch {
  readonly size: number;
  readonly x: HostTensor<'float32'>;
  readonly labels: HostTensor<'int64'>;
}

/** The batch that a sampler draws for each update t, in the form that `createBatchStepper` takes. The same t has the same batch. */
export const sampledBatches =
  (examples: ExampleSet, inputShape: Shape, sampler: Sampler) =>
  (iteration: number): SampledBatch => {
    const { inputs, labels } = gatherBatch(examples, sampler.indices(iteration));
    const size = labels.length;
    return {
      size,
      x: hostTensor('float32', [size, ...inputShape], inputs),
      labels: hostTensor('int64', [size], labels),
    };
  };
