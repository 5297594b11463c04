import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  denseOperator,
  diagonal,
  identity,
  integrate,
  lanczosQuadrature,
  probeVector,
  scaled,
} from '../../src/linop/index.ts';
import { expectClose, inner } from '../support/close.ts';
import { forAllAsync } from '../support/property.ts';
import { matrixWithSpectrum, operatorWithSpectrum, randomMatrix } from '../support/spectra.ts';

const start = (size: number, dtype: 'float32' | 'float64' = 'float64') =>
  probeVector({ distribution: 'gaussian', size, dtype, seed: 1, name: 'test', index: 0 });

describe('Lanczos quadrature', () => {
  it('of m nodes is exact for polynomials up to degree 2m − 1', async () => {
    const spectrum = [-2, -1, 0, 0.5, 0.5, 1, 3];
    const polynomial = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 6, maxLength: 6 });
    const quadrature = await lanczosQuadrature(operatorWithSpectrum(spectrum), start(7), 3);
    const v = start(7);
    await forAllAsync(
      polynomial,
      async (coefficients) => {
        const p = (lambda: number): number => coefficients.reduceRight((total, c) => total * lambda + c, 0);
        const direct = inner(v, await denseOperator(matrixWithSpectrum(spectrum.map(p), 1)).apply(v)) / inner(v, v);
        expectClose([integrate(quadrature, p)], [direct], { relative: 1e-11, absolute: 1e-10 });
      },
      30,
    );
  });

  it('is not exact for degree 2m', async () => {
    const spectrum = [-2, -1, 0, 0.5, 1, 3];
    const quadrature = await lanczosQuadrature(operatorWithSpectrum(spectrum), start(6), 2);
    const fourth = denseOperator(
      matrixWithSpectrum(
        spectrum.map((lambda) => lambda ** 4),
        1,
      ),
    );
    const direct = inner(start(6), await fourth.apply(start(6))) / inner(start(6), start(6));
    expect(Math.abs(integrate(quadrature, (lambda) => lambda ** 4) - direct)).toBeGreaterThan(0.01);
  });

  it('has weights of sum 1, and nodes within the spectrum', async () => {
    for (const dtype of ['float32', 'float64'] as const) {
      const spectrum = Array.from({ length: 80 }, (_, index) => Math.sin(index) * index);
      const operator = operatorWithSpectrum(spectrum, { dtype });
      const { nodes, weights } = await lanczosQuadrature(operator, start(80, dtype), 20);
      expect(nodes.length).toBe(20);
      expectClose([weights.reduce((a, b) => a + b)], [1], { relative: 1e-12 });
      expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
      expect(nodes[0]).toBeGreaterThan(Math.min(...spectrum) - 1e-4);
      expect(nodes[19]).toBeLessThan(Math.max(...spectrum) + 1e-4);
    }
  });

  it('has as many nodes as there are eigenvalues, each with its share of the vector', async () => {
    const quadrature = await lanczosQuadrature(
      diagonal(Float64Array.of(3, 1, 3, 1, 1)),
      Float64Array.of(1, 2, 3, 4, 5),
      5,
    );
    expectClose(quadrature.nodes, [1, 3], { relative: 1e-14 });
    expectClose(quadrature.weights, [45 / 55, 10 / 55], { relative: 1e-14 });
  });

  it('has one node for the zero operator, the identity and size 1', async () => {
    const one = await lanczosQuadrature(identity(50, 'float32'), start(50, 'float32'), 30);
    expectClose(one.nodes, [1], { absolute: 1e-6 });
    const zero = await lanczosQuadrature(scaled(0, identity(50, 'float32')), start(50, 'float32'), 30);
    expect({ ...zero }).toEqual({ nodes: Float64Array.of(0), weights: Float64Array.of(1) });
    const number = await lanczosQuadrature(diagonal(Float64Array.of(-7)), Float64Array.of(2), 3);
    expectClose(number.nodes, [-7], { relative: 1e-15 });
  });

  it('refuses a start without direction, and less than one step', async () => {
    const operator = identity(3, 'float64');
    await expect(lanczosQuadrature(operator, new Float64Array(3), 2)).rejects.toThrow(
      'lanczos quadrature: expected a start with a direction, got zeros',
    );
    await expect(lanczosQuadrature(operator, start(3), 0)).rejects.toThrow(
      'steps must be an integer of at least 1, got',
    );
    await expect(lanczosQuadrature(operator, start(4), 1)).rejects.toThrow(
      'I: expected a vector float64[3], got float64[4]',
    );
  });

  it('needs a symmetric operator', async () => {
    await expect(lanczosQuadrature(denseOperator(randomMatrix(3, 1)), start(3), 2)).rejects.toThrow(
      'lanczos quadrature: expected a symmetric operator, got matrix',
    );
  });
});
