import { sizeOf, ThalwegError, type HostTensor } from '../base/index.ts';
import { gradientMoments } from '../curvature/index.ts';
import { gatherBatch } from '../data/core/index.ts';
import { initialParameters } from '../nn/index.ts';
import { ruleFor, withGradientNoise } from '../optim/index.ts';
import type { AnyTensor } from '../runtime/index.ts';
import {
  createBatchStepper,
  createFullStepper,
  createGhostStepper,
  createPhasedStepper,
  initialSlots,
  type Chunk,
  type Slots,
  type Stepper,
  type Updating,
} from '../train/index.ts';
import { batchIndices } from './batches.ts';
import type { Phase } from './phases.ts';
import type { Prepared } from './assemble.ts';
import { trainingSeed } from './training-seed.ts';

type Log = (message: string) => void;

/**
 * The update rules of a run in their order, each with its way of estimating gradients; that of update `iteration` is
 * compiled at once. A training from elsewhere is followed instead. `log` is told what has to be measured before a rule begins.
 */
export const createStepper = (
  prepared: Prepared,
  keepGradient: boolean,
  iteration: number,
  log: Log,
): Promise<Stepper> => {
  if (prepared.followed) return prepared.followed.createStepper(prepared);
  return createPhasedStepper(
    prepared.runtime.backend,
    prepared.phases.map((phase) => ({
      from: phase.from,
      // Training itself begins with the slots of the first rule.
      slots: phase.from === 0 || phase.since < phase.from ? null : () => slotsOf(phase, prepared),
      create: () => createPhase(phase, prepared, keepGradient, log),
    })),
    iteration,
  );
};

const slotsOf = ({ optimizer }: Phase, { objective }: Prepared): Slots =>
  initialSlots(objective.model, ruleFor(optimizer));

async function createPhase(phase: Phase, prepared: Prepared, keepGradient: boolean, log: Log): Promise<Stepper> {
  const { data, objective, runtime } = prepared;
  const { optimizer } = phase;
  const updating = await createUpdating(phase, prepared, log);
  if (optimizer.name === 'gd') {
    const examples = prepared.chunked(data.train, optimizer.chunkSize);
    return createFullStepper(runtime, objective, examples, keepGradient, updating);
  }
  const { batchSize } = optimizer;
  const last = optimizer.lastBatch === 'keep' ? data.train.count % batchSize : 0;
  const sizes = last === 0 ? [batchSize] : [batchSize, last];
  const ghost = ('ghostBatchSize' in optimizer ? optimizer.ghostBatchSize : undefined) ?? batchSize;
  if (ghost === batchSize) {
    const table = tableOf(prepared);
    const batchesAt = table ? placesOfBatches(phase, prepared) : batches(phase, prepared, ghost);
    const batchAt = (iteration: number): Chunk => batchesAt(iteration).next().value!;
    return createBatchStepper(runtime, objective, sizes, batchAt, keepGradient, updating, table);
  }
  const batchesAt = batches(phase, prepared, ghost);
  const ghosts = { size: ghost, count: sizes.map((size) => size / ghost) };
  return createGhostStepper(runtime, objective, ghosts, batchesAt, keepGradient, updating);
}

async function createUpdating(phase: Phase, prepared: Prepared, log: Log): Promise<Updating> {
  const { optimizer, since } = phase;
  const rule = ruleFor(optimizer);
  const deviation = await noiseDeviation(phase, prepared, log);
  return {
    rule: deviation === null ? rule : withGradientNoise(rule, deviation),
    seed: trainingSeed(prepared.specification),
    since,
    rho: optimizer.name === 'sam' ? optimizer.rho : null,
  };
}

/** Examples whose gradients are taken at once. */
const noiseChunk = 100;

/** Standard deviation of the noise in gradients; null: there is none. A resumed run measures the same again. */
async function noiseDeviation({ optimizer, path }: Phase, prepared: Prepared, log: Log): Promise<number | null> {
  const { specification, objective, runtime } = prepared;
  const noise = 'noise' in optimizer ? optimizer.noise : undefined;
  if (noise === undefined) return null;
  if (noise.kind === 'given') return noise.standardDeviation;
  const examples = prepared.evaluationSet(noise.examples);
  const initial = initialParameters(objective.model, trainingSeed(specification));
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
      `${path}.noise: expected gradients that vary over examples at initialisation, got a largest variance of ${largest}`,
    );
  log(
    `noise of variance ${noise.factor} × ${largest}, the largest of a gradient's coordinate over ${examples.count} examples`,
  );
  return Math.sqrt(noise.factor * largest);
}

/** Bytes of examples that are kept whole on a graphics card; the usual bound of what a program can reach at once. */
const mostTableBytes = 2 ** 30;

/** The training inputs on a graphics card that has room, so that an update sends places instead of images; null elsewhere. */
function tableOf(prepared: Prepared): AnyTensor | null {
  const { train } = prepared.data;
  const fits = 4 * train.inputs.length < mostTableBytes && train.count <= prepared.chunkLimit;
  if (prepared.runtime.backend.device !== 'webgpu' || !fits) return null;
  return prepared.chunked(train, train.count).chunks[0]!.x;
}

/** The mini-batch of each update of a phase, by the places of its examples. */
function placesOfBatches(phase: Phase, prepared: Prepared) {
  const indicesAt = batchIndices(phase, prepared)!;
  const { labels } = prepared.data.train;
  return function* (iteration: number): Generator<Chunk, undefined> {
    const indices = indicesAt(iteration);
    const integers = (valueAt: (index: number) => number): HostTensor => ({
      dtype: 'int64',
      shape: [indices.length],
      data: BigInt64Array.from(indices, (index) => BigInt(valueAt(index))),
    });
    yield { size: indices.length, x: integers((index) => index), labels: integers((index) => labels[index]!) };
  };
}

/**
 * The mini-batch of each update of a phase, in ghost batches of `size` or, where the batch is shorter, whole. All share one
 * buffer: one lives until the next is asked for.
 */
function batches(phase: Phase, prepared: Prepared, size: number) {
  const { data } = prepared;
  const indicesAt = batchIndices(phase, prepared)!;
  const width = sizeOf(data.inputShape);
  const buffer = { inputs: new Float32Array(size * width), labels: new BigInt64Array(size) };
  return function* (iteration: number): Generator<Chunk, undefined> {
    const indices = indicesAt(iteration);
    for (let from = 0; from < indices.length; from += size) {
      const part = indices.subarray(from, from + size);
      const out = {
        inputs: buffer.inputs.subarray(0, part.length * width),
        labels: buffer.labels.subarray(0, part.length),
      };
      const { inputs, labels } = gatherBatch(data.train, part, out);
      yield {
        size: part.length,
        x: { dtype: 'float32', shape: [part.length, ...data.inputShape], data: inputs },
        labels: { dtype: 'int64', shape: [part.length], data: labels },
      };
    }
  };
}
