import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/index.ts';
import { contraction, descendQuadratic, regimeOf } from '../../src/theory/index.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

describe('descent on a quadratic', () => {
  it('has the regime of λη', () => {
    const products = [0, 0.5, 1, 1.5, 2, 2.5, -1];
    expect(products.map((product) => regimeOf(product, 1))).toEqual([
      'still',
      'over-damped',
      'critical',
      'under-damped',
      'oscillating',
      'diverging',
      'diverging',
    ]);
    expect(products.map((product) => contraction(product, 1))).toEqual([1, 0.5, 0, 0.5, 1, 1.5, 2]);
    expect(() => regimeOf(1, 0)).toThrow('regime: expected a positive step size, got 0');
  });

  it('contracts along each eigenvector by |λη − 1|, and its gradients turn round where it bounces', async () => {
    const [c, s] = [Math.cos(0.5), Math.sin(0.5)];
    const [low, high] = [0.1, 1.8];
    const hessian = [
      [low * c * c + high * s * s, (low - high) * c * s],
      [(low - high) * c * s, low * s * s + high * c * c],
    ];
    const result = await descendQuadratic(runtime, hessian, { stepSize: 1, start: [3, 4], steps: 12 });
    expect(result.path).toHaveLength(13);
    expect(result.directions.map(({ regime }) => regime)).toEqual(['over-damped', 'under-damped']);
    expectClose(
      result.directions.map(({ measured }) => measured),
      result.directions.map(({ predicted }) => predicted),
      { relative: 1e-10 },
    );
    expectClose(
      result.directions.map(({ predicted }) => predicted),
      [0.9, 0.8],
      { relative: 1e-12 },
    );
    expect(result.cosines[0]).toBeLessThan(-0.9);
    expect(result.values.every((value, t) => t === 0 || value < result.values[t - 1]!)).toBe(true);
  });

  it('refuses a start of another dimension and no steps', async () => {
    const run = (start: number[], steps: number) => descendQuadratic(runtime, [[1]], { stepSize: 1, start, steps });
    await expect(run([1, 2], 3)).rejects.toThrow('points of 1 dimensions, got 2');
    await expect(run([1], 0)).rejects.toThrow('a whole number of steps from 1 on, got 0');
  });
});
