import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/index.ts';
import {
  createBatchStepper,
  createFullStepper,
  createGhostStepper,
  createPhasedStepper,
  uploadAll,
  type Chunk,
  type Examples,
  type Stepped,
  type Stepper,
} from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import {
  asBatch,
  chunked,
  cpuRuntime,
  flat,
  numbers,
  plainGradient,
  randomExamples,
  readNumbers,
  smallObjective,
  startingPoint,
} from './support.ts';

const objective = smallObjective();
const examples = randomExamples(130, objective);
const theta = startingPoint(objective);
const learningRate = 0.5;
const start = () => ({ parameters: uploadAll(runtime.backend, theta), buffers: {} });
/** float32 has 24 bits; sums of some hundred terms lose a few. */
const float32 = { relative: 2e-6 };

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const sgd = (keepGradient = true): Promise<Stepper> =>
  createBatchStepper(runtime, objective, examples.count, () => asBatch(examples, objective), keepGradient);
const descent = (chunkSize: number, keepGradient = true): Promise<Stepper> =>
  createFullStepper(runtime, objective, chunked(examples, chunkSize, objective, runtime), keepGradient);
const ghosts = (): Promise<Stepper> => {
  const { chunks } = chunked(examples, 13, objective, runtime);
  return createGhostStepper(runtime, objective, { size: 13, count: 10 }, () => chunks, true);
};

async function oneStep(making: Promise<Stepper>): Promise<Stepped> {
  const stepper = await making;
  const result = await stepper.step(start(), learningRate, 0);
  await stepper.release();
  return result;
}

const firstExamples = (count: number): Examples => ({
  ...examples,
  inputs: examples.inputs.slice(0, 6 * count),
  count,
});

const plain = plainGradient(numbers(theta), examples);
const plainNext = Object.fromEntries(
  Object.entries(numbers(theta)).map(([name, values]) => [
    name,
    values.map((value, index) => value - learningRate * plain.gradient[name]![index]!),
  ]),
);

describe.each([
  ['by mini-batch', () => sgd()],
  ['by the full batch in chunks of 40, 40, 40 and 10', () => descent(40)],
  ['by the full batch in one chunk', () => descent(1000)],
  ['by ten ghost batches of 13', () => ghosts()],
])('an update %s', (_, making) => {
  it('has the loss, the gradient and the parameters of back-propagation written out in plain loops', async () => {
    const { loss, gradient, parameters } = await oneStep(making());
    expectClose([loss], [plain.loss], float32, 'loss');
    const measured = await readNumbers(gradient!);
    for (const [name, values] of Object.entries(plain.gradient)) expectClose(measured[name]!, values, float32, name);
    expectClose(flat(await readNumbers(parameters)), flat(plainNext), float32, 'parameters');
  });

  it('moves every parameter and leaves the old ones as they were', async () => {
    const before = uploadAll(runtime.backend, theta);
    const stepper = await making();
    const { parameters } = await stepper.step({ parameters: before, buffers: {} }, learningRate, 0);
    await stepper.release();
    const [old, next] = [await readNumbers(before), await readNumbers(parameters)];
    for (const [name, values] of Object.entries(numbers(theta))) {
      expect(old[name]).toEqual(values);
      expect(next[name]).not.toEqual(values);
    }
  });
});

describe('a stepper', () => {
  it('of mini-batches asks for the batch of the iteration', async () => {
    const asked: number[] = [];
    const batch = asBatch(examples, objective);
    const stepper = await createBatchStepper(runtime, objective, examples.count, (t) => (asked.push(t), batch), false);
    await stepper.step(start(), learningRate, 7);
    await stepper.step(start(), learningRate, 8);
    await stepper.release();
    expect(asked).toEqual([7, 8]);
  });

  it.each([
    ['mini-batch', () => sgd(false)],
    ['full-batch', () => descent(40, false)],
  ])('(%s) gives no gradient where none is wanted', async (_, making) => {
    const { gradient, parameters } = await oneStep(making());
    expect(gradient).toBeNull();
    expectClose(flat(await readNumbers(parameters)), flat(plainNext), float32, 'parameters');
  });

  it('of ghost batches asks for those of the iteration', async () => {
    const { chunks } = chunked(examples, 13, objective, runtime);
    const asked: number[] = [];
    const batchesAt = (t: number) => (asked.push(t), chunks);
    const stepper = await createGhostStepper(runtime, objective, { size: 13, count: 10 }, batchesAt, false);
    await stepper.step(start(), learningRate, 7);
    await stepper.release();
    expect(asked).toEqual([7]);
  });

  it.each([
    [
      'mini-batches',
      (batch: Chunk, short: Chunk) =>
        createBatchStepper(runtime, objective, [130, 26], (t) => (t === 0 ? batch : short), true),
    ],
    [
      'ghost batches',
      (_: Chunk, short: Chunk) => {
        const { chunks } = chunked(examples, 13, objective, runtime);
        const parts = chunked(firstExamples(short.size), 13, objective, runtime).chunks;
        return createGhostStepper(
          runtime,
          objective,
          { size: 13, count: [10, 2] },
          (t) => (t === 0 ? chunks : parts),
          true,
        );
      },
    ],
  ])('of %s of two sizes takes the mean over the examples of each', async (_, making) => {
    const few = firstExamples(26);
    const stepper = await making(asBatch(examples, objective), asBatch(few, objective));
    const [whole, short] = [await stepper.step(start(), learningRate, 0), await stepper.step(start(), learningRate, 1)];
    await stepper.release();
    expectClose([whole.loss], [plain.loss], float32, 'loss');
    const expected = plainGradient(numbers(theta), few);
    expectClose([short.loss], [expected.loss], float32, 'loss of the short batch');
    const measured = await readNumbers(short.gradient!);
    for (const [name, values] of Object.entries(expected.gradient)) expectClose(measured[name]!, values, float32, name);
  });

  it('of the full batch starts each sum from zero', async () => {
    const stepper = await descent(40);
    const [first, second] = [
      await stepper.step(start(), learningRate, 0),
      await stepper.step(start(), learningRate, 1),
    ];
    await stepper.release();
    expect(second.loss).toBe(first.loss);
    expect(await readNumbers(second.gradient!)).toEqual(await readNumbers(first.gradient!));
  });
});

describe('a stepper of phases', () => {
  /** A stepper that notes what it is asked, and gives the slots `marked` with 1 more than it got. */
  function noting(name: string, notes: string[]): Stepper {
    return {
      async step({ parameters, buffers }, _, iteration, slots = {}) {
        const given = slots['marked'] ? (await readNumbers(slots['marked']))['p']![0]! : null;
        notes.push(`${name} ${iteration} ${given}`);
        const data = new Float32Array([(given ?? 0) + 1]);
        const marked = { p: runtime.backend.upload({ dtype: 'float32', shape: [1], data }) };
        return { parameters, buffers, slots: { marked }, gradient: null, loss: 0, parameterSum: 0 };
      },
      release: () => Promise.resolve(void notes.push(`${name} released`)),
    };
  }
  const slots = (value: number) => () =>
    ({
      marked: { p: { dtype: 'float32', shape: [1], data: new Float32Array([value]) } },
    }) as const;
  const phased = (notes: string[], iteration: number): Promise<Stepper> => {
    const create = (name: string) => () => (notes.push(`${name} made`), Promise.resolve(noting(name, notes)));
    const phases = [
      { from: 0, slots: null, create: create('a') },
      { from: 2, slots: slots(70), create: create('b') },
      { from: 3, slots: null, create: create('c') },
    ];
    return createPhasedStepper(runtime.backend, phases, iteration);
  };
  const walk = async (stepper: Stepper, from: number, to: number): Promise<void> => {
    let remembered: Stepped['slots'] = {};
    for (let t = from; t < to; t++) remembered = (await stepper.step(start(), learningRate, t, remembered)).slots;
    await stepper.release();
  };

  it('has one at a time, and gives each its own slots or those that are left', async () => {
    const notes: string[] = [];
    await walk(await phased(notes, 0), 0, 5);
    const expected = ['a made', 'a 0 null', 'a 1 1', 'a released', 'b made', 'b 2 70', 'b released'];
    expect(notes).toEqual([...expected, 'c made', 'c 3 71', 'c 4 72', 'c released']);
  });

  it('begins with that of its first update', async () => {
    const notes: string[] = [];
    await walk(await phased(notes, 2), 2, 3);
    expect(notes).toEqual(['b made', 'b 2 70', 'b released']);
  });
});
