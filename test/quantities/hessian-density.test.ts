import { beforeAll, describe, expect, it } from 'vitest';
import type { HostTensor } from '../../src/base/index.ts';
import { createHessian } from '../../src/curvature/index.ts';
import { densityCells, densityOf, toDense } from '../../src/linop/index.ts';
import { meanEstimate } from '../../src/statistics/index.ts';
import { caseOf, measured, objectives } from '../curvature/support.ts';
import { measure, readingOf, readingsOf, runtimeOfFile } from './support.ts';

describe('the spectral density of the Hessian', () => {
  const runtime = runtimeOfFile();
  const network = () => measured(runtime(), caseOf(objectives['tanh']!, 20), 8);
  /** Σ λᵏ·value·Δλ over what is recorded. */
  const moment = (readings: ReturnType<typeof readingsOf>, power: number): number => {
    const cell = readings[1]!.coordinate! - readings[0]!.coordinate!;
    return readings.reduce((sum, { coordinate, value }) => sum + coordinate! ** power * value * cell, 0);
  };

  let eigenvalueMean: number;
  beforeAll(async () => {
    const hessian = await createHessian(network());
    const dense = await toDense(hessian);
    await hessian.release();
    const diagonal = Array.from({ length: hessian.size }, (_, k) => dense[k * hessian.size + k]!);
    eigenvalueMean = diagonal.reduce((one, other) => one + other, 0) / hessian.size;
  });

  it.each([{}, { width: 0.0005 }, { width: 0.2 }])(
    'has the integral 1 and the mean eigenvalue, with %o',
    async (options) => {
      const given = { probes: 8, steps: 15, ...options };
      const found = await measure('hessian-density', given, network(), { tensors: true });
      const density = readingsOf(found, 'hessian.density');
      expect(density.length).toBeLessThanOrEqual(201);
      expect(density.length).toBeGreaterThan(90);
      expect(moment(density, 0)).toBeCloseTo(1, 5);
      // A symmetric kernel leaves the mean of the nodes, of which each is that of a random direction.
      const numbers = (name: string, probe: number) =>
        (found.tensors[`hessian.density.${name}.${probe + 1}`] as HostTensor<'float64'>).data;
      const means = Array.from({ length: 8 }, (_, probe) =>
        numbers('nodes', probe).reduce((sum, node, index) => sum + node * numbers('weights', probe)[index]!, 0),
      );
      const { mean, standardError } = meanEstimate(means);
      const cell = density[1]!.coordinate! - density[0]!.coordinate!;
      expect(Math.abs(moment(density, 1) - mean)).toBeLessThan(cell / 2);
      expect(Math.abs(mean - eigenvalueMean)).toBeLessThan(4 * standardError);
      const width = readingOf(found, 'hessian.densityWidth');
      expect(width.value).toBeGreaterThan(0);
      if ('width' in options) expect(width.value).toBe(options.width);
      expect(density.every(({ standardError, examples }) => standardError! >= 0 && examples === 20)).toBe(true);
      expect(found.converged).toBe(null);
    },
  );

  it('gives the fine grid and the quadratures as tensors, of which the records are the cells', async () => {
    const found = await measure('hessian-density', { probes: 3, steps: 12 }, network(), { tensors: true });
    const tensor = (name: string): Float64Array<ArrayBuffer> => (found.tensors[name] as HostTensor<'float64'>).data;
    expect(found.products).toBe(36);
    const grid = tensor('hessian.density.grid');
    expect(grid).toHaveLength(1005);
    const fine = tensor('hessian.density.value');
    const recorded = readingsOf(found, 'hessian.density');
    expect(recorded).toHaveLength(201);
    for (const [cell, { coordinate, value }] of recorded.entries()) {
      expect(value).toBeCloseTo(fine.slice(5 * cell, 5 * cell + 5).reduce((a, b) => a + b) / 5, 8);
      expect(coordinate).toBeCloseTo(grid[5 * cell + 2]!, 10);
    }
    const nodes = [1, 2, 3].map((probe) => ({
      nodes: tensor(`hessian.density.nodes.${probe}`),
      weights: tensor(`hessian.density.weights.${probe}`),
    }));
    expect(densityOf(nodes, { gridPoints: 1005 }).density).toEqual(fine);
  });
});

describe('cells of a density', () => {
  it('keep its integral where they do not divide its grid, with the spread of their means over probes', () => {
    const quadratures = [0, 1].map((shift) => ({
      nodes: Float64Array.of(shift, 3, 10),
      weights: Float64Array.of(0.25, 0.5, 0.25),
    }));
    const density = densityOf(quadratures, { gridPoints: 500 });
    const cells = densityCells(quadratures, density, 33);
    expect(cells.density).toHaveLength(Math.ceil(500 / 16));
    expect(cells.density.reduce((sum, value) => sum + value * cells.cell, 0)).toBeCloseTo(1, 6);
    const [one, two] = quadratures.map((quadrature) => densityCells([quadrature, quadrature], density, 33).density) as [
      Float64Array,
      Float64Array,
    ];
    cells.standardError.forEach((error, index) =>
      expect(error).toBeCloseTo(Math.abs(one[index]! - two[index]!) / 2, 12),
    );
  });
});
