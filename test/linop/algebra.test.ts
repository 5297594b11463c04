import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  composed,
  denseOperator,
  diagonal,
  identity,
  restricted,
  scaled,
  shifted,
  sum,
  toDense,
  type LinearOperator,
} from '../../src/linop/index.ts';
import { expectClose } from '../support/close.ts';
import { randomMatrix } from '../support/spectra.ts';

const n = 5;
const [a, b] = [randomMatrix(n, 1), randomMatrix(n, 2)];
const [A, B] = [denseOperator(a, { name: 'A' }), denseOperator(b, { name: 'B' })];
const symmetric = denseOperator(randomMatrix(n, 3, true), { name: 'S' });
const matrix = (data: Float64Array): Matrix => Matrix.from1DArray(n, n, data);

/** Compares an operator with a matrix, vector by vector and all vectors at once. */
async function expectMatrix(operator: LinearOperator, expected: Matrix): Promise<void> {
  expectClose(await toDense(operator), expected.to1DArray(), { relative: 1e-14 }, operator.name);
  const unit = new Float64Array(operator.size);
  unit[1] = 1;
  expectClose(await operator.apply(unit), expected.getColumn(1), { relative: 1e-14 }, operator.name);
}

describe('operators', () => {
  it('add, scale, shift and compose as matrices do', async () => {
    await expectMatrix(sum(A, B, A), matrix(a).mul(2).add(matrix(b)));
    await expectMatrix(scaled(-2, A), matrix(a).mul(-2));
    await expectMatrix(shifted(A, 0.5), matrix(a).add(Matrix.eye(n).mul(0.5)));
    await expectMatrix(composed(A, B), matrix(a).mmul(matrix(b)));
    await expectMatrix(
      sum(identity(n, 'float64'), diagonal(Float64Array.of(1, 2, 3, 4, 5))),
      Matrix.diag([2, 3, 4, 5, 6]),
    );
  });

  it('leave their arguments as they are', async () => {
    const v = Float64Array.of(1, 2, 3, 4, 5);
    for (const operator of [sum(A, B), scaled(2, A), shifted(A, 3), composed(A, B), identity(n, 'float64')])
      (await operator.apply(v)).fill(0);
    expect([...v]).toEqual([1, 2, 3, 4, 5]);
  });

  it('are restricted to the block of some indices, in the order of the ranges', async () => {
    const block = matrix(a).selection([3, 4, 1], [3, 4, 1]);
    const ranges = [
      { offset: 3, size: 2 },
      { offset: 1, size: 1 },
    ];
    await expectMatrix(restricted(A, ranges), block);
    expect(restricted(A, ranges).name).toBe('A[3:5, 1:2]');
  });

  it('are symmetric where their parts are', () => {
    expect([A.symmetric, symmetric.symmetric]).toEqual([false, true]);
    expect([sum(symmetric, symmetric).symmetric, sum(symmetric, A).symmetric]).toEqual([true, false]);
    expect([scaled(2, symmetric).symmetric, shifted(symmetric, 1).symmetric]).toEqual([true, true]);
    expect(composed(symmetric, symmetric).symmetric).toBe(false);
    expect(composed(symmetric, symmetric, { symmetric: true }).symmetric).toBe(true);
    expect(restricted(symmetric, [{ offset: 0, size: 2 }]).symmetric).toBe(true);
  });

  it('are named by their formula', () => {
    expect(scaled(2, composed(shifted(A, 1), B)).name).toBe('2·((A + 1·I)·B)');
  });

  it('keep float32', async () => {
    const small = denseOperator(Float32Array.from(a));
    expect(await sum(small, identity(n, 'float32')).apply(new Float32Array(n))).toBeInstanceOf(Float32Array);
    expect(await restricted(small, [{ offset: 0, size: 2 }]).apply(Float32Array.of(1, 0))).toEqual(
      Float32Array.of(a[0]!, a[n]!),
    );
  });

  it('refuse partners and numbers that do not fit', () => {
    expect(() => sum()).toThrow('sum: expected at least one operator, got none');
    expect(() => sum(A, identity(4, 'float64'))).toThrow('sum: expected operators on float64[5], got I on float64[4]');
    expect(() => composed(A, identity(n, 'float32'))).toThrow(
      'composed: expected operators on float64[5], got I on float32',
    );
    expect(() => scaled(NaN, A)).toThrow('scaled: expected a finite number, got NaN');
    expect(() => shifted(A, Infinity)).toThrow('shifted: expected a finite number, got Infinity');
    expect(() => denseOperator(new Float64Array(8))).toThrow(
      'matrix: expected the n² elements of a square matrix, got 8',
    );
  });

  it('refuse ranges that are empty, outside or overlap', () => {
    const range = (offset: number, size: number) => ({ offset, size });
    expect(() => restricted(A, [])).toThrow('restricted: expected at least one range, got none');
    expect(() => restricted(A, [range(5, 1)])).toThrow('restricted: offset must be an integer in [0, 4], got offset=5');
    expect(() => restricted(A, [range(3, 3)])).toThrow('restricted: size must be an integer in [1, 2], got size=3');
    expect(() => restricted(A, [range(2, 2), range(0, 3)])).toThrow('expected disjoint ranges, got index 2 twice');
  });

  it('are written out only up to a size', async () => {
    await expect(toDense(A, { largest: 4 })).rejects.toThrow('toDense: size of A must be an integer in [1, 4]');
    const wide = diagonal(Float64Array.from({ length: 70 }, (_, index) => index));
    expectClose(await toDense(wide), Matrix.diag([...Array(70).keys()]).to1DArray(), {});
  });
});
