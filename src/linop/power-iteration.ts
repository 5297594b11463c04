import { checkInteger, checkPositive, checkSymmetric } from './check.ts';
import { measurePair, type Eigenpair } from './eigenpair.ts';
import type { OnProgress } from './estimate.ts';
import type { LinearOperator } from './operator.ts';
import { divided } from './orthogonal.ts';
import { probeVector } from './probe-vector.ts';
import { norm, type Vector } from './vectors.ts';

/** Options of {@link powerIteration}. */
export interface PowerIterationOptions {
  /** Seed of the Gaussian start. */
  readonly seed: number;
  /** Residual `‖Av − λv‖/|λ|` at which it stops; above 0, default 1e-3. */
  readonly tolerance?: number | undefined;
  /** Budget; default 1000. */
  readonly maxProducts?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** What power iteration found. */
export interface PowerIterationResult extends Eigenpair {
  readonly products: number;
  readonly seed: number;
}

/**
 * The eigenpair of largest |λ| of a symmetric operator by power iteration, `v ← Av/‖Av‖`: λ is signed, and value and
 * residual belong to the vector that is returned. The error of v falls by |λ₂/λ₁| with each product; where λ₁ = −λ₂ it does
 * not converge, and says so. {@link leadingEigenpairs} needs fewer products but the memory of a basis; this needs two
 * vectors. The zero operator has the pair 0, converged.
 */
export async function powerIteration(
  operator: LinearOperator,
  options: PowerIterationOptions,
): Promise<PowerIterationResult> {
  const { seed, tolerance = 1e-3, maxProducts = 1000, onProgress } = options;
  checkSymmetric('power iteration', operator);
  checkPositive('power iteration', 'tolerance', tolerance);
  checkInteger('power iteration', 'maxProducts', maxProducts, [1, Infinity]);
  const { size, dtype } = operator;
  const start = probeVector({ distribution: 'gaussian', size, dtype, seed, name: 'power iteration', index: 0 });

  let vector: Vector = divided(start, norm(start), dtype);
  for (let products = 1; ; products++) {
    const { pair, product } = await measurePair(operator, vector, { tolerance });
    onProgress?.({ products, of: maxProducts });
    if (pair.converged || products === maxProducts) return { ...pair, products, seed };
    vector = divided(product, norm(product), dtype);
  }
}
