import { describe, expect, it } from 'vitest';
import {
  denseOperator,
  densityOf,
  diagonal,
  identity,
  scaled,
  spectralDensity,
  type Density,
} from '../../src/linop/index.ts';
import { expectClose } from '../support/close.ts';
import { counted, operatorWithSpectrum, randomMatrix } from '../support/spectra.ts';

/** `(1/n) Σᵢ N(t; λᵢ, σ²)` on the grid of a density. */
const exactDensity = (spectrum: readonly number[], { grid, width }: Density): Float64Array =>
  grid.map(
    (t) =>
      spectrum.reduce((total, lambda) => total + Math.exp(-0.5 * ((t - lambda) / width) ** 2), 0) /
      (spectrum.length * width * Math.sqrt(2 * Math.PI)),
  );

/** Half the integral of |p − q|. */
const totalVariation = (p: Float64Array, q: Float64Array, spacing: number): number =>
  p.reduce((total, value, index) => total + (Math.abs(value - q[index]!) * spacing) / 2, 0);

const integral = ({ density, spacing }: Density): number =>
  density.reduce((total, value) => total + value * spacing, 0);

/** A bulk near zero and outliers, as Hessians of networks have. */
const spectrum = Array.from({ length: 600 }, (_, index) =>
  index < 10 ? 3 + index : index % 2 === 0 ? Math.sin(index) ** 2 / 2 : -0.3 * Math.cos(index) ** 2,
);

describe('the spectral density', () => {
  it('of a quadratic is the true one within 1 % total variation', async () => {
    // Rademacher vectors see each eigenvalue of a diagonal matrix with the same weight: what is left is the quadrature's.
    const estimate = await spectralDensity(diagonal(Float64Array.from(spectrum)), { seed: 1, probes: 2, steps: 100 });
    const exact = exactDensity(spectrum, estimate);
    expect(totalVariation(estimate.density, exact, estimate.spacing)).toBeLessThan(0.01);
    const coarse = await spectralDensity(diagonal(Float64Array.from(spectrum)), { seed: 1, probes: 2, steps: 8 });
    expect(totalVariation(coarse.density, exactDensity(spectrum, coarse), coarse.spacing)).toBeGreaterThan(0.02);
  });

  it('has a band that says how far it is off', async () => {
    const small = Array.from({ length: 80 }, (_, index) => Math.sin(index) * 2 + (index === 0 ? 5 : 0));
    const options = { seed: 1, probes: 40, steps: 60, width: 0.2 };
    const estimate = await spectralDensity(operatorWithSpectrum(small), options);
    const exact = exactDensity(small, estimate);
    // Squared errors over squared standard errors: 1 on average.
    let [errors, squares] = [0, 0];
    estimate.density.forEach((value, index) => (errors += (value - exact[index]!) ** 2));
    estimate.standardError.forEach((value) => (squares += value ** 2));
    expect(errors / squares).toBeGreaterThan(0.2);
    expect(errors / squares).toBeLessThan(3);
  });

  it('has the integral 1 within 1e-6 for every range, width and grid that it accepts', async () => {
    for (const factor of [1e-6, 1, 1e6]) {
      const operator = diagonal(Float64Array.from(spectrum, (lambda) => factor * lambda));
      const { quadratures } = await spectralDensity(operator, { seed: 1, probes: 2, steps: 30 });
      for (const options of [
        {},
        { gridPoints: 12 },
        { gridPoints: 60 },
        { width: factor / 1000 },
        { width: 50 * factor },
      ])
        expect(Math.abs(integral(densityOf(quadratures, options)) - 1)).toBeLessThan(1e-6);
    }
  });

  it('states its width and spacing, and counts its products', async () => {
    const { operator, count } = counted(operatorWithSpectrum([0, 1, 2, 4]));
    const progress: number[] = [];
    const estimate = await spectralDensity(operator, {
      seed: 3,
      probes: 2,
      steps: 4,
      onProgress: ({ products, of }) => progress.push(products / of),
    });
    expect(estimate).toMatchObject({ steps: 4, products: 8, seed: 3 });
    expect(count()).toBe(8);
    expect(progress.at(-1)).toBe(1);
    expectClose([estimate.width], [0.04], { relative: 1e-9 });
    expectClose([estimate.grid[0]!, estimate.grid.at(-1)!], [-0.2, 4.2], { relative: 1e-9 });
    expectClose([estimate.spacing], [4.4 / 1023], { relative: 1e-9 });
    expect(estimate.quadratures.map(({ nodes }) => nodes.length)).toEqual([4, 4]);
  });

  it('of one eigenvalue is a kernel there', async () => {
    const ones = await spectralDensity(identity(40, 'float32'), { seed: 1, probes: 3, steps: 10 });
    expect(ones.products).toBe(3);
    expectClose([ones.width, integral(ones)], [0.01, 1], { relative: 1e-3 });
    // In float32 the nodes differ by rounding, which is no range.
    const tenths = scaled(0.1, identity(40, 'float32'));
    const rounded = await spectralDensity(tenths, { seed: 1, probes: 9, distribution: 'gaussian' as const, steps: 10 });
    expectClose([rounded.width, integral(rounded)], [0.001, 1], { relative: 1e-3 });
    const zero = await spectralDensity(scaled(0, identity(40, 'float32')), { seed: 1, probes: 3, steps: 10 });
    expectClose([zero.width, integral(zero)], [0.01, 1], { relative: 1e-3 });
    expect(Math.max(...zero.standardError)).toBe(0);
  });

  it('gives the same bits for the same seed', async () => {
    const options = { seed: 1, probes: 3, steps: 8 };
    const operator = operatorWithSpectrum(spectrum.slice(0, 40), { dtype: 'float32' });
    expect(await spectralDensity(operator, options)).toEqual(await spectralDensity(operator, options));
  });

  it('refuses a grid that cannot resolve the kernel, before or after the products', async () => {
    const { operator, count } = counted(operatorWithSpectrum([0, 10, 5]));
    const start = (options: object) => spectralDensity(operator, { seed: 1, ...options });
    await expect(start({ gridPoints: 11 })).rejects.toThrow('gridPoints must be an integer in [12, 1000000], got');
    await expect(start({ width: 0 })).rejects.toThrow('spectral density: width must be positive, got width=0');
    await expect(start({ steps: 4 })).rejects.toThrow(
      'spectral density: steps must be an integer in [1, 3], got steps=4',
    );
    await expect(start({ probes: 1 })).rejects.toThrow('spectral density: probes must be an integer of at least 2');
    expect(count()).toBe(0);
    await expect(start({ width: 0.1, gridPoints: 100 })).rejects.toThrow(
      /^spectral density: width 0.1 needs gridPoints of at least 11[12] .* got gridPoints=100$/,
    );
    await expect(start({ width: 1e-7 })).rejects.toMatchObject({ code: 'OPERATOR_INPUT' });
    const asymmetric = spectralDensity(denseOperator(randomMatrix(3, 1)), { seed: 1 });
    await expect(asymmetric).rejects.toThrow('spectral density: expected a symmetric operator, got matrix');
  });
});
