import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cumulativeStdNormalProbability } from 'simple-statistics';
import { toFloat64 } from '../../src/base/index.ts';
import { quantitySchema } from '../../src/contract/index.ts';
import { evaluateExamples, type MeasuredNetwork } from '../../src/curvature/index.ts';
import { createModel, crossEntropy, l2Penalty, mlp } from '../../src/nn/index.ts';
import { createQuantity } from '../../src/quantities/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { Evaluator, type Objective } from '../../src/train/index.ts';
import { expectClose } from '../support/close.ts';
import { chunked, cpuRuntime, randomExamples, startingPoint } from '../train/support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

/** Two classes: everything follows from the signed output margin z and the norm of the features. */
const objective: Objective = {
  model: createModel('binary', [4], mlp([5], 2), { normaliseFeatures: true }),
  loss: crossEntropy,
  penalty: (parameters) => l2Penalty(parameters, { strength: 0.1, biases: true }),
};
const examples = randomExamples(17, objective);

const network = (chunkSize = 5): MeasuredNetwork => ({
  runtime,
  objective,
  examples: chunked(examples, chunkSize, objective, runtime),
  mode: 'evaluate',
  parameters: startingPoint(objective),
  buffers: {},
});

async function measure(options: object = {}, on = network()) {
  const specification = quantitySchema.parse({ kind: 'alternative-losses', ...options });
  const quantity = await createQuantity(specification, { network: on, seed: 1 });
  await quantity.rehearse(on);
  const moment = { iteration: 0, learningRate: 0.1, momentum: 0, batchSize: 4 };
  const result = await quantity.measure(on, moment, { tensors: true });
  await quantity.release();
  return { ...result, of: (series: string) => result.readings.filter((one) => one.series === series) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const standardError = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) / (values.length - 1));

describe('the alternative losses of a network', () => {
  it('are the binary formulas of the paper in the margin, for each parameter, with standard errors', async () => {
    const { of } = await measure({ sigmas: [0.5, 8], temperatures: [1, 4], margins: [0, 2] });
    const z = Array.from((await evaluateExamples(network())).outputMargin);
    const formulas = {
      // ‖x‖ = 1. The table behind Φ has four digits.
      'loss.gcdf': [
        [0.5, 8],
        (m: number, sigma: number) => cumulativeStdNormalProbability(-m / (sigma * Math.SQRT2)),
        2e-3,
      ],
      'loss.crossEntropy': [[1, 4], (m: number, t: number) => Math.log1p(Math.exp(-m / t)), 1e-5],
      'loss.hinge': [[0, 2], (m: number, gamma: number) => Math.max(0, gamma - m), 1e-5],
    } as const;
    for (const [series, [parameters, formula, relative]] of Object.entries(formulas)) {
      const found = of(series);
      expect(found.map(({ coordinate }) => coordinate)).toEqual(parameters);
      parameters.forEach((parameter, index) => {
        const losses = z.map((m) => formula(m, parameter));
        const { value, standardError: error, examples: count } = found[index]!;
        expectClose([value], [mean(losses)], { relative }, series);
        expectClose([error!], [standardError(losses)], { relative: 10 * relative }, series);
        expect(count).toBe(17);
      });
    }
  });

  it('stand beside the training loss, penalty included, and the training error of the same examples', async () => {
    const { of, products, converged } = await measure();
    const on = network();
    const evaluator = await Evaluator.create(runtime, objective, on.examples);
    const { loss, accuracy } = await evaluator.evaluate(startingPoint(objective));
    await evaluator.release();
    expectClose([of('loss.training')[0]!.value, of('loss.error')[0]!.value], [loss, 1 - accuracy], { relative: 1e-6 });
    // At T = 1 without penalty it is the plain cross-entropy, which lies below by the penalty.
    const plain = of('loss.crossEntropy').find(({ coordinate }) => coordinate === 1)!;
    expect(plain.value).toBeLessThan(loss);
    expect([products, converged]).toEqual([1, null]);
  });

  it('weight examples, not chunks', async () => {
    const [unequal, whole] = [await measure({}, network(7)), await measure({}, network(17))];
    const values = ({ readings }: typeof whole): number[] => readings.map(({ value }) => value);
    expectClose(values(unequal), values(whole), { relative: 1e-5 });
  });

  it('have a row for each parameter and a column for each example as tensors', async () => {
    const { tensors, of } = await measure({ sigmas: [1, 2], temperatures: [], margins: [1] });
    expect(Object.keys(tensors)).toEqual(['loss.gcdf', 'loss.hinge', 'loss.training', 'loss.error']);
    expect(tensors['loss.gcdf']!.shape).toEqual([2, 17]);
    const rows = toFloat64(tensors['loss.gcdf']!);
    expectClose(
      [mean([...rows.slice(0, 17)]), mean([...rows.slice(17)])],
      of('loss.gcdf').map(({ value }) => value),
      { relative: 1e-6 },
    );
    expect(of('loss.crossEntropy')).toEqual([]);
  });

  it('follow the values that the paper names by default', async () => {
    const { of } = await measure();
    const sigmas = of('loss.gcdf').map(({ coordinate }) => coordinate);
    for (const named of [0.5, 1, 8]) expect(sigmas).toContain(named);
    expect(of('loss.hinge')).toHaveLength(7);
  });

  it('of a network that diverged are NaN, and its error is that of a network that is always wrong', async () => {
    const parameters = startingPoint(objective);
    for (const { data } of Object.values(parameters)) data.fill(NaN);
    const { of } = await measure({ sigmas: [1] }, { ...network(), parameters });
    expect(of('loss.gcdf')[0]).toMatchObject({ value: NaN, standardError: NaN, examples: 17 });
    expect(of('loss.error')[0]!.value).toBe(1);
  });

  it('refuse parameters outside their range', () => {
    for (const wrong of [{ sigmas: [0] }, { temperatures: [-1] }, { margins: [-0.1] }])
      expect(quantitySchema.safeParse({ kind: 'alternative-losses', ...wrong }).success).toBe(false);
    expect(quantitySchema.safeParse({ kind: 'alternative-losses', margins: [0] }).success).toBe(true);
  });
});
