import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, type HostTensor } from '../../src/base/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { createBatchStepper, Trainer, type Stepper, type Update } from '../../src/train/index.ts';
import { asBatch, cpuRuntime, randomExamples, readNumbers, smallObjective, startingPoint } from './support.ts';

const objective = smallObjective();
const theta = startingPoint(objective);
const batches = [1, 2, 3, 4, 5, 6].map((seed) => asBatch(randomExamples(20, objective, seed), objective));

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const stepper = (keepGradient = true): Promise<Stepper> =>
  createBatchStepper(runtime, objective, 20, (t) => batches[t % batches.length]!, keepGradient);

async function trainer(learningRate: (iteration: number) => number = () => 0.1, start = { iteration: 0 }) {
  const state = { parameters: theta, gradient: null, ...start };
  return new Trainer(runtime.backend, await stepper(), learningRate, state);
}

/** A stepper that answers from a list, without a network. */
function scripted(answers: readonly { loss: number; values?: readonly number[] }[]): Stepper {
  const upload = (values: readonly number[]) => ({
    w: runtime.backend.upload(hostTensor('float32', [values.length], values)),
  });
  return {
    step: async (_parameters, _rate, iteration) => {
      const { loss, values = [iteration + 1] } = answers[iteration]!;
      return { parameters: upload(values), buffers: {}, slots: {}, gradient: upload([loss]), loss };
    },
    release: async () => undefined,
  };
}
const scalarStart = (): Record<string, HostTensor> => ({ w: hostTensor('float32', [1], [0]) });

describe('a trainer', () => {
  it('hands θ_t, θ_{t+1}, g_t and g_{t−1} on: each update begins where the last one ended', async () => {
    const training = await trainer();
    const copies: Record<'before' | 'after' | 'gradient' | 'previousGradient', unknown>[] = [];
    for (let t = 0; t < 3; t++) {
      const { iteration, before, after, gradient, previousGradient } = await training.step();
      expect(iteration).toBe(t);
      copies.push({
        before: await readNumbers(before),
        after: await readNumbers(after),
        gradient: await readNumbers(gradient!),
        previousGradient: previousGradient && (await readNumbers(previousGradient)),
      });
    }
    expect(copies[0]!.previousGradient).toBeNull();
    for (const t of [1, 2]) {
      expect(copies[t]!.before).toEqual(copies[t - 1]!.after);
      expect(copies[t]!.previousGradient).toEqual(copies[t - 1]!.gradient);
      expect(copies[t]!.gradient).not.toEqual(copies[t - 1]!.gradient);
    }
    await training.release();
  });

  it('disposes what no update shows any more, and everything when it is released', async () => {
    const training = await trainer();
    const updates: Update[] = [];
    for (let t = 0; t < 3; t++) updates.push(await training.step());
    const disposed = ({ before, after, gradient, previousGradient }: Update) =>
      [before, after, gradient, previousGradient].map((tensors) => tensors && Object.values(tensors)[0]!.disposed);
    expect(updates.map(disposed)).toEqual([
      [true, true, true, null],
      [true, false, false, true],
      [false, false, false, false],
    ]);
    await training.release();
    expect(updates.map(disposed).flat()).not.toContain(false);
  });

  it('goes on from its state with the same bits', async () => {
    const whole = await trainer();
    for (let t = 0; t < 5; t++) await whole.step();
    const first = await trainer();
    for (let t = 0; t < 2; t++) await first.step();
    const state = await first.state();
    await first.release();
    const second = await trainer(undefined, state);
    const update = await second.step();
    expect(await readNumbers(update.previousGradient!)).toEqual(await readNumbers(state.gradient!));
    for (let t = 3; t < 5; t++) await second.step();
    expect(await second.state()).toEqual(await whole.state());
    expect(second.iteration).toBe(5);
    await Promise.all([whole.release(), second.release()]);
  });

  it('asks for the learning rate of each iteration', async () => {
    const asked: number[] = [];
    const training = await trainer((t) => (asked.push(t), t === 1 ? 0 : 0.1), { iteration: 1 });
    const before = await training.state();
    await training.step();
    expect((await training.state()).parameters).toEqual(before.parameters);
    await training.step();
    expect((await training.state()).parameters).not.toEqual(before.parameters);
    expect(asked).toEqual([1, 2]);
    await training.release();
  });

  it.each([NaN, Infinity])('refuses a loss of %s by its iteration and keeps the state before it', async (loss) => {
    const answers = scripted([{ loss: 1 }, { loss }]);
    const training = new Trainer(runtime.backend, answers, () => 1, {
      iteration: 0,
      parameters: scalarStart(),
      gradient: null,
    });
    await training.step();
    await expect(training.step()).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: `training: expected a finite loss at iteration 1, got ${loss}`,
    });
    const { iteration, parameters } = await training.state();
    expect([iteration, ...parameters['w']!.data]).toEqual([1, 1]);
    await training.release();
  });

  it('gives no state with parameters that are not finite: a checkpoint of it could not be resumed', async () => {
    const training = new Trainer(runtime.backend, scripted([{ loss: 1, values: [1, -Infinity] }]), () => 1, {
      iteration: 0,
      parameters: scalarStart(),
      gradient: null,
    });
    await training.step();
    await expect(training.state()).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: 'training: expected a finite parameter "w" at iteration 1, got -Infinity',
    });
    await training.release();
  });
});
