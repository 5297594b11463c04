import { sizeOf } from '../base/index.ts';
import type { QuantitySpecification } from '../contract/index.ts';
import { initialBuffers, initialParameters } from '../nn/index.ts';
import type { Moment, QuantitySetting } from '../quantities/index.ts';
import { learningRateAt, phaseAt, trainingChunk } from './phases.ts';
import type { Prepared } from './prepare.ts';

/** Examples of a quantity that does not say how many. */
const defaultExamples = 2000;

/** Numbers in the inputs of one chunk: derivatives of a network keep several times what its evaluation does. */
const chunkNumbers = 300_000;

/** Where training stands at θ_t: the update that would follow. */
export function momentAt(prepared: Prepared, iteration: number): Moment {
  const { optimizer } = phaseAt(prepared, iteration);
  return {
    iteration,
    learningRate: learningRateAt(prepared, iteration),
    momentum: 'momentum' in optimizer ? optimizer.momentum : 0,
    batchSize: optimizer.name === 'gd' ? prepared.data.train.count : optimizer.batchSize,
  };
}

/**
 * The network that a quantity is measured on, at its initial point. With batch statistics of batch normalisation the chunks are
 * of the first rule's batch size, else as many examples as fit, or one where examples are taken one by one.
 */
export function quantitySetting(prepared: Prepared, specification: QuantitySpecification): QuantitySetting {
  const { objective, runtime, data } = prepared;
  const { seed } = prepared.specification;
  const { model } = objective;
  const examples = prepared.evaluationSet(specification.examples ?? Math.min(defaultExamples, data.train.count));
  const byBatch = 'batchNorm' in specification && specification.batchNorm === 'batch' && model.buffers.length > 0;
  const oneByOne = 'method' in specification && specification.method === 'one-by-one';
  const largest = oneByOne ? 1 : Math.min(1000, Math.floor(chunkNumbers / sizeOf(data.inputShape)));
  const chunk = byBatch ? trainingChunk(prepared.phases[0]!) : Math.max(1, largest);
  return {
    network: {
      runtime,
      objective,
      examples: prepared.chunked(examples, chunk),
      mode: byBatch ? 'train' : 'evaluate',
      parameters: initialParameters(model, seed),
      buffers: initialBuffers(model),
    },
    seed,
  };
}
