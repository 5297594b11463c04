import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { dot, type Vector } from '../linop/index.ts';

/** A small symmetric matrix, by rows. */
export type SmallMatrix = readonly (readonly number[])[];

/** `VᵀAV` of an orthonormal basis V and the products `AV`, with the rounding of both triangles averaged. */
export function inBasis(basis: readonly Vector[], products: readonly Vector[]): SmallMatrix {
  const entry = (i: number, j: number): number => dot(basis[i]!, products[j]!);
  return basis.map((_, i) => basis.map((__, j) => (entry(i, j) + entry(j, i)) / 2));
}

/** `⟨A, B⟩_F = Σ a_ij b_ij` */
const innerProduct = (a: SmallMatrix, b: SmallMatrix): number =>
  a.reduce((total, row, i) => row.reduce((sum, value, j) => sum + value * b[i]![j]!, total), 0);

/** `‖A‖_F` */
export const frobenius = (a: SmallMatrix): number => Math.sqrt(innerProduct(a, a));

/** `⟨A, B⟩_F/(‖A‖_F‖B‖_F)`; NaN where one of them is zero. */
export const matrixCosine = (a: SmallMatrix, b: SmallMatrix): number =>
  innerProduct(a, b) / (frobenius(a) * frobenius(b));

/** Largest absolute eigenvalue. */
export function spectralNorm(a: SmallMatrix): number {
  const { realEigenvalues } = new EigenvalueDecomposition(new Matrix(a.map((row) => [...row])), {
    assumeSymmetric: true,
  });
  return Math.max(...realEigenvalues.map(Math.abs));
}
