import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostTensor } from '../../src/base/index.ts';
import { createFullGradient, parameterLayout } from '../../src/curvature/index.ts';
import { measureBoxSharpness, measureSamSharpness, type HostPoint } from '../../src/landscape/index.ts';
import { crossEntropy, type ParameterTensors } from '../../src/nn/index.ts';
import { add, mean, mul, square, sum } from '../../src/ops/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { exampleLosses, type Objective } from '../../src/train/index.ts';
import { caseOf, flatParameters, gradientFunction, interpreted, measured, models } from '../curvature/support.ts';
import { expectClose, norm } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { quadratic, quadraticLoss } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const everything = [0, 1, 2, 3, 4, 5, 6];
const given = caseOf(quadratic);
const { model } = quadratic;
const float64 = { dtype: 'float64' } as const;

const pointAt = (theta: Float64Array<ArrayBuffer>): HostPoint => ({
  parameters: parameterLayout(model).unflatten(theta),
  buffers: {},
});

/** θ moved by `signs` half widths of the box `ε(|θ_i| + 1)`. */
const cornerOf = (theta: Float64Array<ArrayBuffer>, signs: number, epsilon: number): Float64Array<ArrayBuffer> =>
  theta.map((value, index) => value + ((signs >> index) & 1 ? 1 : -1) * epsilon * (Math.abs(value) + 1));

/** `Σ h_i θ_i²` alone, with a minimum at 0; the examples do not matter. */
const separable: Objective = {
  model,
  loss: (scores) => mul(sum(scores, { axes: [1] }), 0),
  penalty: (theta: ParameterTensors) =>
    Object.values(theta)
      .map((tensor, index) => mul(sum(square(tensor)), index + 1))
      .reduce((total, term) => add(total, term)),
};

describe('sharpness in a box', () => {
  it('of a convex quadratic is the highest of its corners', async () => {
    const epsilon = 0.1;
    const theta = flatParameters(given);
    const losses = Array.from({ length: 64 }, (_, signs) =>
      quadraticLoss(given.examples, pointAt(cornerOf(theta, signs, epsilon))),
    );
    const [highest, start] = [Math.max(...losses), quadraticLoss(given.examples, pointAt(theta))];
    const result = await measureBoxSharpness(measured(runtime, given, 3, float64), { seed: 1, epsilon, starts: 3 });
    expectClose([result.maximum, result.loss], [highest, start], { relative: 1e-13 });
    expectClose([result.value], [(100 * (highest - start)) / (1 + start)], { relative: 1e-11 });
    expect(result).toMatchObject({ converged: true, dimension: 6, epsilon, seed: 1 });
  });

  it('around a minimum without any slope finds the corner, which is the same in every direction', async () => {
    const at = { ...caseOf(separable), ...pointAt(new Float64Array(6)) };
    const epsilon = 1e-3;
    const result = await measureBoxSharpness(measured(runtime, at, 7, float64), { seed: 1 });
    // |z_i| ≤ ε: four weights with factor 1, two biases with factor 2.
    expectClose([result.value], [100 * (4 + 2 * 2) * epsilon ** 2], { relative: 1e-12 });
    expect([result.loss, result.converged]).toEqual([0, true]);
  });

  it('in a random subspace is at most that of the subspace’s own corners, and reaches it', async () => {
    const at = { ...caseOf(separable), ...pointAt(new Float64Array(6)) };
    const epsilon = 0.5;
    const result = await measureBoxSharpness(measured(runtime, at, 7, float64), { seed: 2, epsilon, subspace: 1 });
    // At θ = 0 one coordinate y ∈ [−ε, ε] along a unit vector a: the maximum is ε²·Σ h_i a_i², between 1 and 2 times ε².
    expect(result.dimension).toBe(1);
    expect(result.maximum).toBeGreaterThanOrEqual(epsilon ** 2);
    expect(result.maximum).toBeLessThanOrEqual(2 * epsilon ** 2);
    const whole = await measureBoxSharpness(measured(runtime, at, 7, float64), { seed: 2, epsilon, subspace: 6 });
    // All of the space: |y_j| ≤ ε in orthonormal coordinates, so that ‖z‖² = 6ε² in every corner.
    expect(whole.maximum).toBeGreaterThan(6 * epsilon ** 2);
    expect(whole.maximum).toBeLessThan(12 * epsilon ** 2);
  });

  it('of a network is above forty corners of the box, and the same every time', async () => {
    const network = caseOf({ model: models.tanh, loss: crossEntropy });
    const steps: number[] = [];
    const result = await measureBoxSharpness(measured(runtime, network, 3, float64), {
      seed: 1,
      epsilon: 0.05,
      onProgress: ({ gradients, maximum }) => steps.push(gradients, maximum),
    });
    const theta = flatParameters(network);
    const loss = interpreted(network, everything, ({ parameters, buffers }, x, labels) => [
      mean(exampleLosses(network.objective, { parameters, buffers }, x, labels, 'evaluate').losses),
    ]);
    for (let signs = 1; signs <= 40; signs++)
      expect(loss(cornerOf(theta, signs * 2654435761, 0.05))[0]).toBeLessThan(result.maximum);
    expect(result.value).toBeGreaterThan(0);
    expect(steps.slice(-2)).toEqual([result.gradients, result.maximum]);
    const again = await measureBoxSharpness(measured(runtime, network, 3, float64), { seed: 1, epsilon: 0.05 });
    expect(again).toEqual(result);
  });

  it('says when a search ended for want of iterations', async () => {
    const result = await measureBoxSharpness(measured(runtime, given, 3, float64), { seed: 1, iterations: 1 });
    expect(result.converged).toBe(false);
  });

  it('refuses options out of range and no examples', async () => {
    const network = measured(runtime, given);
    await expect(measureBoxSharpness(network, { seed: 1, epsilon: 0 })).rejects.toThrow(
      'box sharpness: expected epsilon to be a finite number above 0, got 0',
    );
    await expect(measureBoxSharpness(network, { seed: 1, subspace: 7 })).rejects.toThrow(
      'box sharpness: expected a subspace of at most 6 dimensions, got 7',
    );
    await expect(measureBoxSharpness(network, { seed: 1, starts: 0.5 })).rejects.toThrow(
      'box sharpness: expected starts to be an integer of at least 1, got 0.5',
    );
    const none = measured(runtime, { ...given, examples: { inputs: new Float32Array(0), labels: [], count: 0 } });
    await expect(measureBoxSharpness(none, { seed: 1 })).rejects.toThrow('gradient: expected at least one example');
  });
});

describe('sharpness uphill', () => {
  it('is L(θ + ρ·g/‖g‖) − L(θ) of the reference interpreter', async () => {
    const network = caseOf({ model: models.tanh, loss: crossEntropy });
    const result = await measureSamSharpness(measured(runtime, network, 3, float64), 0.05);
    const theta = flatParameters(network);
    const gradient = gradientFunction(network, everything)(theta);
    const loss = interpreted(network, everything, ({ parameters, buffers }, x, labels) => [
      mean(exampleLosses(network.objective, { parameters, buffers }, x, labels, 'evaluate').losses),
    ]);
    const uphill = theta.map((value, index) => value + (0.05 / norm(gradient)) * gradient[index]!);
    expectClose([result.value], [loss(uphill)[0]! - loss(theta)[0]!], { relative: 1e-9 });
    expectClose([result.loss, result.gradientNorm], [loss(theta)[0]!, norm(gradient)], { relative: 1e-12 });
    expect(result.rho).toBe(0.05);
  });

  it('of batch normalisation in train mode takes the gradient by the statistics of each chunk', async () => {
    const network = caseOf({ model: models.batchNorm, loss: crossEntropy }, 8);
    const there = measured(runtime, network, 4, { mode: 'train' });
    const { loss, value, gradientNorm } = await measureSamSharpness(there, 0.01);
    const full = await createFullGradient(there);
    expect((await full.at(network)).loss).toBe(loss);
    await full.release();
    // To first order ρ‖g‖.
    expectClose([value], [0.01 * gradientNorm], { relative: 0.1 });
  });

  it('is 0 where the gradient vanishes', async () => {
    const at = { ...caseOf(separable), ...pointAt(new Float64Array(6)) };
    expect(await measureSamSharpness(measured(runtime, at), 0.1)).toEqual({
      value: 0,
      loss: 0,
      gradientNorm: 0,
      rho: 0.1,
    });
  });

  it('refuses a ρ that is not positive, and a point of another model', async () => {
    await expect(measureSamSharpness(measured(runtime, given), -1)).rejects.toThrow(
      'SAM sharpness: expected rho to be a finite number above 0, got -1',
    );
    const parameters = { '1.weight': hostTensor('float32', [3], [1, 2, 3]) };
    await expect(measureSamSharpness(measured(runtime, { ...given, parameters }), 1)).rejects.toMatchObject({
      code: 'RUNTIME_INPUT',
    });
  });
});
