import { checkInteger, inputError } from './check.ts';
import { createOperator, type LinearOperator } from './operator.ts';
import { typeOf, zeros, type FloatType, type Vector } from './vectors.ts';

/**
 * The operator of a matrix that is given row by row: n² elements. Its type is the matrix's; each element of a product is
 * accumulated in float64. It is symmetric if the matrix is so to the last bit.
 */
export function denseOperator(matrix: Vector, { name = 'matrix' }: { readonly name?: string } = {}): LinearOperator {
  const size = Math.round(Math.sqrt(matrix.length));
  if (size * size !== matrix.length)
    throw inputError(name, 'expected the n² elements of a square matrix', `${matrix.length} elements`);
  const dtype = typeOf(matrix);
  return createOperator({
    name,
    size,
    dtype,
    symmetric: isSymmetric(matrix, size),
    async product(v) {
      const result = zeros(dtype, size);
      for (let row = 0; row < size; row++) {
        let total = 0;
        for (let column = 0; column < size; column++) total += matrix[row * size + column]! * v[column]!;
        result[row] = total;
      }
      return result;
    },
  });
}

function isSymmetric(matrix: Vector, size: number): boolean {
  for (let row = 0; row < size; row++)
    for (let column = 0; column < row; column++)
      if (matrix[row * size + column] !== matrix[column * size + row]) return false;
  return true;
}

/** `diag(d)`: multiplies by d element by element. */
export function diagonal(d: Vector, { name = 'diagonal' }: { readonly name?: string } = {}): LinearOperator {
  return createOperator({
    name,
    size: d.length,
    dtype: typeOf(d),
    symmetric: true,
    async product(v) {
      const result = v.slice();
      for (let index = 0; index < d.length; index++) result[index]! *= d[index]!;
      return result;
    },
  });
}

/** The identity `I` of n elements. */
export const identity = (size: number, dtype: FloatType): LinearOperator =>
  createOperator({ name: 'I', size, dtype, symmetric: true, product: async (v) => v.slice() });

/** Unit vectors that {@link toDense} multiplies at once. */
const columnsAtOnce = 32;

/**
 * The whole matrix, row by row in float64: n products and 8n² bytes. For tests and small problems.
 *
 * @param largest n above which it refuses; default 4096 (128 MiB)
 */
export async function toDense(
  operator: LinearOperator,
  { largest = 4096 }: { readonly largest?: number } = {},
): Promise<Float64Array<ArrayBuffer>> {
  const { name, size, dtype } = operator;
  checkInteger('toDense', `size of ${name}`, size, [1, largest]);
  const matrix = new Float64Array(size * size);
  for (let first = 0; first < size; first += columnsAtOnce) {
    const units = Array.from({ length: Math.min(columnsAtOnce, size - first) }, (_, index) => {
      const unit = zeros(dtype, size);
      unit[first + index] = 1;
      return unit;
    });
    for (const [index, column] of (await operator.applyMany(units)).entries())
      for (let row = 0; row < size; row++) matrix[row * size + first + index] = column[row]!;
  }
  return matrix;
}
