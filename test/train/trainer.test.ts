import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, type HostTensor } from '../../src/base/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { createBatchStepper, Trainer, type NonFiniteRule, type Stepper, type Update } from '../../src/train/index.ts';
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
function scripted(
  answers: readonly { loss: number; values?: readonly number[]; gradient?: readonly number[] }[],
): Stepper {
  const upload = (values: readonly number[]) => ({
    w: runtime.backend.upload(hostTensor('float32', [values.length], values)),
  });
  return {
    step: async (_parameters, _rate, iteration) => {
      const { loss, values = [iteration + 1], gradient = [loss] } = answers[iteration]!;
      const parameterSum = Math.fround(values.reduce((sum, value) => sum + value * value, 0));
      return { parameters: upload(values), buffers: {}, slots: {}, gradient: upload(gradient), loss, parameterSum };
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

  /** A trainer whose first update ends with these values and this gradient. */
  const ending = (values: readonly number[], gradient: readonly number[], rule: NonFiniteRule = {}) =>
    new Trainer(
      runtime.backend,
      scripted([
        { loss: 1, values, gradient },
        { loss: NaN, values, gradient },
      ]),
      () => 1,
      { iteration: 0, parameters: scalarStart(), gradient: null },
      rule,
    );

  it.each([
    ['the gradient where that is at fault', [1, -Infinity], [0, Infinity], 'gradient "w"', 'Infinity'],
    ['the parameter where the gradient is finite', [NaN, 2], [0, 1], 'parameter "w"', 'NaN'],
  ])('refuses parameters that are not finite and names %s', async (_, values, gradient, name, value) => {
    const training = ending(values, gradient);
    await expect(training.step()).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: `training: expected a finite ${name} at iteration 0, got ${value}`,
    });
    expect([...(await training.state()).parameters['w']!.data]).toEqual([0]);
    await training.release();
  });

  it('goes on with large parameters whose squared norm alone overflows', async () => {
    const training = ending([1e30, -1e30], [1]);
    await training.step();
    expect((await training.state()).iteration).toBe(1);
    await training.release();
  });

  it('goes on with what is not finite when it is told to, and says once what was the first', async () => {
    const messages: string[] = [];
    const training = ending([NaN], [Infinity], { onNonFinite: (message) => messages.push(message) });
    await training.step();
    expect((await training.step()).loss).toBeNaN();
    const { iteration, parameters } = await training.state();
    expect([iteration, ...parameters['w']!.data]).toEqual([2, NaN]);
    expect(messages).toEqual(['training: expected a finite gradient "w" at iteration 0, got Infinity']);
    await training.release();
  });

  it('asks for a stepper that keeps gradients where its own does not, and releases it', async () => {
    let released = 0;
    const without = async (parameters: unknown, rate: number, iteration: number) => ({
      ...(await scripted([{ loss: 1, values: [NaN] }]).step(parameters as never, rate, iteration)),
      gradient: null,
    });
    const stepper: Stepper = { step: without, release: async () => undefined };
    const gradientStepper = async (): Promise<Stepper> => ({
      ...scripted([{ loss: 1, values: [NaN], gradient: [-Infinity] }]),
      release: async () => void released++,
    });
    const state = { iteration: 0, parameters: scalarStart(), gradient: null };
    const training = new Trainer(runtime.backend, stepper, () => 1, state, { gradientStepper });
    await expect(training.step()).rejects.toThrow('finite gradient "w" at iteration 0, got -Infinity');
    expect(released).toBe(1);
    await training.release();
  });
});
