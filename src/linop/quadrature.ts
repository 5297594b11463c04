import { KrylovSpace } from './krylov.ts';
import type { LinearOperator } from './operator.ts';
import type { Vector } from './vectors.ts';

/**
 * A quadrature of the spectral measure that a vector v sees, `μ_v = Σᵢ ⟨uᵢ, v⟩²/‖v‖² δ(λᵢ)` over the eigenpairs (λᵢ, uᵢ):
 * `∫ f dμ_v ≈ Σⱼ wⱼ f(θⱼ)`.
 */
export interface Quadrature {
  /** θⱼ, ascending: the Ritz values. */
  readonly nodes: Float64Array<ArrayBuffer>;
  /** wⱼ ≥ 0, of sum 1: squared first coordinates of the Ritz vectors. */
  readonly weights: Float64Array<ArrayBuffer>;
}

/**
 * Gauss quadrature by m steps of Lanczos from v (Golub and Welsch 1969): exact for polynomials up to degree 2m − 1. Fewer
 * nodes where the space breaks down before; it is then exact for every function. One product for each node.
 *
 * @param start v, any vector but zero
 * @param onProduct is called after each product
 */
export async function lanczosQuadrature(
  operator: LinearOperator,
  start: Vector,
  steps: number,
  onProduct?: () => void,
): Promise<Quadrature> {
  const space = new KrylovSpace('lanczos quadrature', operator, start);
  const most = Math.min(steps, operator.size);
  while (space.size < most && !space.isInvariant) {
    await space.expand();
    onProduct?.();
  }
  const { values, coordinates } = space.ritzPairs();
  return {
    nodes: Float64Array.from(values),
    weights: Float64Array.from(values, (_, index) => coordinates.get(0, index) ** 2),
  };
}

/** `Σⱼ wⱼ f(θⱼ)` */
export const integrate = ({ nodes, weights }: Quadrature, f: (lambda: number) => number): number =>
  nodes.reduce((total, node, index) => total + weights[index]! * f(node), 0);
