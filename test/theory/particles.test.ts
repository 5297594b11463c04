import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/index.ts';
import {
  boltzmannProbabilities,
  energyGrid,
  evaluate,
  gridOn,
  langevin,
  Particles,
  planeEnergies,
  rosenbrock,
  rosenbrockPlane,
  simulate,
  twoMinima,
  twoMinimaPlane,
  uniformPoints,
} from '../../src/theory/index.ts';
import type { ParticleMotion } from '../../src/theory/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const surfaces = [
  { plane: twoMinimaPlane, graph: twoMinima() },
  { plane: rosenbrockPlane, graph: rosenbrock() },
];
const still: ParticleMotion = {
  stepSize: 1e-3,
  noise: 0,
  decay: 'constant',
  boundary: 'project',
  drift: 'gradient',
  difference: 1e-5,
};

describe.each(surfaces)('the surface $plane.name', ({ plane, graph }) => {
  it('has the values and gradients of its graph', async () => {
    const points = uniformPoints(plane.box, 200, 3);
    const { values, gradients } = await evaluate(runtime, graph, points);
    const slope = new Float64Array(2);
    const own = Array.from({ length: points.count }, (_, index) => {
      const [x, y] = points.coordinates.subarray(2 * index, 2 * index + 2) as unknown as [number, number];
      plane.gradient(x, y, slope);
      return { value: plane.value(x, y), slope: [...slope] };
    });
    expectClose(
      own.map(({ value }) => value),
      values,
      { relative: 1e-12, absolute: 1e-12 },
    );
    expectClose(
      own.flatMap(({ slope }) => slope),
      gradients.coordinates,
      { relative: 1e-11, absolute: 1e-12 },
    );
  });

  it.each<[string, Partial<ParticleMotion>]>([
    ['plain descent', {}],
    ['the rule of one difference', { drift: 'diagonal-difference' }],
    ['constant noise and reflection', { noise: 0.3, boundary: 'reflect' }],
    ['falling noise and projection', { noise: 0.5, decay: 'harmonic' }],
  ])('moves particles by %s as the array program moves chains', async (_, change) => {
    const motion = { ...still, ...change };
    const particles = new Particles(plane, 64, 5, motion);
    particles.advance(60);
    const dynamics = langevin(graph, { ...motion, box: graph.box });
    const { end } = await simulate(runtime, dynamics, uniformPoints(graph.box, 64, 5), { steps: 60, seed: 5 });
    // Forward differences of 10⁻⁵ carry rounding errors of 10⁻¹¹ a step.
    expectClose(particles.points().coordinates, end.coordinates, { relative: 1e-7, absolute: 1e-7 });
    expect(particles.steps).toBe(60);
  });

  it('has the Boltzmann law of its graph', async () => {
    const grid = gridOn(plane.box, 12);
    const expected = boltzmannProbabilities(await energyGrid(runtime, graph, grid, 1), 0.2);
    expectClose(boltzmannProbabilities(planeEnergies(plane, grid), 0.2), expected, {
      relative: 1e-10,
      absolute: 1e-14,
    });
  });
});

describe('particles', () => {
  it('are the same however their steps are counted', () => {
    const motion: ParticleMotion = { ...still, stepSize: 0.02, noise: 0.2, boundary: 'reflect' };
    const [once, twice] = [1, 2].map(() => new Particles(twoMinimaPlane, 30, 9, motion)) as [Particles, Particles];
    once.advance(50);
    twice.advance(20);
    twice.advance(30);
    expect(once.points()).toEqual(twice.points());
  });

  it('go on from where they are when their motion changes', () => {
    const particles = new Particles(twoMinimaPlane, 10, 1, still);
    particles.advance(5);
    const before = [...particles.x];
    particles.motion = { ...still, stepSize: 1e-9 };
    particles.advance(1);
    expectClose(particles.x, before, { relative: 0, absolute: 1e-8 });
  });

  it.each<[Partial<ParticleMotion>, RegExp]>([
    [{ stepSize: 0 }, /positive step size/],
    [{ noise: -1 }, /noise of at least 0/],
    [{ difference: NaN }, /positive difference/],
  ])('refuse %o', (change, message) => {
    expect(() => new Particles(twoMinimaPlane, 10, 1, { ...still, ...change })).toThrow(message);
    const particles = new Particles(twoMinimaPlane, 10, 1, still);
    expect(() => (particles.motion = { ...still, ...change })).toThrow(message);
  });

  it('are at least one', () => {
    expect(() => new Particles(twoMinimaPlane, 0, 1, still)).toThrow('particles');
  });
});
