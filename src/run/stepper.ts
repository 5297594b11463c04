import { ThalwegError } from '../base/index.ts';
import { gradientMoments } from '../curvature/index.ts';
import { createSampler, gatherBatch, type DataSet } from '../data/index.ts';
import { initialParameters } from '../nn/index.ts';
import { ruleFor, withGradientNoise } from '../optim/index.ts';
import {
  createBatchStepper,
  createFullStepper,
  createGhostStepper,
  type Chunk,
  type Stepper,
  type Updating,
} from '../train/index.ts';
import type { Prepared } from './prepare.ts';

/**
 * The update rule with its way of estimating gradients. `log` is told what had to be measured first.
 */
export async function createStepper(
  prepared: Prepared,
  keepGradient: boolean,
  log: (message: string) => void,
): Promise<Stepper> {
  const { specification, data, objective, runtime } = prepared;
  const { optimizer, seed } = specification;
  const updating = await createUpdating(prepared, log);
  if (optimizer.name === 'gd') {
    const examples = prepared.chunked(data.train, optimizer.chunkSize);
    return createFullStepper(runtime, objective, examples, keepGradient, updating);
  }
  const { batchSize } = optimizer;
  const size = ('ghostBatchSize' in optimizer ? optimizer.ghostBatchSize : undefined) ?? batchSize;
  const batchesAt = batches(data, batchSize, size, seed);
  if (size === batchSize) {
    const batchAt = (iteration: number): Chunk => batchesAt(iteration).next().value!;
    return createBatchStepper(runtime, objective, batchSize, batchAt, keepGradient, updating);
  }
  const ghosts = { size, count: batchSize / size };
  return createGhostStepper(runtime, objective, ghosts, batchesAt, keepGradient, updating);
}

async function createUpdating(prepared: Prepared, log: (message: string) => void): Promise<Updating> {
  const { optimizer, seed } = prepared.specification;
  const rule = ruleFor(optimizer);
  const deviation = await noiseDeviation(prepared, log);
  return {
    rule: deviation === null ? rule : withGradientNoise(rule, deviation),
    seed,
    rho: optimizer.name === 'sam' ? optimizer.rho : null,
  };
}

/** Examples whose gradients are taken at once. */
const noiseChunk = 100;

/** Standard deviation of the noise in gradients; null: there is none. A resumed run measures the same again. */
async function noiseDeviation(prepared: Prepared, log: (message: string) => void): Promise<number | null> {
  const { specification, objective, runtime } = prepared;
  const noise = 'noise' in specification.optimizer ? specification.optimizer.noise : undefined;
  if (noise === undefined) return null;
  if (noise.kind === 'given') return noise.standardDeviation;
  if (objective.model.buffers.length > 0)
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `optimizer.noise: expected a model without batch normalisation for kind initial-variance (gradients of single examples), got ${objective.model.name}`,
    );
  const examples = prepared.evaluationSet(noise.examples);
  const initial = initialParameters(objective.model, specification.seed);
  const { largestVariance: largest } = await gradientMoments({
    runtime,
    objective,
    examples: prepared.chunked(examples, Math.min(noiseChunk, examples.count)),
    mode: 'train',
    parameters: initial,
    buffers: {},
  });
  if (!(largest > 0 && Number.isFinite(largest)))
    throw new ThalwegError(
      'TRAINING_DIVERGED',
      `optimizer.noise: expected gradients that vary over examples at initialisation, got a largest variance of ${largest}`,
    );
  log(
    `noise of variance ${noise.factor} × ${largest}, the largest of a gradient's coordinate over ${examples.count} examples`,
  );
  return Math.sqrt(noise.factor * largest);
}

/** The mini-batch of each update in ghost batches of `size`. All share one buffer: one lives until the next is asked for. */
function batches(data: DataSet, batchSize: number, size: number, seed: number) {
  const sampler = createSampler({ count: data.train.count, batchSize, seed });
  const shape = [size, ...data.inputShape];
  const buffer = gatherBatch(data.train, sampler.indices(0).subarray(0, size));
  return function* (iteration: number): Generator<Chunk, undefined> {
    const indices = sampler.indices(iteration);
    for (let from = 0; from < batchSize; from += size) {
      const { inputs, labels } = gatherBatch(data.train, indices.subarray(from, from + size), buffer);
      yield {
        size,
        x: { dtype: 'float32', shape, data: inputs },
        labels: { dtype: 'int64', shape: [size], data: labels },
      };
    }
  };
}
