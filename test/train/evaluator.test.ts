import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zerosTensor } from '../../src/base/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { Evaluator, type Evaluation } from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import { chunked, cpuRuntime, numbers, plainLosses, randomExamples, smallObjective, startingPoint } from './support.ts';

const objective = smallObjective();
const theta = startingPoint(objective);

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

async function evaluate(examples = randomExamples(130, objective), chunkSize = 40, at = theta): Promise<Evaluation> {
  const evaluator = await Evaluator.create(runtime, objective, chunked(examples, chunkSize, objective, runtime));
  const result = await evaluator.evaluate(at);
  await evaluator.release();
  return result;
}

describe('an evaluator', () => {
  it('weights examples, not chunks: the last chunk of 10 counts as 10 of 130', async () => {
    const examples = randomExamples(130, objective);
    // The last, short chunk is made of one example that is badly wrong: a mean of chunk means would be far off.
    const losses = plainLosses(numbers(theta), examples);
    const worst = losses.reduce((at, { loss }, index) => (loss > losses[at]!.loss ? index : at), 0);
    for (let index = 120; index < 130; index++) {
      examples.inputs.copyWithin(index * 6, worst * 6, (worst + 1) * 6);
      (examples.labels as number[])[index] = examples.labels[worst]!;
    }
    const expected = plainLosses(numbers(theta), examples);
    const mean = expected.reduce((sum, { loss }) => sum + loss, 0) / 130;
    const chunkMeans = [0, 40, 80, 120].map((from) => {
      const part = expected.slice(from, from + 40);
      return part.reduce((sum, { loss }) => sum + loss, 0) / part.length;
    });
    expect(Math.abs(chunkMeans.reduce((sum, value) => sum + value, 0) / 4 - mean)).toBeGreaterThan(0.05 * mean);
    const result = await evaluate(examples);
    expectClose([result.loss], [mean], { relative: 1e-6 });
    expect(result.accuracy).toBe(expected.filter(({ correct }) => correct).length / 130);
    expect(result.examples).toBe(130);
  });

  it('gives the same whatever the chunks', async () => {
    const [whole, ...parts] = await Promise.all([130, 40, 65, 7].map((size) => evaluate(undefined, size)));
    for (const part of parts) expectClose([part.loss], [whole!.loss], { relative: 1e-7 });
    expect(parts.every(({ accuracy }) => accuracy === whole!.accuracy)).toBe(true);
  });

  it('counts equal largest scores as a guess: a network of zeros has the accuracy 1/3 with 3 classes', async () => {
    const zeros = Object.fromEntries(
      objective.model.parameters.map(({ name, shape }) => [name, zerosTensor('float32', shape)]),
    );
    const { accuracy, loss } = await evaluate(undefined, 40, zeros);
    expect(accuracy).toBeCloseTo(1 / 3, 6);
    expect(loss).toBeCloseTo(Math.log(3), 6);
  });

  it('counts scores that are not numbers as wrong', async () => {
    const broken = { ...theta, '1.bias': { ...theta['1.bias']!, data: new Float32Array(5).fill(NaN) } };
    const { accuracy, loss } = await evaluate(undefined, 40, broken);
    expect(accuracy).toBe(0);
    expect(loss).toBeNaN();
  });
});
