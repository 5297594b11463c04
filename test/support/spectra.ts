import { randomStream } from '../../src/base/index.ts';
import { denseOperator, orthonormalBasis, type LinearOperator, type Vector } from '../../src/linop/index.ts';

/** n random orthonormal vectors of n elements in float64. */
export function randomRotation(n: number, seed: number): Vector[] {
  const stream = randomStream(seed, 'rotation');
  return orthonormalBasis(Array.from({ length: n }, () => Float64Array.from({ length: n }, () => stream.normal())));
}

/** `Q diag(λ) Qᵀ` row by row, with a random rotation Q, symmetric to the last bit. */
export function matrixWithSpectrum(spectrum: readonly number[], seed: number): Float64Array<ArrayBuffer> {
  const n = spectrum.length;
  const Q = randomRotation(n, seed);
  const matrix = new Float64Array(n * n);
  for (const [k, lambda] of spectrum.entries())
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j]! += lambda * (Q[k]![i]! * Q[k]![j]!);
  return matrix;
}

/** The dense operator of {@link matrixWithSpectrum}; in float32 its elements are rounded. */
export const operatorWithSpectrum = (
  spectrum: readonly number[],
  { seed = 1, dtype = 'float64' }: { seed?: number; dtype?: 'float32' | 'float64' } = {},
): LinearOperator => {
  const matrix = matrixWithSpectrum(spectrum, seed);
  return denseOperator(dtype === 'float32' ? Float32Array.from(matrix) : matrix);
};

/** A random matrix with independent normal elements, row by row; symmetric where asked for. */
export function randomMatrix(n: number, seed: number, symmetric = false): Float64Array<ArrayBuffer> {
  const stream = randomStream(seed, 'matrix');
  const matrix = Float64Array.from({ length: n * n }, () => stream.normal());
  return symmetric ? matrix.map((value, at) => value + matrix[(at % n) * n + Math.floor(at / n)]!) : matrix;
}

/** An operator that counts its products. */
export function counted(operator: LinearOperator): { operator: LinearOperator; count: () => number } {
  let products = 0;
  return {
    operator: {
      ...operator,
      async apply(v) {
        products++;
        return operator.apply(v);
      },
      async applyMany(vs) {
        products += vs.length;
        return operator.applyMany(vs);
      },
    },
    count: () => products,
  };
}
