import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFullGradient } from '../../src/curvature/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import { mean } from '../../src/ops/index.ts';
import { exampleLosses } from '../../src/train/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import {
  caseOf,
  chunkedGradient,
  flatParameters,
  interpreted,
  measured,
  models,
  objectives,
  pointOf,
} from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

describe('loss and gradient over chunks are those of the reference interpreter in float64, to 1e-5', () => {
  it.each(Object.entries(objectives))('%s', async (_, objective) => {
    const given = caseOf(objective);
    const full = await createFullGradient(measured(runtime, given));
    const { loss, gradient } = await full.at(given);
    const theta = flatParameters(given);
    const everything = Array.from(given.examples.labels, (_label, index) => index);
    const expectedLoss = interpreted(given, everything, ({ parameters, buffers }, x, labels) => [
      mean(exampleLosses(objective, { parameters, buffers }, x, labels, 'evaluate').losses),
    ])(theta);
    expectClose([loss], expectedLoss, { relative: 1e-6 });
    expectClose(gradient, chunkedGradient(given, 7, 'evaluate')(theta), { relative: 1e-5 });
    await full.release();
  });

  it('batch normalisation in train mode, by the statistics of each chunk', async () => {
    const given = caseOf({ model: models.batchNorm, loss: crossEntropy });
    const full = await createFullGradient(measured(runtime, given, 4, { mode: 'train' }));
    const { gradient } = await full.at(given);
    expectClose(gradient, chunkedGradient(given, 4, 'train')(flatParameters(given)), { relative: 1e-5 });
    await full.release();
  });

  it('in float64, in one layer, at another point', async () => {
    const given = caseOf(objectives['L2 penalty']!);
    const there = { ...given, ...pointOf(models.tanh, 2) };
    const full = await createFullGradient(measured(runtime, given, 3, { dtype: 'float64' }), { parameters: ['3'] });
    const { gradient } = await full.at(there);
    const expected = chunkedGradient(there, 7, 'evaluate')(flatParameters(there));
    expect(gradient).toBeInstanceOf(Float64Array);
    expectClose(gradient, expected.slice(-full.layout.size), { relative: 1e-13 });
    await full.release();
  });
});

describe('the full gradient', () => {
  it('refuses no examples', async () => {
    const given = caseOf({ model: models.relu, loss: crossEntropy });
    const none = { ...given, examples: { inputs: new Float32Array(0), labels: [], count: 0 } };
    await expect(createFullGradient(measured(runtime, none))).rejects.toThrow(
      'gradient: expected at least one example, got none',
    );
  });
});
