import { describe, expect, it } from 'vitest';
import { toFloat64 } from '../../src/base/index.ts';
import { createFullGradient } from '../../src/curvature/index.ts';
import { createModel, crossEntropy, mlp } from '../../src/nn/index.ts';
import { mean } from '../../src/ops/index.ts';
import { exampleLosses } from '../../src/train/index.ts';
import { caseOf, flatParameters, interpreted, measured, objectives } from '../curvature/support.ts';
import { measure, readingOf, runtimeOfFile } from './support.ts';

describe('the sharpness of sharpness-aware minimisation', () => {
  const runtime = runtimeOfFile();

  it.each(['tanh', 'L2 penalty', 'batchNorm'])('is the rise of the loss along its gradient, for %s', async (name) => {
    const given = caseOf(objectives[name]!, 9);
    const network = measured(runtime(), given, 4);
    const loss = interpreted(given, [0, 1, 2, 3, 4, 5, 6, 7, 8], (tensors, x, labels) => [
      mean(exampleLosses(given.objective, tensors, x, labels, 'evaluate').losses),
    ]);
    const full = await createFullGradient(network);
    const { gradient } = await full.at(network);
    await full.release();
    const theta = flatParameters(given);
    const norm = Math.hypot(...gradient);
    for (const rho of [0.05, 0.5]) {
      const found = readingOf(await measure('sam-sharpness', { rho }, network), 'sam.sharpness');
      const rise = loss(theta.map((value, index) => value + (rho * gradient[index]!) / norm))[0]! - loss(theta)[0]!;
      expect(found.value / rise).toBeCloseTo(1, 4);
      expect(found).toMatchObject({ coordinate: rho, examples: 9, standardError: null });
    }
  });

  it('is 0 where the gradient is zero', async () => {
    const model = createModel('binary', [4], mlp([5], 2));
    const given = caseOf({ model, loss: crossEntropy }, 6);
    // Rectifiers that are all off, and labels in equal shares: even scores are stationary, without rounding.
    const parameters = Object.fromEntries(
      Object.entries(given.parameters).map(([name, tensor]) => [
        name,
        { ...tensor, data: Float32Array.from(toFloat64(tensor), () => (name === '1.bias' ? -1 : 0)) },
      ]),
    );
    const examples = { ...given.examples, labels: [0, 1, 0, 1, 0, 1] };
    const found = await measure('sam-sharpness', {}, measured(runtime(), { ...given, examples, parameters }, 6));
    expect(readingOf(found, 'sam.sharpness').value).toBe(0);
  });
});
