import type { Tensor } from '../graph/index.ts';
import { add, concat, div, greater, maximum, mul, slice, sqrt, sub, where } from '../ops/index.ts';

/**
 * `L·W` with the lower Cholesky factor L of a covariance matrix at each point, `LLᵀ = A`. A pivot that is not positive (a covariance
 * of lower rank) leaves its column zero.
 *
 * @param lower A's entries (j, k), k ≤ j, at `[j][k]`, each [1, n]
 * @param noise W [d, n]
 * @returns [d, n]
 */
export function noiseProduct(lower: readonly (readonly Tensor[])[], noise: Tensor): Tensor {
  const factor = choleskyFactor(lower);
  const rows = factor.map((row) =>
    row
      .map((entry, column) => mul(entry, slice(noise, 0, column, column + 1)))
      .reduce((total, term) => add(total, term)),
  );
  return concat(rows, 0);
}

/** `l_jk = (a_jk − Σ_{i<k} l_ji l_ki)/l_kk`, `l_jj = √(a_jj − Σ_{i<j} l_ji²)`, row by row. */
function choleskyFactor(lower: readonly (readonly Tensor[])[]): Tensor[][] {
  const factor: Tensor[][] = [];
  for (const [j, row] of lower.entries()) {
    const own: Tensor[] = [];
    for (const [k, entry] of row.entries()) {
      const other = k === j ? own : factor[k]!;
      const rest = own.slice(0, k).reduce((total, value, i) => sub(total, mul(value, other[i]!)), entry);
      own.push(k === j ? sqrt(maximum(rest, 0)) : quotient(rest, factor[k]![k]!));
    }
    factor.push(own);
  }
  return factor;
}

/** `a/b`, and 0 where b is 0. */
function quotient(a: Tensor, b: Tensor): Tensor {
  const positive = greater(b, 0);
  return where(positive, div(a, where(positive, b, 1)), 0);
}
