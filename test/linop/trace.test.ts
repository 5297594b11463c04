import { describe, expect, it } from 'vitest';
import {
  denseOperator,
  diagonal,
  hutchinsonDiagonal,
  hutchinsonTrace,
  hutchPlusPlusTrace,
  identity,
  scaled,
  traceOfFunction,
  type Estimate,
} from '../../src/linop/index.ts';
import { expectClose } from '../support/close.ts';
import { counted, operatorWithSpectrum, randomMatrix } from '../support/spectra.ts';

const squaredNorm = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((total, value) => total + value ** 2, 0);

/** Fails unless an estimate is within four of its standard errors. */
function expectWithinError({ value, standardError }: Estimate, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(4 * standardError + 1e-12 * Math.abs(expected));
}

const decaying = Array.from({ length: 60 }, (_, index) => 10 / (index + 1) ** 2);
const trace = (spectrum: readonly number[]): number => spectrum.reduce((total, lambda) => total + lambda, 0);

describe("Hutchinson's trace", () => {
  it.each(['rademacher', 'gaussian'] as const)('has the variance of the closed form: %s', async (distribution) => {
    const n = 12;
    const matrix = randomMatrix(n, 4, true);
    const probes = 4000;
    const estimate = await hutchinsonTrace(denseOperator(matrix), {
      seed: 1,
      distribution,
      relativeError: 1e-9,
      maxProducts: probes,
      probesAtOnce: 100,
    });
    const diagonalOf = Array.from({ length: n }, (_, i) => matrix[i * n + i]!);
    const variance = 2 * (squaredNorm(matrix) - (distribution === 'rademacher' ? squaredNorm(diagonalOf) : 0));
    // The variance of 4000 samples is known within 2 % for Rademacher and 4 % for Gaussian vectors.
    expectClose([estimate.standardError ** 2 * probes], [variance], { relative: 0.1 });
    expectWithinError(estimate, trace(diagonalOf));
  });

  it('stops at the requested error and tells its price', async () => {
    const { operator, count } = counted(operatorWithSpectrum(decaying));
    const estimate = await hutchinsonTrace(operator, { seed: 1, relativeError: 0.05 });
    expect(estimate).toMatchObject({ converged: true, products: count(), probes: count(), seed: 1 });
    expect(estimate.standardError).toBeLessThanOrEqual(0.05 * estimate.value);
    expectWithinError(estimate, trace(decaying));
  });

  it('rarely stops where its standard error is far too small', async () => {
    const n = 30;
    const operator = operatorWithSpectrum(Array.from({ length: n }, (_, index) => (index < 3 ? 20 : 1)));
    const seeds = Array.from({ length: 100 }, (_, seed) => seed);
    const estimates = await Promise.all(
      seeds.map((seed) => hutchinsonTrace(operator, { seed, relativeError: 0.03, distribution: 'gaussian' })),
    );
    const errors = estimates.map(({ value, standardError }) => Math.abs(value - 87) / standardError);
    expect(estimates.every(({ converged }) => converged)).toBe(true);
    expect(errors.filter((error) => error > 2).length).toBeLessThanOrEqual(15);
    expect(Math.max(...errors)).toBeLessThan(4);
  });

  it('is exact for a diagonal matrix and Rademacher vectors', async () => {
    const estimate = await hutchinsonTrace(diagonal(Float32Array.of(1, -2, 3.5)), { seed: 1 });
    expect(estimate).toEqual({ value: 2.5, standardError: 0, probes: 30, products: 30, seed: 1, converged: true });
  });

  it('takes operators that are not symmetric', async () => {
    const matrix = randomMatrix(10, 5);
    const exact = trace(Array.from({ length: 10 }, (_, i) => matrix[11 * i]!));
    expectWithinError(await hutchinsonTrace(denseOperator(matrix), { seed: 2, maxProducts: 500 }), exact);
  });

  it('gives the same bits for the same seed, others for another', async () => {
    const operator = operatorWithSpectrum(decaying, { dtype: 'float32' });
    const [a, b, c] = await Promise.all([1, 1, 2].map((seed) => hutchinsonTrace(operator, { seed })));
    expect(b).toEqual(a);
    expect(c!.value).not.toBe(a!.value);
  });
});

describe("Hutchinson's diagonal", () => {
  it('has the diagonal within its standard errors, which follow the closed form', async () => {
    const n = 8;
    const matrix = randomMatrix(n, 6);
    const estimate = await hutchinsonDiagonal(denseOperator(matrix), {
      seed: 1,
      maxProducts: 2000,
      relativeError: 1e-9,
    });
    const rows = Array.from({ length: n }, (_, i) => matrix.slice(i * n, (i + 1) * n));
    const exact = rows.map((row, i) => row[i]!);
    const errors = rows.map((row, i) => Math.sqrt((squaredNorm(row) - row[i]! ** 2) / 2000));
    expectClose(estimate.standardErrors, errors, { relative: 0.1 });
    exact.forEach((value, i) => expect(Math.abs(estimate.values[i]! - value)).toBeLessThan(4 * errors[i]!));
    expect(estimate).toMatchObject({ converged: false, probes: 2000 });
  });
});

describe('Hutch++', () => {
  it('needs far fewer products than Hutchinson where the spectrum decays', async () => {
    const operator = operatorWithSpectrum(decaying);
    const [plain, better] = await Promise.all([
      hutchinsonTrace(operator, { seed: 1, maxProducts: 60, relativeError: 1e-9 }),
      hutchPlusPlusTrace(operator, { seed: 1, maxProducts: 60, relativeError: 1e-9 }),
    ]);
    expect(better).toMatchObject({ products: 60, probes: 20 });
    expect(better.standardError).toBeLessThan(plain.standardError / 20);
    expectWithinError(better, trace(decaying));
  });

  it.each(['rademacher', 'gaussian'] as const)('is unbiased for any square matrix: %s', async (distribution) => {
    const matrix = randomMatrix(12, 7);
    const exact = trace(Array.from({ length: 12 }, (_, i) => matrix[13 * i]!));
    let total = 0;
    let squared = 0;
    for (let seed = 0; seed < 100; seed++) {
      const options = { seed, distribution, sketch: 3, maxProducts: 16 };
      const { value, standardError } = await hutchPlusPlusTrace(denseOperator(matrix), options);
      total += value - exact;
      squared += standardError ** 2;
    }
    expect(Math.abs(total)).toBeLessThan(3 * Math.sqrt(squared));
  });

  it('is exact where the sketch spans everything, or all of the range', async () => {
    const full = await hutchPlusPlusTrace(denseOperator(randomMatrix(6, 8)), { seed: 1, sketch: 6 });
    expect(full).toMatchObject({ standardError: 0, probes: 0, products: 12, converged: true });
    const matrix = randomMatrix(6, 8);
    expectClose([full.value], [trace(Array.from({ length: 6 }, (_, i) => matrix[7 * i]!))], { relative: 1e-12 });

    const lowRank = await hutchPlusPlusTrace(operatorWithSpectrum([5, -3, 0, 0, 0, 0, 0, 0]), { seed: 1, sketch: 4 });
    expect(lowRank).toMatchObject({ probes: 30, converged: true });
    expectClose([lowRank.value], [2], { relative: 1e-12 });
  });

  it('is zero for the zero operator', async () => {
    const zero = scaled(0, identity(20, 'float32'));
    expect(await hutchPlusPlusTrace(zero, { seed: 1, sketch: 3 })).toEqual({
      value: 0,
      standardError: 0,
      probes: 30,
      products: 33,
      seed: 1,
      converged: true,
    });
  });

  it('multiplies in groups without changing a bit, and tells its progress', async () => {
    const operator = operatorWithSpectrum(decaying);
    const progress: number[] = [];
    const options = { seed: 1, sketch: 5, maxProducts: 30, relativeError: 1e-9 };
    const one = await hutchPlusPlusTrace(operator, options);
    const grouped = await hutchPlusPlusTrace(operator, {
      ...options,
      probesAtOnce: 4,
      onProgress: ({ products }) => progress.push(products),
    });
    expect(grouped).toEqual(one);
    expect(progress).toEqual([4, 5, 9, 10, 14, 18, 22, 26, 30]);
  });

  it('refuses a sketch outside the operator or the budget', async () => {
    const start = (options: object) => hutchPlusPlusTrace(identity(20, 'float64'), { seed: 1, ...options });
    await expect(start({ sketch: 21 })).rejects.toThrow('hutch++: sketch must be an integer in [1, 20], got sketch=21');
    await expect(start({ sketch: 5, maxProducts: 11 })).rejects.toThrow('hutch++: sketch must be an integer in [1, 4]');
    await expect(start({ maxProducts: 3 })).rejects.toThrow('hutch++: maxProducts must be an integer of at least 4');
  });
});

describe('the trace of a function', () => {
  it('finds the squared Frobenius norm and the log-determinant', async () => {
    const spectrum = Array.from({ length: 50 }, (_, index) => 1 + index / 10);
    const operator = operatorWithSpectrum(spectrum);
    const squares = await traceOfFunction(operator, (lambda) => lambda ** 2, { seed: 1, steps: 2 });
    expect(squares.converged).toBe(true);
    expectWithinError(squares, trace(spectrum.map((lambda) => lambda ** 2)));
    const logarithm = await traceOfFunction(operator, Math.log, { seed: 1, steps: 12, maxProducts: 2400 });
    expectWithinError(logarithm, trace(spectrum.map(Math.log)));
  });

  it('counts the products that were made: a breakdown saves some', async () => {
    const { operator, count } = counted(operatorWithSpectrum([2, 2, 2, 2, 5, 5]));
    const estimate = await traceOfFunction(operator, (lambda) => lambda, { seed: 1, steps: 6, maxProducts: 60 });
    expect(estimate.products).toBe(count());
    expect(estimate.products).toBe(2 * estimate.probes);
  });

  it('refuses a function that is not finite, steps outside [1, n], and operators that are not symmetric', async () => {
    const operator = operatorWithSpectrum([-1, 1, 2]);
    const start = (f: (lambda: number) => number, steps: number) => traceOfFunction(operator, f, { seed: 1, steps });
    await expect(start(Math.log, 3)).rejects.toThrow(
      /^trace of function: expected a finite f\(-1(\.0+\d*)?\), got NaN$/,
    );
    await expect(start(Math.abs, 4)).rejects.toThrow(
      'trace of function: steps must be an integer in [1, 3], got steps=4',
    );
    await expect(traceOfFunction(denseOperator(randomMatrix(3, 1)), Math.abs, { seed: 1, steps: 2 })).rejects.toThrow(
      'trace of function: expected a symmetric operator, got matrix',
    );
  });
});
