import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createGradientMoments,
  gradientMoments,
  gradientNoise,
  type MeasuredNetwork,
} from '../../src/curvature/index.ts';
import { createModel, crossEntropy, fc6, l2Penalty, type ParameterTensors } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import type { Examples } from '../../src/train/index.ts';
import { expectClose, inner } from '../support/close.ts';
import {
  chunked,
  cpuRuntime,
  flat,
  numbers,
  plainGradient,
  randomExamples,
  smallObjective,
  startingPoint,
} from '../train/support.ts';

const mean = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

describe('moments of gradients over examples', () => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await cpuRuntime();
  });
  afterAll(() => runtime.close());

  const objective = smallObjective();
  const theta = startingPoint(objective);
  const measured = (examples: Examples, chunkSize: number): MeasuredNetwork => ({
    runtime,
    objective,
    examples: chunked(examples, chunkSize, objective, runtime),
    mode: 'train',
    parameters: theta,
    buffers: {},
  });
  /** The gradient of each example by plain loops. */
  const singles = (examples: Examples): Record<string, Float64Array>[] =>
    Array.from({ length: examples.count }, (_, index) => {
      const inputs = examples.inputs.slice(index * 6, (index + 1) * 6);
      return plainGradient(numbers(theta), { inputs, labels: [examples.labels[index]!], count: 1 }).gradient;
    });

  it.each([1, 7, 40])(
    'in chunks of %i are those of the gradients of single examples by plain loops',
    async (chunkSize) => {
      const examples = randomExamples(40, objective);
      const found = await gradientMoments(measured(examples, chunkSize));
      const single = singles(examples);
      const centre = Float64Array.from(flat(single[0]!), (_, k) => mean(single.map((gradient) => flat(gradient)[k]!)));
      const rows = single.map(flat);
      const distances = rows.map((row) => row.reduce((sum, value, k) => sum + (value - centre[k]!) ** 2, 0));
      const trace = (mean(distances) * 40) / 39;
      const spread = Math.sqrt(mean(distances.map((distance) => (distance - mean(distances)) ** 2)) * (40 / 39));
      const tolerance = { relative: 1e-5 };
      for (const [name, variance] of Object.entries(found.variance)) {
        const expected = variance.map((_, k) => {
          const values = single.map((gradient) => gradient[name]![k]!);
          return values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / 39;
        });
        expectClose(variance, expected, tolerance, `variance in ${name}`);
      }
      expectClose(flat(found.gradient), centre, tolerance, 'mean gradient');
      expectClose(
        found.squaredNorms,
        rows.map((row) => inner(row, row)),
        tolerance,
        'squared norms',
      );
      expectClose(
        found.innerProducts,
        rows.map((row) => inner(row, centre)),
        { relative: 1e-5 },
        'inner products',
      );
      expectClose([found.trace], [trace], tolerance, 'trace');
      expectClose([found.traceStandardError], [(spread * Math.sqrt(40)) / 39], tolerance, 'standard error');
      expectClose([found.noiseScale], [trace / inner(centre, centre)], tolerance, 'noise scale');
      expectClose(
        [found.trace],
        [flat(found.variance).reduce((sum, value) => sum + value, 0)],
        tolerance,
        'sum of variances',
      );
      expect(found.largestVariance).toBe(Math.max(...flat(found.variance)));
    },
  );

  it('are in their traces what one cheaper pass says', async () => {
    const network = measured(randomExamples(40, objective), 7);
    const [moments, noise] = [await gradientMoments(network), await gradientNoise(network)];
    expect(noise.trace).toBe(moments.trace);
    expect(noise.noiseScale).toBe(moments.noiseScale);
    expect(noise.gradient).toEqual(moments.gradient);
    expect(noise.squaredNorms).toEqual(moments.squaredNorms);
  });

  it('have a standard error that covers the trace over all examples', async () => {
    const examples = randomExamples(400, objective);
    const whole = await gradientMoments(measured(examples, 400));
    const parts = await Promise.all(
      Array.from({ length: 10 }, (_, part) =>
        gradientMoments(
          measured(
            {
              inputs: examples.inputs.slice(part * 240, (part + 1) * 240),
              labels: Array.from(examples.labels).slice(part * 40, (part + 1) * 40),
              count: 40,
            },
            40,
          ),
        ),
      ),
    );
    const spread = Math.sqrt(mean(parts.map(({ trace }) => (trace - whole.trace) ** 2)));
    const claimed = mean(parts.map(({ traceStandardError }) => traceStandardError));
    expect(spread / claimed).toBeGreaterThan(0.5);
    expect(spread / claimed).toBeLessThan(2);
  });

  it('count an L2 penalty in the mean gradient, not in the variance', async () => {
    const network = measured(randomExamples(20, objective), 10);
    const penalty = (parameters: ParameterTensors) => l2Penalty(parameters, { strength: 0.1, biases: true });
    const plain = await gradientMoments(network);
    const found = await gradientMoments({ ...network, objective: { ...objective, penalty } });
    const expected = flat(plain.gradient).map((value, k) => value + 0.1 * flat(numbers(theta))[k]!);
    expect(found.variance).toEqual(plain.variance);
    expect(found.trace).toBe(plain.trace);
    expectClose([found.gradientSquaredNorm], [inner(expected, expected)], { relative: 1e-5 });
  });

  it('have projections on the objective’s gradient with the penalty in both', async () => {
    const examples = randomExamples(12, objective);
    const penalty = (parameters: ParameterTensors) => l2Penalty(parameters, { strength: 0.1, biases: true });
    const found = await gradientMoments({ ...measured(examples, 5), objective: { ...objective, penalty } });
    const gradient = flat(found.gradient);
    const expected = singles(examples).map((one) =>
      inner(
        flat(one).map((value, k) => value + 0.1 * flat(numbers(theta))[k]!),
        gradient,
      ),
    );
    expectClose(found.projections, expected, { relative: 1e-5 }, 'projections');
    expectClose([mean(found.projections)], [found.gradientSquaredNorm], { relative: 1e-5 }, 'their mean');
    const plain = plainGradient(numbers(theta), examples).loss;
    expectClose([found.loss], [plain + 0.05 * inner(flat(numbers(theta)), flat(numbers(theta)))], { relative: 1e-5 });
    const none = await gradientMoments({ ...measured(examples, 5), objective: { ...objective, penalty: () => null } });
    expect(none.projections).toEqual(none.innerProducts);
  });

  it('compiled once are those of other points and other examples', async () => {
    const meter = await createGradientMoments(measured(randomExamples(12, objective), 5));
    const [elsewhere, others] = [startingPoint(objective, 2), randomExamples(9, objective, 3)];
    const network = { ...measured(others, 4), parameters: elsewhere };
    expect(await meter.at({ parameters: elsewhere, buffers: {} }, network.examples)).toEqual(
      await gradientMoments(network),
    );
    await meter.release();
  });

  it('are refused for a single example, and for batch normalisation in train mode', async () => {
    await expect(gradientMoments(measured(randomExamples(1, objective), 1))).rejects.toMatchObject({
      code: 'USAGE',
      message: 'gradient moments: expected at least 2 examples, got 1',
    });
    const normalised = { model: createModel('fc6', [6], fc6(3, 3)), loss: crossEntropy };
    const network = { ...measured(randomExamples(4, objective), 4), objective: normalised };
    await expect(gradientMoments(network)).rejects.toMatchObject({ code: 'NO_PER_EXAMPLE_RULE' });
  });
});
