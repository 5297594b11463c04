import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { covarianceEstimate } from '../../src/statistics/index.ts';
import {
  coordinate,
  cube,
  langevin,
  noiseAtTemperature,
  pointsOf,
  quadratic,
  repeated,
  rosenbrock,
  simulate,
  stationaryVariance,
  temperatureOf,
  twoMinima,
  uniformPoints,
} from '../../src/theory/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const bowl = quadratic([
  [1, 0],
  [0, 3],
]);

describe('chains', () => {
  const surface = twoMinima();
  const starts = uniformPoints(surface.box, 50, 1);
  const noisy = langevin(surface, { stepSize: 0.05, noise: 0.1, decay: 'harmonic', box: surface.box });

  it('end with the same bits however many steps one run takes and whatever is recorded', async () => {
    const run = (stepsPerRun: number, record?: { every: number; from?: number }) =>
      simulate(runtime, noisy, starts, { steps: 11, seed: 5, stepsPerRun, ...(record && { record }) });
    const one = await run(1, { every: 3, from: 2 });
    const many = await run(4);
    expect(one.end.coordinates).toEqual(many.end.coordinates);
    expect(one.snapshots.map(({ step }) => step)).toEqual([2, 5, 8, 11]);
    expect(one.snapshots.at(-1)!.points).toEqual(one.end);
    const other = await simulate(runtime, noisy, starts, { steps: 11, seed: 6, stepsPerRun: 4 });
    expect(other.end.coordinates).not.toEqual(many.end.coordinates);
  });

  it('take the step of the formula, with the noise of their stream', async () => {
    const [stepSize, noise] = [0.1, 0.3];
    const dynamics = langevin(bowl, { stepSize, noise, decay: 'harmonic' });
    const { end } = await simulate(runtime, dynamics, pointsOf([[1, -1]]), { steps: 2, seed: 3 });
    const stream = randomStream(3, 'theory', dynamics.name);
    let x = [1, -1];
    for (const k of [0, 1])
      x = x.map((value, j) => value - stepSize * [1, 3][j]! * value + (noise / (1 + k)) * stream.normal());
    expectClose(end.coordinates, x, { relative: 1e-13 });
  });

  it('in float32 stay near those in float64 over few steps', async () => {
    const options = { steps: 20, seed: 1, stepsPerRun: 4 };
    const single = await simulate(runtime, noisy, starts, { ...options, precision: 'float32' });
    const double = await simulate(runtime, noisy, starts, options);
    expectClose(single.end.coordinates, double.end.coordinates, { relative: 1e-5 });
  });

  it('are put back onto the box, or folded back into it', async () => {
    const steep = langevin(quadratic([[-1]]), { stepSize: 0.5, box: cube(0, 1, 1) });
    expect([...(await simulate(runtime, steep, pointsOf([[0.8]]), { steps: 1, seed: 1 })).end.coordinates]).toEqual([
      1,
    ]);
    const folded = langevin(quadratic([[-1]]), { stepSize: 0.5, box: cube(0, 1, 1), boundary: 'reflect' });
    const { end } = await simulate(runtime, folded, pointsOf([[0.8]]), { steps: 1, seed: 1 });
    expectClose(end.coordinates, [0.8], { absolute: 1e-12 });
    const below = langevin(quadratic([[1]]), { stepSize: 1.5, box: cube(0, 1, 1), boundary: 'reflect' });
    const low = await simulate(runtime, below, pointsOf([[0.8]]), { steps: 1, seed: 1 });
    expectClose(low.end.coordinates, [0.4], { absolute: 1e-12 });
  });

  it('refuse options outside their range', async () => {
    expect(() => langevin(bowl, { stepSize: 0 })).toThrow('langevin: expected a positive step size, got 0');
    expect(() => langevin(bowl, { stepSize: 1, noise: -1 })).toThrow('a noise of at least 0, got -1');
    expect(() => langevin(bowl, { stepSize: 1, box: cube(0, 1, 3) })).toThrow('a box of 2 dimensions');
    expect(() => langevin(bowl, { stepSize: 1, box: cube(1, 1, 2) })).toThrow('low < high along axis 0');
    const wrong = (options: Partial<Parameters<typeof simulate>[3]>) =>
      simulate(runtime, noisy, starts, { steps: 5, seed: 1, ...options });
    await expect(wrong({ steps: 1.5 })).rejects.toThrow('whole number of steps from 0 on, got 1.5');
    await expect(wrong({ stepsPerRun: 0 })).rejects.toThrow('steps in one run');
    await expect(wrong({ record: { every: 0 } })).rejects.toThrow('steps between records');
    await expect(wrong({ record: { every: 1, from: 6 } })).rejects.toThrow('a first record within 5 steps, got 6');
    await expect(simulate(runtime, noisy, pointsOf([[1]]), { steps: 1, seed: 1 })).rejects.toThrow('2 dimensions');
  });
});

describe("the paper's own rule", () => {
  it('moves both coordinates by one forward difference, so that x − y never changes', async () => {
    const starts = uniformPoints(cube(0, 1.5, 2), 30, 1);
    const dynamics = langevin(rosenbrock(), { stepSize: 1e-4, drift: 'diagonal-difference' });
    const { end } = await simulate(runtime, dynamics, starts, { steps: 500, seed: 1 });
    const apart = (points: typeof starts) => coordinate(points, 0).map((x, i) => x - coordinate(points, 1)[i]!);
    expectClose(apart(end), apart(starts), { relative: 1e-12 });
  });

  it('takes the step of the formula', async () => {
    const [h, stepSize] = [1e-3, 0.1];
    const value = (x: number, y: number): number => 0.5 * x * x + 1.5 * y * y;
    const dynamics = langevin(bowl, { stepSize, drift: 'diagonal-difference', difference: h });
    const { end } = await simulate(runtime, dynamics, pointsOf([[1, 2]]), { steps: 1, seed: 1 });
    const slope = (value(1 + h, 2 + h) - value(1, 2)) / h;
    expectClose(end.coordinates, [1 - stepSize * slope, 2 - stepSize * slope], { relative: 1e-10 });
  });
});

describe('temperature', () => {
  it('and noise follow from each other', () => {
    expect(temperatureOf({ stepSize: 0.01, noise: 0.1 })).toBeCloseTo(0.5, 15);
    expect(noiseAtTemperature(0.5, 0.01)).toBeCloseTo(0.1, 15);
    expect(() => temperatureOf({ stepSize: 0, noise: 1 })).toThrow('temperature: expected a positive step size');
    expect(() => noiseAtTemperature(-1, 1)).toThrow('noise: expected a temperature of at least 0');
  });

  it('makes the variance of a quadratic that of the discrete law, which is wider than Boltzmann’s', async () => {
    const [stepSize, temperature] = [0.2, 0.5];
    const noise = noiseAtTemperature(temperature, stepSize);
    const { end } = await simulate(runtime, langevin(bowl, { stepSize, noise }), repeated([0, 0], 10_000), {
      steps: 40,
      seed: 1,
    });
    const { covariance } = covarianceEstimate([coordinate(end, 0), coordinate(end, 1)]);
    for (const [axis, curvature] of [1, 3].entries()) {
      const variance = stationaryVariance(curvature, { stepSize, noise });
      expect(variance).toBeCloseTo(temperature / curvature / (1 - (stepSize * curvature) / 2), 12);
      // Four standard errors of a variance from 10,000 normal numbers.
      expectClose([covariance[axis]![axis]!], [variance], { relative: 4 * Math.sqrt(2 / 10_000) });
    }
    expect(() => stationaryVariance(3, { stepSize: 1, noise: 1 })).toThrow(
      'stationary variance: expected 0 < γλ < 2, got 3',
    );
  });
});
