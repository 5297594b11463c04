import { finiteNumbers, wrongUse, type Sample } from './sample.ts';

/** Mean and covariance of a sample of vectors, and how well they are known. */
export interface CovarianceEstimate {
  readonly mean: readonly number[];
  /** Standard error of each element of the mean. */
  readonly meanError: readonly number[];
  /** Row by row, with the divisor n − 1. */
  readonly covariance: number[][];
  /**
   * Root of the expected `‖Ĉ − C‖_F²`, whatever the law: `√(Σ_jk Var(y_j y_k)/n)` with y the centred coordinates. Divided by ‖C‖_F it is
   * the relative Frobenius error that sampling alone makes.
   */
  readonly frobeniusError: number;
  /** n */
  readonly count: number;
}

/**
 * Mean and covariance of n independent vectors, given coordinate by coordinate. Throws `NO_DATA` for fewer than two vectors, `USAGE`
 * for a number that is not finite, no coordinate or coordinates of different lengths.
 */
export function covarianceEstimate(coordinates: readonly Sample[]): CovarianceEstimate {
  const subject = 'covariance';
  const columns = coordinates.map((column) => finiteNumbers(subject, column, 2));
  const count = columns[0]?.length ?? 0;
  if (columns.length === 0 || columns.some((column) => column.length !== count))
    throw wrongUse(
      subject,
      `coordinates of one length, got ${columns.map(({ length }) => length).join(', ') || 'none'}`,
    );
  const mean = columns.map((column) => column.reduce((total, value) => total + value, 0) / count);
  const centred = columns.map((column, j) => Float64Array.from(column, (value) => value - mean[j]!));
  const products = centred.map((a) => centred.map((b) => productMoments(a, b)));
  const covariance = products.map((row) => row.map(({ sum }) => sum / (count - 1)));
  const spread = products.flat().reduce((total, { sum, squares }) => total + squares / count - (sum / count) ** 2, 0);
  return {
    mean,
    meanError: covariance.map((row, j) => Math.sqrt(row[j]! / count)),
    covariance,
    frobeniusError: Math.sqrt(Math.max(0, spread) / count),
    count,
  };
}

function productMoments(a: Float64Array, b: Float64Array): { sum: number; squares: number } {
  let [sum, squares] = [0, 0];
  for (let index = 0; index < a.length; index++) {
    const product = a[index]! * b[index]!;
    sum += product;
    squares += product * product;
  }
  return { sum, squares };
}
