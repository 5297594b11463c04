import { estimateMean, single, type Estimate, type StoppingOptions, type VectorEstimate } from './estimate.ts';
import type { LinearOperator } from './operator.ts';
import { probeVector, type ProbeDistribution } from './probe-vector.ts';
import { dot } from './vectors.ts';

/** Options of {@link hutchinsonTrace}. */
export interface HutchinsonOptions extends StoppingOptions {
  /** Default `rademacher`, which has the smaller variance. */
  readonly distribution?: ProbeDistribution | undefined;
}

/**
 * Trace of any square operator: `tr A = E[zᵀA z]` for random z with `E[z zᵀ] = I`; the mean over probes, one product each
 * (Hutchinson 1990). Variance of one probe with symmetric A: `2(‖A‖_F² − Σ aᵢᵢ²)` for Rademacher, `2‖A‖_F²` for Gaussian
 * vectors; for other A that of its symmetric part `(A + Aᵀ)/2`.
 */
export async function hutchinsonTrace(operator: LinearOperator, options: HutchinsonOptions): Promise<Estimate> {
  const draw = probesOf(operator, 'hutchinson', options);
  const sample = async (first: number, count: number) => {
    const probes = draw(first, count);
    const products = await operator.applyMany(probes);
    return { samples: products.map((Az, index) => [dot(probes[index]!, Az)]), products: count };
  };
  return single(await estimateMean({ subject: 'hutchinson', sample }, options));
}

/**
 * Diagonal of any square operator: `diag A = E[z ∘ A z]` for Rademacher z (Bekas, Kokiopoulou, Saad 2007), one product for
 * each probe. Variance of element i: `Σ_{j≠i} aᵢⱼ²`. Stops when the norm of the standard errors is at most
 * `relativeError` times the norm of the diagonal.
 */
export async function hutchinsonDiagonal(operator: LinearOperator, options: StoppingOptions): Promise<VectorEstimate> {
  const draw = probesOf(operator, 'diagonal', options);
  const sample = async (first: number, count: number) => {
    const probes = draw(first, count);
    const products = await operator.applyMany(probes);
    return { samples: products.map((Az, k) => Az.map((value, i) => probes[k]![i]! * value)), products: count };
  };
  return estimateMean({ subject: 'diagonal', length: operator.size, sample }, options);
}

/** Draws probes `first … first+count−1` of a name for an operator. */
export function probesOf(
  { size, dtype }: LinearOperator,
  name: string,
  { seed, distribution = 'rademacher' }: HutchinsonOptions,
) {
  return (first: number, count: number) =>
    Array.from({ length: count }, (_, at) => probeVector({ distribution, size, dtype, seed, name, index: first + at }));
}
