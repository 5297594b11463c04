import { describe, expect, it } from 'vitest';
import { createOperator, denseOperator, verifyOperator, type Vector } from '../../src/linop/index.ts';
import { randomMatrix } from '../support/spectra.ts';

const doubling = (product = async (v: Vector): Promise<Vector> => v.map((value) => 2 * value)) =>
  createOperator({ name: 'doubling', size: 3, dtype: 'float32', symmetric: true, product });

describe('an operator', () => {
  it('multiplies one vector, and many in their order', async () => {
    expect(await doubling().apply(Float32Array.of(1, 2, 3))).toEqual(Float32Array.of(2, 4, 6));
    const many = await doubling().applyMany([Float32Array.of(1, 0, 0), Float32Array.of(0, 1, 0)]);
    expect(many).toEqual([Float32Array.of(2, 0, 0), Float32Array.of(0, 2, 0)]);
  });

  it('refuses vectors of another size or type, and what is not finite', async () => {
    await expect(doubling().apply(new Float32Array(2))).rejects.toThrow(
      'doubling: expected a vector float32[3], got float32[2]',
    );
    await expect(doubling().applyMany([new Float32Array(3), new Float64Array(3)])).rejects.toThrow(
      'doubling: expected a vector float32[3], got float64[3]',
    );
    await expect(doubling().apply(Float32Array.of(0, NaN, 0))).rejects.toMatchObject({
      code: 'OPERATOR_INPUT',
      message: 'doubling: expected finite elements, got NaN at element 1',
    });
  });

  it('refuses products of another size or type, and what is not finite', async () => {
    const v = Float32Array.of(1, 2, 3);
    await expect(doubling(async () => new Float64Array(3)).apply(v)).rejects.toMatchObject({
      code: 'OPERATOR_PRODUCT',
      message: 'doubling: expected a vector float32[3], got float64[3]',
    });
    await expect(doubling(async () => Float32Array.of(0, 0, Infinity)).applyMany([v])).rejects.toThrow(
      'doubling: expected finite elements, got Infinity at element 2',
    );
    const forgetful = createOperator({
      name: 'forgetful',
      size: 3,
      dtype: 'float32',
      symmetric: true,
      product: async (u) => u.slice(),
      products: async () => [],
    });
    await expect(forgetful.applyMany([v])).rejects.toThrow('forgetful: expected 1 products, got 0');
  });

  it('has a size of at least 1', () => {
    const sized = (size: number) => () =>
      createOperator({ name: 'none', size, dtype: 'float32', symmetric: true, product: async (v) => v });
    expect(sized(0)).toThrow('none: size must be an integer of at least 1, got size=0');
    expect(sized(1.5)).toThrow('got size=1.5');
  });
});

describe('verification', () => {
  it('accepts what keeps its promises', async () => {
    await verifyOperator(denseOperator(randomMatrix(30, 1, true)), { seed: 1 });
    await verifyOperator(denseOperator(Float32Array.from(randomMatrix(30, 1, true))), { seed: 1 });
    await verifyOperator(denseOperator(randomMatrix(30, 1)), { seed: 1 });
  });

  it('finds a small asymmetry', async () => {
    const matrix = randomMatrix(30, 1, true);
    matrix[7]! += 1e-4;
    const asymmetric = denseOperator(matrix);
    const wrong = createOperator({
      name: 'wrong',
      size: 30,
      dtype: 'float64',
      symmetric: true,
      product: async (v) => asymmetric.apply(v),
    });
    await expect(verifyOperator(wrong, { seed: 1 })).rejects.toThrow(
      'wrong: expected a symmetric operator, got ⟨u, Av⟩',
    );
    await verifyOperator(wrong, { seed: 1, tolerance: 1e-3 });
  });

  it('finds a product that changes from call to call', async () => {
    let calls = 0;
    const moody = doubling(async (v) => v.map((value, index) => value + (index === 2 ? calls++ : 0)));
    await expect(verifyOperator(moody, { seed: 1 })).rejects.toThrow(
      'doubling: expected the same product twice, got another value at element 2',
    );
  });
});
