import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  denseOperator,
  diagonal,
  identity,
  leadingEigenpairs,
  powerIteration,
  scaled,
  type Eigenpair,
  type LinearOperator,
  type Vector,
} from '../../src/linop/index.ts';
import { expectClose, inner, norm } from '../support/close.ts';
import { forAllAsync } from '../support/property.ts';
import { counted, operatorWithSpectrum, randomMatrix } from '../support/spectra.ts';

const values = (pairs: readonly Eigenpair[]): number[] => pairs.map(({ value }) => value);
const zero = (size: number): LinearOperator => scaled(0, identity(size, 'float32'));

/** `‖Av − λv‖/|λ|` of a pair, measured anew. */
async function residualOf(operator: LinearOperator, { value, vector }: Eigenpair): Promise<number> {
  const product = await operator.apply(vector);
  return norm(product.map((element, index) => element - value * vector[index]!)) / Math.abs(value);
}

/** Fails unless vectors are orthonormal. */
function expectOrthonormal(vectors: readonly Vector[], absolute: number): void {
  const gram = vectors.flatMap((u) => vectors.map((v) => inner(u, v)));
  expectClose(gram, Matrix.eye(vectors.length).to1DArray(), { absolute });
}

const bulk = Array.from({ length: 90 }, (_, index) => Math.sin(index));
const outliers = [12, -9, 7, 5, -3];

describe('leading eigenpairs', () => {
  it('are those of largest magnitude, with their signs', async () => {
    const { operator, count } = counted(operatorWithSpectrum([...bulk, ...outliers]));
    const found = await leadingEigenpairs(operator, { k: 5, seed: 1, tolerance: 1e-6 });
    expectClose(values(found.pairs), outliers, { relative: 1e-10 });
    expect(found).toMatchObject({ converged: true, mostNegative: null, seed: 1, products: count() });
    expectOrthonormal(
      found.pairs.map(({ vector }) => vector),
      1e-10,
    );
    for (const pair of found.pairs) {
      expect(pair.residual).toBeLessThan(1e-6);
      expectClose([pair.residual], [await residualOf(operator, pair)], { relative: 1e-6 });
    }
  });

  it('are the largest, or the smallest, where that is asked for', async () => {
    const operator = operatorWithSpectrum([...bulk, ...outliers]);
    const largest = await leadingEigenpairs(operator, { k: 3, seed: 1, which: 'largest' });
    expectClose(values(largest.pairs), [12, 7, 5], { relative: 1e-5 });
    const smallest = await leadingEigenpairs(operator, { k: 2, seed: 1, which: 'smallest' });
    expectClose(values(smallest.pairs), [-9, -3], { relative: 1e-5 });
  });

  it('come with the most negative one from the same products', async () => {
    const spectrum = [...bulk.map(Math.abs), 10, 8, 6, -1.5];
    const found = await leadingEigenpairs(operatorWithSpectrum(spectrum), { k: 2, seed: 1, mostNegative: true });
    expectClose(values(found.pairs), [10, 8], { relative: 1e-5 });
    expectClose([found.mostNegative!.value], [-1.5], { relative: 1e-5 });
    const among = await leadingEigenpairs(operatorWithSpectrum([-5, 4, 1]), { k: 2, seed: 1, mostNegative: true });
    expect(among.mostNegative).toBe(among.pairs[0]);
    expect(among.pairs.length).toBe(2);
  });

  it('agree with the dense decomposition of random matrices', async () => {
    const size = fc.integer({ min: 1, max: 24 });
    await forAllAsync(
      fc.tuple(size, fc.nat({ max: 100 }), fc.double({ min: 0, max: 1, noNaN: true })),
      async ([n, seed, share]) => {
        const matrix = randomMatrix(n, seed, true);
        const k = 1 + Math.floor(share * (n - 1));
        const exact = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix)).realEigenvalues;
        const leading = [...exact].sort((a, b) => Math.abs(b) - Math.abs(a)).slice(0, k);
        const found = await leadingEigenpairs(denseOperator(matrix), { k, seed, tolerance: 1e-8, mostNegative: true });
        expect(found.converged).toBe(true);
        expectClose(values(found.pairs), leading, { relative: 1e-11 });
        expectClose([found.mostNegative!.value], [Math.min(...exact)], { relative: 1e-11 });
      },
      40,
    );
  });

  it('are found in float32, with a residual that float32 allows', async () => {
    const operator = operatorWithSpectrum([...bulk, ...outliers], { dtype: 'float32' });
    const found = await leadingEigenpairs(operator, { k: 5, seed: 1, tolerance: 1e-4 });
    expect(found.converged).toBe(true);
    expect(found.pairs[0]!.vector).toBeInstanceOf(Float32Array);
    expectClose(values(found.pairs), outliers, { relative: 1e-5 });
  });

  it('are found in a small basis, by restarts', async () => {
    const spectrum = Array.from({ length: 200 }, (_, index) => 1.02 ** -index * (index % 3 === 0 ? -1 : 1));
    const { operator, count } = counted(operatorWithSpectrum(spectrum));
    const options = { k: 4, seed: 1, tolerance: 1e-5, mostNegative: true };
    const small = await leadingEigenpairs(operator, { ...options, basisLimit: 12, maxProducts: 1000 });
    expect(small).toMatchObject({ converged: true, products: count() });
    expectClose(values(small.pairs), spectrum.slice(0, 4), { relative: 1e-9 });
    const large = await leadingEigenpairs(operator, { ...options, basisLimit: 120 });
    expectClose(values(large.pairs), spectrum.slice(0, 4), { relative: 1e-9 });
    expect(large.products).toBeLessThan(small.products);
    expect(small.products).toBeGreaterThan(12);
  });

  it('that did not converge within the budget are returned as such', async () => {
    const spectrum = [10, ...Array.from({ length: 200 }, (_, index) => 1 - index / 200)];
    const operator = operatorWithSpectrum(spectrum);
    const found = await leadingEigenpairs(operator, { k: 3, seed: 1, tolerance: 1e-6, maxProducts: 15 });
    expect(found).toMatchObject({ converged: false, products: 15, exhaustive: false });
    expect(found.pairs.map(({ converged }) => converged)).toEqual([true, false, false]);
    expect(found.pairs[1]!.residual).toBeGreaterThan(1e-6);
    expectClose([found.pairs[1]!.residual], [await residualOf(operator, found.pairs[1]!)], { relative: 1e-9 });
  });

  it('give the same bits for the same seed, and tell their progress', async () => {
    const operator = operatorWithSpectrum([...bulk, ...outliers], { dtype: 'float32' });
    const progress: number[] = [];
    const onProgress = ({ products }: { products: number }): void => void progress.push(products);
    const first = await leadingEigenpairs(operator, { k: 3, seed: 5, onProgress });
    expect(await leadingEigenpairs(operator, { k: 3, seed: 5 })).toEqual(first);
    expect(progress).toEqual(Array.from({ length: first.products }, (_, index) => index + 1));
  });

  it('refuse what makes no sense', async () => {
    const start = (options: object) => leadingEigenpairs(identity(32, 'float32'), { k: 2, seed: 1, ...options });
    await expect(start({ k: 40 })).rejects.toThrow('lanczos: k must be an integer in [1, n], got k=40 for n=32');
    await expect(start({ k: 0 })).rejects.toMatchObject({ code: 'OPERATOR_INPUT' });
    await expect(start({ basisLimit: 3 })).rejects.toThrow('lanczos: basisLimit must be an integer of at least 4, got');
    await expect(start({ maxProducts: 3 })).rejects.toThrow('lanczos: maxProducts must be an integer of at least 4');
    await expect(start({ tolerance: 0 })).rejects.toThrow('lanczos: tolerance must be positive, got tolerance=0');
    const asymmetric = leadingEigenpairs(denseOperator(randomMatrix(3, 1)), { k: 1, seed: 1 });
    await expect(asymmetric).rejects.toThrow('lanczos: expected a symmetric operator, got matrix');
  });
});

describe('leading eigenpairs where Lanczos breaks down', () => {
  it('are zero for the zero operator', async () => {
    const found = await leadingEigenpairs(zero(20), { k: 3, seed: 1 });
    expect(found).toMatchObject({ converged: true, exhaustive: true });
    expect(values(found.pairs)).toEqual([0, 0, 0]);
    expect(found.pairs.map(({ residual }) => residual)).toEqual([0, 0, 0]);
    expectOrthonormal(
      found.pairs.map(({ vector }) => vector),
      1e-6,
    );
  });

  it.each(['float32', 'float64'] as const)('are one value and zeros for rank one: %s', async (dtype) => {
    const spectrum = [-4, ...new Array<number>(29).fill(0)];
    const found = await leadingEigenpairs(operatorWithSpectrum(spectrum, { dtype }), { k: 3, seed: 1 });
    expect(found.converged).toBe(true);
    expectClose(values(found.pairs), [-4, 0, 0], { absolute: 1e-6 });
  });

  it('are all eigenpairs for k = n, also of a singular matrix and of size 1', async () => {
    const spectrum = [3, 3, -2, 1, 0, 0];
    const found = await leadingEigenpairs(operatorWithSpectrum(spectrum), { k: 6, seed: 1, tolerance: 1e-9 });
    expect(found).toMatchObject({ converged: true, exhaustive: true });
    expectClose(values(found.pairs), spectrum, { absolute: 1e-12 });
    const number = await leadingEigenpairs(diagonal(Float64Array.of(-7)), { k: 1, seed: 1, mostNegative: true });
    expect(values(number.pairs)).toEqual([-7]);
    expect(number).toMatchObject({ converged: true, products: 2 });
  });

  it('have every copy of a multiple eigenvalue', async () => {
    const few = [...new Array<number>(3).fill(5), ...new Array<number>(4).fill(-5), ...new Array<number>(30).fill(1)];
    const found = await leadingEigenpairs(operatorWithSpectrum(few), { k: 8, seed: 1 });
    expect(found).toMatchObject({ converged: true, exhaustive: true });
    expectClose(
      values(found.pairs).sort((a, b) => a - b),
      [-5, -5, -5, -5, 1, 5, 5, 5],
      { relative: 1e-9 },
    );
    expect((await leadingEigenpairs(identity(500, 'float64'), { k: 3, seed: 1 })).products).toBeLessThan(10);
  });

  it('have copies within a full spectrum where they are asked for, and say where they may be missing', async () => {
    const inner = Array.from({ length: 150 }, (_, index) => 2 * Math.sin(index));
    const operator = operatorWithSpectrum([9, 9, 9, 7, 5, ...inner]);
    const quick = await leadingEigenpairs(operator, { k: 3, seed: 1 });
    expect(quick).toMatchObject({ converged: true, exhaustive: false });
    expectClose(values(quick.pairs), [9, 7, 5], { relative: 1e-5 });
    const sought = await leadingEigenpairs(operator, { k: 3, seed: 1, multiplicities: true });
    expect(sought).toMatchObject({ converged: true, exhaustive: true });
    expectClose(values(sought.pairs), [9, 9, 9], { relative: 1e-5 });
    expect(sought.products).toBeLessThan(150);
  });

  it.each([40, 10])('have copies that show late, close to a dense spectrum, in a basis of %i', async (basisLimit) => {
    const dense = Array.from({ length: 150 }, (_, index) => 4.5 * Math.sin(index));
    const operator = operatorWithSpectrum([5, 5, 4.8, ...dense]);
    const options = { k: 2, seed: 1, which: 'largest', multiplicities: true, maxProducts: 400 } as const;
    const sought = await leadingEigenpairs(operator, { ...options, basisLimit });
    expect(sought).toMatchObject({ converged: true, exhaustive: true });
    expectClose(values(sought.pairs), [5, 5], { relative: 1e-5 });
  });

  it('are not changed by a search for copies where there are none', async () => {
    const operator = operatorWithSpectrum([...bulk, ...outliers]);
    const found = await leadingEigenpairs(operator, { k: 3, seed: 1, multiplicities: true });
    expect(found).toMatchObject({ converged: true, exhaustive: true });
    expectClose(values(found.pairs), [12, -9, 7], { relative: 1e-5 });
  });

  it('are told apart in a cluster', async () => {
    const spectrum = [10, 9.999, 9.998, ...bulk];
    const found = await leadingEigenpairs(operatorWithSpectrum(spectrum), { k: 3, seed: 1, tolerance: 1e-8 });
    expect(found.converged).toBe(true);
    expectClose(values(found.pairs), [10, 9.999, 9.998], { relative: 1e-12 });
  });
});

describe('power iteration', () => {
  it('finds the eigenvalue of largest magnitude with its sign, and the value of the vector it returns', async () => {
    const { operator, count } = counted(operatorWithSpectrum([-8, 5, 3, ...bulk]));
    const pair = await powerIteration(operator, { seed: 1, tolerance: 1e-5 });
    expect(pair).toMatchObject({ converged: true, products: count(), seed: 1 });
    expectClose([pair.value], [-8], { relative: 1e-9 });
    const product = await operator.apply(pair.vector);
    expectClose([pair.value], [inner(pair.vector, product) / inner(pair.vector, pair.vector)], { relative: 1e-14 });
    expectClose([pair.residual], [await residualOf(operator, pair)], { relative: 1e-6 });
    const lanczos = await leadingEigenpairs(operator, { k: 1, seed: 1, tolerance: 1e-5 });
    expectClose([lanczos.pairs[0]!.value], [pair.value], { relative: 1e-9 });
  });

  it('does not converge between two eigenvalues of opposite sign, and says so', async () => {
    const pair = await powerIteration(operatorWithSpectrum([4, -4, 1]), { seed: 1, maxProducts: 100 });
    expect(pair).toMatchObject({ converged: false, products: 100 });
    expect(pair.residual).toBeGreaterThan(0.1);
  });

  it('finds 0 for the zero operator and works for size 1', async () => {
    expect(await powerIteration(zero(5), { seed: 1 })).toMatchObject({
      value: 0,
      residual: 0,
      converged: true,
      products: 1,
    });
    expect(await powerIteration(diagonal(Float64Array.of(-3)), { seed: 1 })).toMatchObject({
      value: -3,
      converged: true,
    });
  });

  it('finds tiny eigenvalues as precisely as large ones', async () => {
    const pair = await powerIteration(operatorWithSpectrum([-8e-12, 5e-12, 3e-12]), { seed: 1, tolerance: 1e-5 });
    expectClose([pair.value], [-8e-12], { relative: 1e-9 });
  });

  it('refuses operators that are not symmetric, and options without meaning', async () => {
    const asymmetric = powerIteration(denseOperator(randomMatrix(3, 1)), { seed: 1 });
    await expect(asymmetric).rejects.toThrow('power iteration: expected a symmetric operator, got matrix');
    const start = (options: object) => powerIteration(identity(3, 'float32'), { seed: 1, ...options });
    await expect(start({ tolerance: -1 })).rejects.toThrow('power iteration: tolerance must be positive, got');
    await expect(start({ maxProducts: 0 })).rejects.toThrow(
      'power iteration: maxProducts must be an integer of at least 1',
    );
  });
});

it('holds a most negative pair close to 0 to the size of the operator', async () => {
  const spectrum = [50, 20, 10, ...Array.from({ length: 60 }, (_, index) => 1e-4 * (index - 2))];
  const operator = operatorWithSpectrum(spectrum);
  const found = await leadingEigenpairs(operator, { k: 2, seed: 1, mostNegative: true, tolerance: 1e-3 });
  expect(found.converged).toBe(true);
  expect(found.mostNegative!.value).toBeGreaterThanOrEqual(-2e-4 - 1e-9);
  expect(found.mostNegative!.value).toBeLessThan(0.05);
  expect(found.products).toBeLessThan(60);
});
