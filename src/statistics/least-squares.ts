import { Matrix, QrDecomposition } from 'ml-matrix';
import { linearRegression } from 'simple-statistics';
import { ThalwegError } from '../base/index.ts';
import { arithmeticMean } from './mean.ts';
import { finiteNumbers, finitePairs, isConstant, wrongUse, type Sample } from './sample.ts';

/** `y ≈ slope·x + intercept` */
export interface Line {
  readonly slope: number;
  readonly intercept: number;
}

/**
 * The line that minimises the summed squares of the vertical distances. Throws `NO_DATA` for fewer than two pairs, `USAGE` for a
 * number that is not finite, different lengths, or pairs that all have the same x.
 */
export function leastSquaresLine(x: Sample, y: Sample): Line {
  const [a, b] = finitePairs('least squares', x, y, 2);
  if (isConstant(a)) throw wrongUse('least squares', `two different x, got only ${a[0]!}`);
  const { m, b: intercept } = linearRegression(a.map((value, index) => [value, b[index]!]));
  return { slope: m, intercept };
}

/**
 * Coefficients `b` of the fit `y ≈ a + Σ_j b_j x_j` with the least sum of squares, by QR of the centred columns `x_j`. Throws
 * `NO_DATA` for observations that do not determine them: fewer than coefficients and intercept, or columns that are constant or
 * nearly dependent; `USAGE` for a number that is not finite or different lengths.
 *
 * @param explaining the columns x_j, one number for each observation
 */
export function leastSquaresSlopes(explaining: readonly Sample[], y: Sample): number[] {
  const columns = explaining.map((x) => finitePairs('least squares', x, y, explaining.length + 1)[0]);
  const centredColumns = columns.map(centred);
  const qr = new QrDecomposition(new Matrix(centredColumns).transpose());
  const triangle = qr.upperTriangularMatrix;
  const undetermined = columns.findIndex(
    (column, j) => isConstant(column) || Math.abs(triangle.get(j, j)) <= dependent * Math.hypot(...centredColumns[j]!),
  );
  if (undetermined < 0) return qr.solve(Matrix.columnVector(centred(finiteNumbers('least squares', y, 1)))).to1DArray();
  throw new ThalwegError(
    'NO_DATA',
    `least squares: expected columns that differ and do not depend on one another, got x${undetermined + 1} that the others explain`,
  );
}

/** Part of a column's length that no other column explains, at or below which it is taken to depend on them. */
const dependent = 3e-5;

function centred(values: readonly number[]): number[] {
  const mean = arithmeticMean(values);
  return values.map((value) => value - mean);
}
