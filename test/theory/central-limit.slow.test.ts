import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/index.ts';
import {
  compareAtStep,
  followGradientFlow,
  logisticExamples,
  logisticRegression,
  orderOf,
  Surveyor,
  type Scaling,
} from '../../src/theory/index.ts';
import { cpuRuntime } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const risk = logisticRegression(logisticExamples(16, [0.5, 1], 4), 0.2);
const [start, time, batch] = [[2, -2], 4, 2] as const;
const stepSizes = [2, 1, 0.5, 0.25];

describe('SGD as the step goes to 0', () => {
  const ladder: Scaling[] = [];
  beforeAll(async () => {
    const surveyor = await Surveyor.create(runtime, risk);
    const limit = await followGradientFlow(surveyor, start, { time });
    await surveyor.release();
    for (const stepSize of stepSizes) {
      const options = { start, time, stepSize, batch, chains: 12_000, refinement: 2, seed: 1 };
      ladder.push(await compareAtStep(runtime, risk, limit, options));
    }
  });
  const order = (error: (scaling: Scaling) => number): number => orderOf(stepSizes, ladder.map(error));

  it('comes to the gradient flow with order 1, without noise and in the mean', () => {
    expect(order(({ descentDistance }) => descentDistance)).toBeGreaterThan(0.9);
    expect(order(({ descentDistance }) => descentDistance)).toBeLessThan(1.3);
    expect(order(({ sgd }) => sgd.meanDistance)).toBeGreaterThan(0.8);
    expect(order(({ sgd }) => sgd.meanDistance)).toBeLessThan(1.3);
  });

  it('comes to its diffusion with order 1 in the mean', () => {
    expect(order(({ meanDistance }) => meanDistance)).toBeGreaterThan(0.7);
    expect(order(({ meanDistance }) => meanDistance)).toBeLessThan(1.4);
  });

  it('comes to the Ornstein–Uhlenbeck limit in covariance and in distribution', () => {
    expect(order(({ sgd }) => sgd.covarianceDistance)).toBeGreaterThan(0.6);
    for (const axis of [0, 1]) {
      expect(order(({ sgd }) => sgd.wasserstein[axis]!)).toBeGreaterThan(0.3);
      const distances = ladder.map(({ sgd }) => sgd.kolmogorov[axis]!);
      expect(distances.at(-1)!).toBeLessThan(distances[0]!);
    }
  });

  it('refuses a time that is no whole number of steps, and errors that are not positive', async () => {
    const limit = { point: [0, 0], covariance: [[1]] };
    await expect(
      compareAtStep(runtime, risk, limit, { start, time: 1, stepSize: 0.3, batch: 1, chains: 10, seed: 1 }),
    ).rejects.toThrow('central limit: expected a time of a whole number of steps of 0.3, got 1');
    expect(() => orderOf([1, 2], [0, 1])).toThrow('order: expected positive steps and errors, got 0');
  });
});
