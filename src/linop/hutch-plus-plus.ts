import { checkInteger } from './check.ts';
import { checkStopping, estimateMean, single, type Estimate } from './estimate.ts';
import { probesOf, type HutchinsonOptions } from './hutchinson.ts';
import type { LinearOperator } from './operator.ts';
import { divided, orthonormalBasis, splitBy } from './orthogonal.ts';
import { dot, type Vector } from './vectors.ts';

/** Options of {@link hutchPlusPlusTrace}. */
export interface HutchPlusPlusOptions extends HutchinsonOptions {
  /**
   * k: columns of the sketch, in [1, n]. It takes at most 2k products (so 2k + 2 must be in the budget) and the memory of
   * 4k vectors at its peak. Default: a third of the budget, or n.
   */
  readonly sketch?: number | undefined;
}

/**
 * Trace of any square operator by Hutch++ (Meyer, Musco, Musco, Woodruff 2021): exact where A is large, random elsewhere.
 *
 *     Q = orthonormal basis of A·S, S random n×k             k products
 *     tr A = tr(QᵀA Q) + tr(P A P),  P = I − Q Qᵀ            at most k products for the first term
 *     tr(P A P) = E[(P z)ᵀA (P z)]                           one product for each probe z, as Hutchinson
 *
 * For positive semidefinite A the error falls as 1/products instead of 1/√products; little is gained where the spectrum is
 * flat. The standard error is that of the random part, given Q. `probes` counts the z; they may be none: when Q spans
 * everything the value is exact and its standard error 0.
 */
export async function hutchPlusPlusTrace(operator: LinearOperator, options: HutchPlusPlusOptions): Promise<Estimate> {
  const { probesAtOnce, maxProducts } = checkStopping('hutch++', options, 4);
  const { sketch: k = Math.min(operator.size, Math.floor(maxProducts / 3)) } = options;
  checkInteger('hutch++', 'sketch', k, [1, Math.min(operator.size, Math.floor(maxProducts / 2) - 1)]);
  let spent = 0;
  const multiply = async (vectors: readonly Vector[]): Promise<Vector[]> => {
    const images: Vector[] = [];
    while (images.length < vectors.length) {
      const group = vectors.slice(images.length, images.length + probesAtOnce);
      images.push(...(await operator.applyMany(group)));
      spent += group.length;
      options.onProgress?.({ products: spent, of: maxProducts });
    }
    return images;
  };

  const sketch = probesOf(operator, 'hutch++ sketch', options)(0, k);
  const basis = orthonormalBasis(await multiply(sketch));
  const images = await multiply(basis);
  const known = images.reduce((total, Aq, index) => total + dot(basis[index]!, Aq), 0);
  if (basis.length === operator.size)
    return { value: known, standardError: 0, probes: 0, products: spent, seed: options.seed, converged: true };

  const draw = probesOf(operator, 'hutch++ rest', options);
  const sample = async (first: number, count: number) => {
    const probes = draw(first, count).map((z) => divided(splitBy(basis, z).rest, 1, operator.dtype));
    const products = await operator.applyMany(probes);
    return { samples: products.map((Az, index) => [dot(probes[index]!, Az)]), products: count };
  };
  return single(await estimateMean({ subject: 'hutch++', sample, offset: known, spent }, options));
}
