import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/index.ts';
import { covarianceEstimate } from '../../src/statistics/index.ts';
import {
  coordinate,
  findMinimum,
  followGradientFlow,
  gradientDiffusion,
  logisticExamples,
  logisticRegression,
  lyapunovResidual,
  relativeDifference,
  repeated,
  shiftedQuadratics,
  simulate,
  solveLyapunov,
  stationaryCovariance,
  stochasticGradient,
  Surveyor,
} from '../../src/theory/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const hessian = [
  [2, 0.5],
  [0.5, 1],
];
const shifts = [
  [1, 0],
  [-1, 1],
  [0.5, -2],
  [-0.5, 1],
];
const noise = [
  [0.625, -0.625],
  [-0.625, 1.5],
];

describe('the Lyapunov equation', () => {
  it('is solved to rounding', () => {
    expect(lyapunovResidual(solveLyapunov(hessian, noise), hessian, noise)).toBeLessThan(1e-14);
    expect(
      lyapunovResidual(
        [
          [1, 0],
          [0, 1],
        ],
        hessian,
        noise,
      ),
    ).toBeGreaterThan(0.1);
  });

  it('has the solution σ²/2λ in one dimension, and I/2 where noise and Hessian agree', () => {
    expect(solveLyapunov([[4]], [[3]])).toEqual([[0.375]]);
    expectClose(solveLyapunov(hessian, hessian).flat(), [0.5, 0, 0, 0.5], { absolute: 1e-15 });
  });

  it('is the limit of the law at finite steps, which solves its own equation', () => {
    const [stepSize, batch] = [0.3, 5];
    const c = stationaryCovariance(hessian, noise, { stepSize, batch });
    const a = hessian.map((row, i) => row.map((value, j) => (i === j ? 1 : 0) - stepSize * value));
    const product = (x: number[][], y: number[][]) =>
      x.map((row) => y[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * y[k]![j]!, 0)));
    const next = product(product(a, c), a).map((row, i) =>
      row.map((value, j) => value + (stepSize ** 2 / batch) * noise[i]![j]!),
    );
    expectClose(next.flat(), c.flat(), { relative: 1e-13 });
    const small = stationaryCovariance(hessian, noise, { stepSize: 1e-6, batch: 1 });
    expectClose(
      small.flat().map((value) => value / 1e-6),
      solveLyapunov(hessian, noise).flat(),
      { relative: 1e-5 },
    );
  });

  it('refuses what has no stationary law', () => {
    expect(() => solveLyapunov([[0]], [[1]])).toThrow(
      'lyapunov: expected a positive definite Hessian, got the eigenvalue 0',
    );
    expect(() => solveLyapunov(hessian, [[1]])).toThrow('a noise of size 2, got 1');
    expect(() => stationaryCovariance([[2]], [[1]], { stepSize: 1, batch: 1 })).toThrow(
      'a stable step, below 1, got 1',
    );
  });
});

describe('the geometry of a risk', () => {
  it('of shifted quadratics is their Hessian and the covariance of the shifts', async () => {
    const surveyor = await Surveyor.create(runtime, shiftedQuadratics(hessian, shifts));
    const at = await surveyor.at([0.3, -2]);
    expectClose(at.hessian.flat(), hessian.flat(), { relative: 1e-14 });
    expectClose(at.covariance.flat(), noise.flat(), { relative: 1e-13 });
    await expect(surveyor.at([1])).rejects.toThrow('a point of 2 coordinates, got 1');
    await surveyor.release();
  });

  it('of logistic regression at its minimum is that of the closed form', async () => {
    const { features, labels } = logisticExamples(30, [0.5, 1], 4);
    const surveyor = await Surveyor.create(runtime, logisticRegression({ features, labels }, 0.1));
    const { point, gradient, hessian: h, covariance } = await findMinimum(surveyor, [3, -3]);
    expect(Math.hypot(...gradient)).toBeLessThan(1e-12);
    const p = features.map((a) => 1 / (1 + Math.exp(-(a[0]! * point[0]! + a[1]! * point[1]!))));
    const mean = (f: (i: number) => number) => features.reduce((sum, _, i) => sum + f(i), 0) / features.length;
    const axes = [0, 1];
    const expected = axes.map((j) =>
      axes.map((k) => mean((i) => p[i]! * (1 - p[i]!) * features[i]![j]! * features[i]![k]!) + (j === k ? 0.1 : 0)),
    );
    expectClose(h.flat(), expected.flat(), { relative: 1e-12 });
    const slopes = features.map((a, i) => axes.map((j) => (p[i]! - labels[i]!) * a[j]! + 0.1 * point[j]!));
    const spread = axes.map((j) => axes.map((k) => mean((i) => slopes[i]![j]! * slopes[i]![k]!)));
    expectClose(covariance.flat(), spread.flat(), { relative: 1e-10 });
    await expect(findMinimum(surveyor, [3, -3], { steps: 1 })).rejects.toThrow('a gradient below 1e-12 after 1 steps');
    await surveyor.release();
  });
});

describe('SGD', () => {
  const chains = 10_000;
  const covarianceOf = async (risk: ReturnType<typeof shiftedQuadratics>, stepSize: number, steps: number) => {
    const dynamics = stochasticGradient(risk, { stepSize, batch: 2 });
    const { end } = await simulate(runtime, dynamics, repeated([0, 0], chains), { steps, seed: 1 });
    return covarianceEstimate([coordinate(end, 0), coordinate(end, 1)]);
  };

  it('on a quadratic has the covariance of the law at finite steps, not that of the limit', async () => {
    const risk = shiftedQuadratics(hessian, shifts);
    const { covariance, frobeniusError } = await covarianceOf(risk, 0.5, 40);
    const exact = stationaryCovariance(hessian, noise, { stepSize: 0.5, batch: 2 });
    const limit = solveLyapunov(hessian, noise).map((row) => row.map((value) => value * 0.25));
    const size = Math.hypot(...exact.flat());
    expect(relativeDifference(covariance, exact)).toBeLessThan((3 * frobeniusError) / size);
    expect(relativeDifference(covariance, limit)).toBeGreaterThan((10 * frobeniusError) / size);
  });

  it('draws batches whose gradients have the mean and covariance of the risk', async () => {
    const risk = logisticRegression(logisticExamples(12, [0.5, 1], 4), 0.1);
    const surveyor = await Surveyor.create(runtime, risk);
    const { gradient, covariance } = await surveyor.at([0, 0]);
    await surveyor.release();
    const estimate = await covarianceOf(risk, 1, 1);
    estimate.mean.forEach((value, axis) =>
      expect(Math.abs(value + gradient[axis]!)).toBeLessThan(4 * estimate.meanError[axis]!),
    );
    const perBatch = covariance.map((row) => row.map((value) => value / 2));
    expectClose(estimate.covariance.flat(), perBatch.flat(), { absolute: 3 * estimate.frobeniusError });
  });

  it('refuses options outside their range', () => {
    const risk = shiftedQuadratics(hessian, shifts);
    expect(() => stochasticGradient(risk, { stepSize: 0, batch: 1 })).toThrow('sgd: expected a positive step size');
    expect(() => stochasticGradient(risk, { stepSize: 1, batch: 0 })).toThrow('examples in a batch');
    expect(() => gradientDiffusion(risk, { stepSize: 1, batch: 1, refinement: 0 })).toThrow('diffusion: expected');
  });
});

describe('the diffusion of SGD', () => {
  it('spreads by the covariance of the gradients, also of one with lower rank', async () => {
    const flat = [
      [1, 2, 0],
      [-1, -2, 0],
    ];
    const eye = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const dynamics = gradientDiffusion(shiftedQuadratics(eye, flat), { stepSize: 0.5, batch: 1 });
    const { end } = await simulate(runtime, dynamics, repeated([0, 0, 0], 5000), { steps: 1, seed: 1 });
    const [x, y, z] = [0, 1, 2].map((axis) => coordinate(end, axis));
    expectClose(
      y!,
      x!.map((value) => 2 * value),
      { relative: 1e-7 },
    );
    expect(z!.every((value) => value === 0)).toBe(true);
    const { covariance } = covarianceEstimate([x!]);
    expectClose([covariance[0]![0]!], [0.25], { relative: 4 * Math.sqrt(2 / 5000) });
  });
});

describe('the gradient flow', () => {
  it('of a quadratic is exp(−Ht), and its spread goes to the solution of the Lyapunov equation', async () => {
    const surveyor = await Surveyor.create(runtime, shiftedQuadratics([[2]], [[1], [-1]]));
    const { point, covariance } = await followGradientFlow(surveyor, [3], { time: 0.7, steps: 40 });
    expectClose(point, [3 * Math.exp(-1.4)], { relative: 1e-7 });
    expectClose(covariance.flat(), [(1 - Math.exp(-2.8)) / 4], { relative: 1e-7 });
    const late = await followGradientFlow(surveyor, [3], { time: 10, steps: 60 });
    expectClose(late.covariance.flat(), solveLyapunov([[2]], [[1]]).flat(), { relative: 1e-6 });
    await expect(followGradientFlow(surveyor, [3], { time: 0 })).rejects.toThrow('a positive time, got 0');
    await surveyor.release();
  });
});
