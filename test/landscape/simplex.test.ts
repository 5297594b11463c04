import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureSimplex, simplexFlatness } from '../../src/landscape/index.ts';
import { crossEntropy } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { caseOf, models } from '../curvature/support.ts';
import { expectClose } from '../support/close.ts';
import { cpuRuntime } from '../train/support.ts';
import { combined, evaluated, hostPoint, landscapeOf, quadratic, quadraticLoss } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const verticesOf = (model: typeof quadratic.model) =>
  [hostPoint(model, 1), hostPoint(model, 2), hostPoint(model, 3)] as const;

describe('flatness over a simplex', () => {
  const coordinates = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [0.5, 0.5, 0],
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
    [1, 0.5, -0.5],
  ];

  it('counts the points of the simplex alone', () => {
    expect(simplexFlatness(coordinates, [0.25, 0.25, 0.5, 0.75, 0.25, 1, 100], 0.5)).toEqual({
      shareBelow: 4 / 6,
      threshold: 0.5,
      mean: 0.5,
      excess: 0.5,
      points: 6,
    });
  });

  it('has no excess where no point is above the highest vertex', () => {
    expect(simplexFlatness(coordinates, [1, 2, 3, 0, 0, 0, 9], 0).excess).toBe(0);
  });

  it('takes a loss that is NaN for high, and says that there was one', () => {
    const { shareBelow, mean, excess } = simplexFlatness(coordinates, [0, 0, 0, NaN, 0, 0, 0], 1);
    expect([shareBelow, mean, excess]).toEqual([5 / 6, NaN, NaN]);
  });
});

describe('three-point interpolation', () => {
  it('of a quadratic is its loss on the simplex and beyond its edges', async () => {
    const given = caseOf(quadratic);
    const vertices = verticesOf(quadratic.model);
    const network = landscapeOf(runtime, given, 'interpolated', 3, { dtype: 'float64' });
    const result = await measureSimplex(network, vertices, { steps: 4, margin: 0.25, threshold: 2 });
    const { coordinates, map, flatness } = result;
    expect(Math.min(...coordinates.flat())).toBe(-0.25);
    const expected = coordinates.map((lambda) => quadraticLoss(given.examples, combined(vertices, lambda)));
    expectClose(map.loss, expected, { relative: 1e-13 });
    expect(flatness).toEqual(simplexFlatness(coordinates, map.loss, 2));
    expect(flatness!.points).toBe(15);
    // A convex function has its maximum over a simplex at a vertex.
    expect(flatness!.excess).toBe(0);
  });

  it('has the bits of the networks at the vertices', async () => {
    const given = caseOf({ model: models.batchNorm, loss: crossEntropy });
    const vertices = verticesOf(models.batchNorm);
    const network = landscapeOf(runtime, given, 'interpolated');
    const { coordinates, map } = await measureSimplex(network, vertices, { steps: 2, margin: 0, threshold: 1 });
    for (const [index, vertex] of vertices.entries()) {
      const at = coordinates.findIndex((lambda) => lambda[index] === 1);
      expect({ loss: map.loss[at], accuracy: map.accuracy[at] }).toEqual(await evaluated(network, vertex));
    }
  });

  it('has no flatness before it is complete, and goes on from there', async () => {
    const given = caseOf(quadratic);
    const vertices = verticesOf(quadratic.model);
    const network = landscapeOf(runtime, given, 'batch', 3, { block: 4 });
    const options = { steps: 3, margin: 0, threshold: 1 };
    const part = await measureSimplex(network, vertices, { ...options, limit: 4 });
    expect([part.flatness, part.map.completed]).toEqual([null, 4]);
    expect(await measureSimplex(network, vertices, { ...options, from: part.map })).toEqual(
      await measureSimplex(network, vertices, options),
    );
  });

  it('refuses a threshold that is not finite, and the statistics of a centre', async () => {
    const given = caseOf(quadratic);
    const vertices = verticesOf(quadratic.model);
    await expect(measureSimplex(landscapeOf(runtime, given, 'batch'), vertices, { threshold: NaN })).rejects.toThrow(
      'simplex: expected a finite threshold, got NaN',
    );
    await expect(measureSimplex(landscapeOf(runtime, given), vertices, { threshold: 1 })).rejects.toThrow(
      'simplex: expected batch normalisation by "batch"',
    );
  });
});
