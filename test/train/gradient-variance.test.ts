import { afterAll, beforeAll, describe, it } from 'vitest';
import { toFloat64 } from '../../src/base/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { gradientVariance } from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import {
  chunked,
  cpuRuntime,
  numbers,
  plainGradient,
  randomExamples,
  smallObjective,
  startingPoint,
} from './support.ts';

describe('the variance of gradients over examples', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  it('is, in each coordinate, that of the gradients of single examples by plain loops', async () => {
    const objective = smallObjective();
    const examples = randomExamples(40, objective);
    const theta = startingPoint(objective);
    const measured = await gradientVariance(runtime, objective, theta, chunked(examples, 1, objective, runtime));
    const single = Array.from({ length: examples.count }, (_, index) => {
      const inputs = examples.inputs.slice(index * 6, (index + 1) * 6);
      return plainGradient(numbers(theta), { inputs, labels: [examples.labels[index]!], count: 1 }).gradient;
    });
    for (const [name, tensor] of Object.entries(measured)) {
      const expected = toFloat64(tensor).map((_, coordinate) => {
        const values = single.map((gradient) => gradient[name]![coordinate]!);
        const mean = values.reduce((sum, value) => sum + value) / values.length;
        return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
      });
      expectClose(toFloat64(tensor), expected, { relative: 1e-5 }, name);
    }
  });
});
