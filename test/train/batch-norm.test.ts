import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EpochClock, type InterpolationSpecification } from '../../src/contract/index.ts';
import { batchNorm, createModel, crossEntropy, dense, initialBuffers, sequential } from '../../src/nn/index.ts';
import { createInterpolation } from '../../src/probes/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import {
  createBatchStepper,
  createFullStepper,
  Evaluator,
  Trainer,
  uploadAll,
  type Examples,
  type Objective,
  type Stepper,
} from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import {
  asBatch,
  chunked,
  cpuRuntime,
  numbers,
  plainLosses,
  randomExamples,
  readNumbers,
  startingPoint,
} from './support.ts';

/** The scores of a normalised input: its statistics are those of the examples themselves. */
const objective: Objective = {
  model: createModel('normalised', [3], sequential(batchNorm(), dense(3))),
  loss: crossEntropy,
};
const examples = randomExamples(130, objective, 5);
const theta = startingPoint(objective);
const start = initialBuffers(objective.model);
const float32 = { relative: 3e-6, absolute: 1e-7 };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const place = () => ({ parameters: uploadAll(runtime.backend, theta), buffers: uploadAll(runtime.backend, start) });

/** Examples `from` to `to`. */
const part = ({ inputs, labels }: Examples, from: number, to: number): Examples => ({
  inputs: inputs.slice(3 * from, 3 * to),
  labels: Array.from(labels).slice(from, to),
  count: to - from,
});

/** Mean and variances of each of three features, in plain loops. */
function moments({ inputs, count }: Examples) {
  const feature = (f: number) => Array.from({ length: count }, (_, index) => inputs[3 * index + f]!);
  const mean = [0, 1, 2].map((f) => feature(f).reduce((sum, value) => sum + value, 0) / count);
  const squares = mean.map((centre, f) => feature(f).reduce((sum, value) => sum + (value - centre) ** 2, 0));
  return { mean, biased: squares.map((s) => s / count), unbiased: squares.map((s) => s / (count - 1)) };
}

/** Running statistics after the batches, one after the other. */
function followed(batches: readonly Examples[]) {
  let [mean, variance] = [
    [0, 0, 0],
    [1, 1, 1],
  ];
  for (const batch of batches) {
    const now = moments(batch);
    mean = mean.map((value, f) => 0.9 * value + 0.1 * now.mean[f]!);
    variance = variance.map((value, f) => 0.9 * value + 0.1 * now.unbiased[f]!);
  }
  return { mean, variance };
}

/** Losses of examples that are normalised by the given statistics, by plain loops. */
function lossesWith(batch: Examples, mean: readonly number[], variance: readonly number[]) {
  const { '0.weight': scale, '0.bias': shift, ...rest } = numbers(theta);
  const inputs = batch.inputs.map(
    (value, index) =>
      ((value - mean[index % 3]!) / Math.sqrt(variance[index % 3]! + 1e-5)) * scale![index % 3]! + shift![index % 3]!,
  );
  return plainLosses(rest, { ...batch, inputs });
}
const batchLosses = (batch: Examples) => lossesWith(batch, moments(batch).mean, moments(batch).biased);
const meanOf = (losses: readonly { readonly loss: number }[]): number =>
  losses.reduce((sum, { loss }) => sum + loss, 0) / losses.length;

const cut = (size: number): Examples[] =>
  Array.from({ length: Math.ceil(130 / size) }, (_, index) =>
    part(examples, index * size, Math.min(130, (index + 1) * size)),
  );

const sgd = (): Promise<Stepper> =>
  createBatchStepper(runtime, objective, 130, () => asBatch(examples, objective), false);
const descent = (size: number): Promise<Stepper> =>
  createFullStepper(runtime, objective, chunked(examples, size, objective, runtime), false);

describe.each([
  ['by mini-batch', sgd, [examples]],
  ['by the full batch in chunks of 40, 40, 40 and 10', () => descent(40), cut(40)],
  ['by the full batch in one chunk', () => descent(130), [examples]],
] as const)('an update %s of a network with batch normalisation', (_, making, batches) => {
  it('normalises each chunk by its own statistics, and the running ones follow chunk after chunk', async () => {
    const stepper = await making();
    const { loss, buffers } = await stepper.step(place(), 0.5, 0);
    await stepper.release();
    const { mean, variance } = followed(batches);
    const measured = await readNumbers(buffers);
    expectClose(measured['0.running_mean']!, mean, float32);
    expectClose(measured['0.running_var']!, variance, float32);
    expectClose([loss], [meanOf(batches.flatMap(batchLosses))], float32);
  });
});

describe('the gradient of the full batch', () => {
  it('is the mean over chunks of theirs, each weighted by its examples', async () => {
    const single = async (batch: Examples) => {
      const stepper = await createBatchStepper(runtime, objective, batch.count, () => asBatch(batch, objective), true);
      const { gradient } = await stepper.step(place(), 0.1, 0);
      await stepper.release();
      return readNumbers(gradient!);
    };
    const parts = cut(50);
    const gradients = await Promise.all(parts.map(single));
    const stepper = await createFullStepper(runtime, objective, chunked(examples, 50, objective, runtime), true);
    const whole = await readNumbers((await stepper.step(place(), 0.1, 0)).gradient!);
    await stepper.release();
    for (const [name, values] of Object.entries(whole)) {
      const expected = values.map((_, index) =>
        gradients.reduce((sum, gradient, k) => sum + (gradient[name]![index]! * parts[k]!.count) / 130, 0),
      );
      expectClose(values, expected, float32, name);
    }
  });
});

describe('a trainer of a network with batch normalisation', () => {
  const trainer = async (state = { iteration: 0, parameters: theta, buffers: start, gradient: null } as never) =>
    new Trainer(runtime.backend, await descent(40), () => 0.1, state);

  it('goes on from its state with the same bits, running statistics included', async () => {
    const [whole, first] = [await trainer(), await trainer()];
    for (let t = 0; t < 4; t++) await whole.step();
    for (let t = 0; t < 2; t++) await first.step();
    const second = await trainer((await first.state()) as never);
    for (let t = 2; t < 4; t++) await second.step();
    expect(await second.state()).toEqual(await whole.state());
    expect(await readNumbers(whole.buffers)).not.toEqual(numbers(start));
    for (const training of [whole, first, second]) await training.release();
  });

  it('shows the buffers at both ends of an update and disposes them when no update shows them any more', async () => {
    const training = await trainer();
    const one = await training.step();
    const two = await training.step();
    expect(two.buffers.before).toBe(one.buffers.after);
    const disposed = (tensors: typeof one.before) => Object.values(tensors).map((tensor) => tensor.disposed);
    expect(disposed(one.buffers.before)).toEqual([true, true]);
    expect(disposed(two.buffers.before)).toEqual([false, false]);
    await training.release();
    expect([...disposed(two.buffers.before), ...disposed(two.buffers.after)]).not.toContain(false);
  });
});

describe('an evaluator of a network with batch normalisation', () => {
  it('takes the running statistics, so that chunks change nothing', async () => {
    const { mean, variance } = followed(cut(40));
    const stepper = await descent(40);
    const { buffers } = await stepper.step(place(), 0.5, 0);
    await stepper.release();
    const expected = meanOf(lossesWith(examples, mean, variance));
    for (const size of [130, 40]) {
      const evaluator = await Evaluator.create(runtime, objective, chunked(examples, size, objective, runtime));
      const { loss } = await evaluator.evaluate(theta, buffers);
      expectClose([loss], [expected], float32);
      expect(Math.abs(loss - meanOf(batchLosses(examples)))).toBeGreaterThan(1e-3);
      await evaluator.release();
    }
  });
});

describe('the interpolation of a network with batch normalisation', () => {
  async function interpolated(batchNormalisation: InterpolationSpecification['batchNorm']) {
    const specification: InterpolationSpecification = {
      kind: 'interpolation',
      points: 3,
      epochs: 'all',
      iterations: 'all',
      examples: 'all',
      batchNorm: batchNormalisation,
    };
    const set = chunked(examples, 40, objective, runtime);
    const context = { runtime, objective, examples: set, population: 130, clock: new EpochClock(4) };
    const [probe, evaluator] = [
      await createInterpolation(specification, context),
      await Evaluator.create(runtime, objective, set),
    ];
    const training = new Trainer(runtime.backend, await descent(40), () => 0.5, {
      iteration: 0,
      parameters: theta,
      buffers: start,
      gradient: null,
    });
    const [starts, ends, batches, evaluated]: number[][] = [[], [], [], []];
    for (let t = 0; t < 3; t++) {
      evaluated!.push((await evaluator.evaluate(training.parameters, training.buffers)).loss);
      const update = await training.step();
      batches!.push(update.loss);
      for (const { series, coordinate, value } of await probe.afterUpdate!(update)) {
        if (series === 'interpolation.loss' && coordinate === 0) starts!.push(value);
        if (series === 'interpolation.loss' && coordinate === 1) ends!.push(value);
      }
    }
    await Promise.all([probe.release(), evaluator.release(), training.release()]);
    return { starts: starts!, ends: ends!, batches: batches!, evaluated: evaluated! };
  }

  it('by batch statistics begins at the loss that the update had on these chunks', async () => {
    const { starts, ends, batches, evaluated } = await interpolated('batch');
    expectClose(starts, batches, float32);
    expect(ends.slice(0, 2)).toEqual(starts.slice(1));
    expect(Math.abs(starts[1]! - evaluated[1]!)).toBeGreaterThan(1e-3);
  });

  it('by running statistics begins with the bits of the evaluator, and ends with them', async () => {
    const { starts, ends, evaluated } = await interpolated('running');
    expect(starts).toEqual(evaluated);
    expect(ends.slice(0, 2)).toEqual(evaluated.slice(1));
  });
});
