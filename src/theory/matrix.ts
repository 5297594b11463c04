import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { wrongUse } from './check.ts';

/** A small square matrix, row by row. */
export type SquareMatrix = readonly (readonly number[])[];

/** Share of the largest element by which a matrix may differ from its transpose. */
const asymmetry = 1e-9;

/** Throws `USAGE` unless the matrix is square, finite and symmetric up to rounding (10⁻⁹ of its largest element). */
export function requireSymmetric(subject: string, matrix: SquareMatrix): void {
  const size = matrix.length;
  if (size === 0 || matrix.some((row) => row.length !== size))
    throw wrongUse(subject, 'a square matrix', `rows of ${matrix.map((row) => row.length).join(', ')} elements`);
  const largest = Math.max(...matrix.flat().map(Math.abs));
  if (!Number.isFinite(largest)) throw wrongUse(subject, 'finite elements', largest);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < row; column++) {
      const [below, above] = [matrix[row]![column]!, matrix[column]![row]!];
      if (Math.abs(below - above) > asymmetry * largest)
        throw wrongUse(subject, `a symmetric matrix`, `${above} and ${below} at (${column}, ${row})`);
    }
}

/** Eigenvalues λ, ascending, and orthonormal eigenvectors as columns of Q: `A = Q diag(λ) Qᵀ`. */
export interface Eigenbasis {
  readonly values: readonly number[];
  readonly vectors: Matrix;
}

/** The eigenbasis of a symmetric matrix. Throws `USAGE` for another. */
export function eigenbasis(subject: string, matrix: SquareMatrix): Eigenbasis {
  requireSymmetric(subject, matrix);
  const decomposition = new EigenvalueDecomposition(asMatrix(matrix), { assumeSymmetric: true });
  return { values: decomposition.realEigenvalues, vectors: decomposition.eigenvectorMatrix };
}

export const asMatrix = (matrix: SquareMatrix): Matrix => new Matrix(matrix.map((row) => [...row]));

/** The matrix as plain rows, exactly symmetric: the mean of itself and its transpose. */
export const symmetricRows = (matrix: Matrix): number[][] =>
  Matrix.add(matrix, matrix.transpose()).mul(0.5).to2DArray();

/** `‖A‖_F = √Σ a²` */
export const frobeniusNorm = (matrix: SquareMatrix): number => Math.hypot(...matrix.flat());

/** `A − B`. Throws `USAGE` for different sizes. */
export function difference(a: SquareMatrix, b: SquareMatrix): number[][] {
  if (a.length !== b.length) throw wrongUse('matrices', `two of one size`, `${a.length} and ${b.length}`);
  return a.map((row, i) => row.map((value, j) => value - b[i]![j]!));
}

/** `‖A − B‖_F/‖B‖_F`: how far A is from the reference B. */
export const relativeDifference = (a: SquareMatrix, reference: SquareMatrix): number =>
  frobeniusNorm(difference(a, reference)) / frobeniusNorm(reference);
