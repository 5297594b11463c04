import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { inputError } from './check.ts';
import { orthonormalBasis } from './orthogonal.ts';
import { axpy, dot, norm, type Vector } from './vectors.ts';

/** Orthonormal bases of two spans, the larger one first, and `M = UᵀV`. */
function bases(us: readonly Vector[], vs: readonly Vector[]): { U: Vector[]; V: Vector[]; M: Matrix } {
  const [larger, smaller] = us.length < vs.length ? [vs, us] : [us, vs];
  const [U, V] = [basisOf(larger), basisOf(smaller)];
  if (U[0]!.length !== V[0]!.length)
    throw inputError('subspace', `expected vectors of ${U[0]!.length} elements`, V[0]!.length);
  return { U, V, M: new Matrix(U.map((u) => V.map((v) => dot(u, v)))) };
}

function basisOf(vectors: readonly Vector[]): Vector[] {
  if (vectors.length === 0) throw inputError('subspace', 'expected at least one vector', 'none');
  const basis = orthonormalBasis(vectors);
  if (basis.length < vectors.length)
    throw inputError('subspace', 'expected linearly independent vectors', `${vectors.length} of rank ${basis.length}`);
  return basis;
}

/**
 * Principal angles between the spans of u₁ … u_k and v₁ … v_l, in radians from 0 to π/2, ascending; min(k, l) of them. With
 * orthonormal bases U, V and the singular values of `UᵀV = X diag(cos θ) Yᵀ`: `θᵢ = atan2(‖(I − UUᵀ)V yᵢ‖, cos θᵢ)`. The
 * cosine alone would lose small angles to rounding (Björck and Golub 1973; Knyazev and Argentati 2002).
 *
 * @param us linearly independent vectors, of any length
 * @param vs likewise, of the same number of elements
 */
export function principalAngles(us: readonly Vector[], vs: readonly Vector[]): number[] {
  const { U, V, M } = bases(us, vs);
  const { diagonal, rightSingularVectors: Y } = new SingularValueDecomposition(M);
  const outside = (column: number): number => {
    const rest = new Float64Array(V[0]!.length);
    V.forEach((v, row) => axpy(Y.get(row, column), v, rest));
    const cosines = U.map((u) => dot(u, rest));
    U.forEach((u, row) => axpy(-cosines[row]!, u, rest));
    return norm(rest);
  };
  return diagonal.map((cosine, column) => Math.atan2(outside(column), cosine)).sort((a, b) => a - b);
}

/**
 * Overlap of two spans, `‖UᵀV‖_F²/min(k, l)` with orthonormal bases U, V: the mean of cos² of the principal angles. 1: one
 * contains the other; 0: they are orthogonal; spans of random vectors in ℝⁿ have max(k, l)/n on average.
 */
export function overlap(us: readonly Vector[], vs: readonly Vector[]): number {
  const { M } = bases(us, vs);
  return M.to1DArray().reduce((total, value) => total + value ** 2, 0) / M.columns;
}
