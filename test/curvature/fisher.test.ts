import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor, randomStream, toFloat64 } from '../../src/base/index.ts';
import { createGaussNewton, createMonteCarloFisher } from '../../src/curvature/index.ts';
import { drawClasses } from '../../src/curvature/probabilities.ts';
import { crossEntropy, hinge } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { expectClose, inner } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import {
  caseOf,
  flatParameters,
  gradientFunction,
  interpreted,
  measured,
  models,
  pointOf,
  randomVector,
} from './support.ts';
import { softmax } from '../../src/ops/index.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const given = caseOf({ model: models.relu, loss: crossEntropy });
const v = randomVector(models.relu.size);

describe('the Monte-Carlo Fisher matrix', () => {
  it('is the sum over the gradients at the labels it drew, formed one by one in float64', async () => {
    const [samples, seed] = [2, 5];
    const theta = flatParameters(given);
    const { count } = given.examples;
    const everything = Array.from({ length: count }, (_, index) => index);
    const p = interpreted(given, everything, ({ parameters, buffers }, x) => [
      softmax(models.relu.forward(parameters, buffers, x, 'evaluate').scores),
    ])(theta);
    const drawn = drawClasses(
      hostTensor('float64', [count, 3], Float64Array.from(p)),
      samples,
      randomStream(seed, 'fisher', 'labels'),
    );
    const expected = new Float64Array(theta.length);
    for (const index of everything)
      for (const label of [0, 1, 2]) {
        const labels = everything.map((other) => (other === index ? label : 0));
        const gradient = gradientFunction({ ...given, examples: { ...given.examples, labels } }, [index])(theta);
        const share = Number(drawn.data[index * 3 + label]) / (count * samples);
        gradient.forEach((value, at) => (expected[at]! += share * value * inner(gradient, v)));
      }
    const operator = await createMonteCarloFisher(measured(runtime, given), { samples, seed });
    expectClose(await operator.apply(v), expected, { relative: 1e-5 });
    await operator.release();
  });

  it('comes to the Gauss–Newton matrix of cross-entropy as labels are drawn, within five standard errors', async () => {
    const samples = 200;
    const network = measured(runtime, given);
    const exact = await createGaussNewton(network);
    const expected = inner(v, await exact.apply(v));
    const values: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const fisher = await createMonteCarloFisher(network, { samples, seed });
      values.push(inner(v, await fisher.apply(v)));
      await fisher.release();
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
    expect(Math.abs(mean - expected)).toBeLessThan(5 * (spread / Math.sqrt(values.length)));
    // vᵀFv is a mean of 7·200 independent squares of slopes; its relative spread is of the order of 1/√1400.
    expect(spread / expected).toBeGreaterThan(0.3 / Math.sqrt(7 * samples));
    expect(spread / expected).toBeLessThan(3 / Math.sqrt(7 * samples));
    await exact.release();
  });

  it('knows nothing of the loss and the labels, and does not depend on the chunks but for rounding', async () => {
    const options = { samples: 3, seed: 1 };
    const other = {
      ...given,
      objective: { model: models.relu, loss: hinge(1) },
      examples: { ...given.examples, labels: Array.from(given.examples.labels, () => 0) },
    };
    const [one, two] = [
      await createMonteCarloFisher(measured(runtime, given, 7), options),
      await createMonteCarloFisher(measured(runtime, other, 2), options),
    ];
    expectClose(await two.apply(v), await one.apply(v), { relative: 1e-6 });
    await one.release();
    await two.release();
  });

  it('is symmetric, the same bits for the same seed, another matrix for another', async () => {
    const network = measured(runtime, given);
    const [one, same, other] = [
      await createMonteCarloFisher(network, { samples: 3, seed: 1 }),
      await createMonteCarloFisher(network, { samples: 3, seed: 1 }),
      await createMonteCarloFisher(network, { samples: 3, seed: 2 }),
    ];
    const u = randomVector(one.size, 2);
    const product = await one.apply(v);
    expectClose([inner(u, product)], [inner(await one.apply(u), v)], { relative: 1e-5 });
    expect(await same.apply(v)).toEqual(product);
    expect(await other.apply(v)).not.toEqual(product);
    const there = pointOf(models.relu, 3);
    const [moved, made] = [
      await one.at(there),
      await createMonteCarloFisher({ ...network, ...there }, { samples: 3, seed: 1 }),
    ];
    expect(await moved.apply(v)).toEqual(await made.apply(v));
    for (const operator of [one, same, other, moved, made]) await operator.release();
  });

  it('is defined for batch normalisation in train mode, and refuses less than one sample', async () => {
    const coupled = caseOf({ model: models.batchNorm, loss: crossEntropy });
    const train = measured(runtime, coupled, 4, { mode: 'train' });
    const [fisher, exact] = [
      await createMonteCarloFisher(train, { samples: 20_000, seed: 1 }),
      await createGaussNewton(train),
    ];
    const direction = randomVector(exact.size);
    const [estimate, expected] = [
      inner(direction, await fisher.apply(direction)),
      inner(direction, await exact.apply(direction)),
    ];
    expectClose([estimate], [expected], { relative: 0.03 });
    for (const operator of [fisher, exact]) await operator.release();
    for (const samples of [0, 1.5])
      await expect(createMonteCarloFisher(train, { samples, seed: 1 })).rejects.toThrow(
        `monte-carlo-fisher: expected one sample or more, got ${samples}`,
      );
  });
});

describe('drawn classes', () => {
  it('come with their probabilities, in rows that sum to the samples', () => {
    const p = [0.5, 0.3, 0, 0.2, 0, 0, 1, 0];
    const samples = 40_000;
    const drawn = drawClasses(hostTensor('float32', [2, 4], p), samples, randomStream(1, 'draws'));
    drawn.data.forEach((count, index) => {
      const deviation = Math.sqrt(samples * p[index]! * (1 - p[index]!));
      expect(Math.abs(Number(count) - samples * p[index]!)).toBeLessThanOrEqual(5 * deviation);
    });
    expect(
      toFloat64(drawn)
        .slice(0, 4)
        .reduce((a, b) => a + b, 0),
    ).toBe(samples);
  });
});
