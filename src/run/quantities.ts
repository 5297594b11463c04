import { hostTensor, sizeOf, type HostTensor } from '../base/index.ts';
import { quantityShapes, type QuantitySpecification } from '../contract/index.ts';
import { evaluationOrder, type ExampleSet } from '../data/core/index.ts';
import { initialBuffers, initialParameters } from '../nn/index.ts';
import type { Moment, QuantitySetting } from '../quantities/index.ts';
import { createBatches } from './batches.ts';
import { learningRateAt, phaseAt, trainingChunk } from './phases.ts';
import type { Prepared } from './assemble.ts';
import { trainingSeed } from './training-seed.ts';

/** Examples of a quantity that does not say how many. */
const defaultExamples = 2000;

/** Numbers in the inputs of one chunk: derivatives of a network keep several times what its evaluation does. */
const chunkNumbers = 300_000;

/** Examples of a chunk without batch statistics. */
export const derivativeChunk = ({ data, chunkLimit }: Prepared): number =>
  Math.max(1, Math.min(1000, chunkLimit, Math.floor(chunkNumbers / sizeOf(data.inputShape))));

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
 * of the first rule's batch size, else as many examples as fit, or one where examples are taken one by one. A kind without
 * `examples` is measured on the batches of the updates; the network has the first.
 */
export function quantitySetting(prepared: Prepared, specification: QuantitySpecification): QuantitySetting {
  const { objective, runtime } = prepared;
  const { seed } = prepared.specification;
  const { model } = objective;
  const byBatch = 'batchNorm' in specification && specification.batchNorm === 'batch' && model.buffers.length > 0;
  const oneByOne = 'method' in specification && specification.method === 'one-by-one';
  const chunk = byBatch ? trainingChunk(prepared.phases[0]!) : oneByOne ? 1 : derivativeChunk(prepared);
  const batches = 'examples' in quantityShapes[specification.kind] ? null : createBatches(prepared, chunk);
  return {
    network: {
      runtime,
      objective,
      examples: batches?.first ?? prepared.chunked(examplesOf(prepared, specification), chunk),
      mode: byBatch ? 'train' : 'evaluate',
      parameters: initialParameters(model, trainingSeed(prepared.specification)),
      buffers: initialBuffers(model),
    },
    seed,
    ...(batches && { batchAt: batches.at }),
  };
}

function examplesOf(prepared: Prepared, specification: QuantitySpecification): ExampleSet {
  return prepared.evaluationSet(exampleCount(prepared, specification));
}

function exampleCount({ data }: Prepared, specification: QuantitySpecification): number | 'all' {
  const wanted = 'examples' in specification ? specification.examples : undefined;
  return wanted ?? Math.min(defaultExamples, data.train.count);
}

/**
 * Which examples the rows of per-example tensors are of, for a quantity that has such: their positions in the training set as the run uses
 * it, and their labels.
 */
export function exampleColumns(
  prepared: Prepared,
  quantity: QuantitySpecification,
): Readonly<Record<string, HostTensor>> {
  if (quantity.kind !== 'per-example-hessian-trace') return {};
  const { train } = prepared.data;
  const count = exampleCount(prepared, quantity);
  const positions = evaluationOrder(train.count, count === 'all' ? train.count : count, prepared.specification.seed);
  const column = (values: Iterable<number>): HostTensor => hostTensor('float64', [positions.length], values);
  return {
    'exampleTrace.position': column(positions),
    'exampleTrace.label': column(Array.from(positions, (position) => train.labels[position]!)),
  };
}
