import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  estimateTraces,
  estimateTracesOneByOne,
  exactTraces,
  type MeasuredNetwork,
} from '../../src/curvature/index.ts';
import { createModel, crossEntropy, fc6, l2Penalty, mlp, type ParameterTensors } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { expectClose } from '../support/close.ts';
import { chunked, cpuRuntime, randomExamples, smallObjective, startingPoint } from '../train/support.ts';

describe('Hutchinson estimates of the Hessian traces of single examples', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  const penalty = (parameters: ParameterTensors) => l2Penalty(parameters, { strength: 0.2, biases: true });
  const objective = { ...smallObjective(), penalty };
  const measured = (chunkSize: number, count = 8): MeasuredNetwork => ({
    runtime,
    objective,
    examples: chunked(randomExamples(count, objective), chunkSize, objective, runtime),
    mode: 'train',
    parameters: startingPoint(objective),
    buffers: {},
  });

  it.each([
    ['with probes that all examples share', estimateTraces, 5],
    ['one example at a time', estimateTracesOneByOne, 1],
  ] as const)('%s lie around the exact traces as their standard errors say', async (_, estimate, chunkSize) => {
    const exact = await exactTraces(measured(4));
    const found = await estimate(measured(chunkSize), { probes: 120, seed: 3 });
    const scores = found.values.map((value, index) => (value - exact.values[index]!) / found.standardErrors[index]!);
    expect(Math.max(...scores.map(Math.abs))).toBeLessThan(4);
    expect(Math.hypot(...scores) / Math.sqrt(scores.length)).toBeGreaterThan(0.2);
    expect(Math.max(...found.standardErrors.map((error, index) => error / exact.values[index]!))).toBeLessThan(0.15);
    expect(found).toMatchObject({ probes: 120, seed: 3, products: 960 });
  });

  it('do not depend on the chunks, and follow their seed', async () => {
    const options = { probes: 4, seed: 1 };
    const [whole, parts] = [await estimateTraces(measured(8), options), await estimateTraces(measured(3), options)];
    expectClose(whole.values, parts.values, { relative: 1e-6 });
    expect((await estimateTraces(measured(8), options)).values).toEqual(whole.values);
    expect((await estimateTraces(measured(8), { probes: 4, seed: 2 })).values).not.toEqual(whole.values);
  });

  it('serve smooth networks, which have no exact traces', async () => {
    const model = createModel('smooth', [6], mlp([5], 3, 'tanh'));
    const smooth = { model, loss: crossEntropy };
    const network = (chunkSize: number): MeasuredNetwork => ({
      ...measured(chunkSize),
      objective: smooth,
      parameters: startingPoint(smooth),
    });
    const shared = await estimateTraces(network(8), { probes: 200, seed: 1 });
    const single = await estimateTracesOneByOne(network(1), { probes: 200, seed: 1 });
    shared.values.forEach((value, index) => {
      const error = Math.hypot(shared.standardErrors[index]!, single.standardErrors[index]!);
      expect(Math.abs(value - single.values[index]!) / error).toBeLessThan(4);
    });
  });

  it('refuse one probe, larger chunks one by one, and batch normalisation in train mode', async () => {
    await expect(estimateTraces(measured(8), { probes: 1, seed: 1 })).rejects.toThrow(
      'trace estimate: expected at least 2 probes, got 1',
    );
    await expect(estimateTracesOneByOne(measured(8), { probes: 2, seed: 1 })).rejects.toThrow(
      'estimate one by one: expected chunks of 1 example, got 8',
    );
    const normalised = { model: createModel('fc6', [6], fc6(3, 3)), loss: crossEntropy };
    await expect(
      estimateTraces({ ...measured(8), objective: normalised }, { probes: 2, seed: 1 }),
    ).rejects.toMatchObject({ code: 'NO_PER_EXAMPLE_RULE' });
  });
});
