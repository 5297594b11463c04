import type { LinearOperator } from './operator.ts';
import { distance, dot, type Vector } from './vectors.ts';

/** An approximate eigenpair `A v ≈ λ v` of a symmetric operator. */
export interface Eigenpair {
  /** λ, signed: the Rayleigh quotient `⟨v, Av⟩/⟨v, v⟩` of this very vector. */
  readonly value: number;
  /** v, of length 1. */
  readonly vector: Vector;
  /** `‖Av − λv‖/|λ|`, measured; 0 where `Av = λv` exactly, also for λ = 0. An eigenvalue lies within |λ|·residual of λ. */
  readonly residual: number;
  /** Whether the residual is as small as was asked for. */
  readonly converged: boolean;
}

/** Bounds of a residual. */
export interface Accuracy {
  /** Largest `‖Av − λv‖/|λ|`. */
  readonly tolerance: number;
  /** Size of `‖Av − λv‖` that is rounding error of the product, and always accepted; default 0. */
  readonly roundoff?: number;
}

/** Whether `‖Av − λv‖ ≤ max(tolerance·|λ|, roundoff)`. */
export const isAccurate = (error: number, value: number, { tolerance, roundoff = 0 }: Accuracy): boolean =>
  error <= Math.max(tolerance * Math.abs(value), roundoff);

/** The pair that a unit vector makes, with one product; and the product. */
export async function measurePair(
  operator: LinearOperator,
  vector: Vector,
  accuracy: Accuracy,
): Promise<{ readonly pair: Eigenpair; readonly product: Vector }> {
  const product = await operator.apply(vector);
  const value = dot(vector, product) / dot(vector, vector);
  const error = distance(product, value, vector);
  const residual = error === 0 ? 0 : error / Math.abs(value);
  return { pair: { value, vector, residual, converged: isAccurate(error, value, accuracy) }, product };
}
