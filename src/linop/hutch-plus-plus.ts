import { checkInteger } from './check.ts';
import { checkStopping, estimateMean, single, type Estimate } from './estimate.ts';
import { probesOf, quadraticForms, type HutchinsonOptions } from './hutchinson.ts';
import type { LinearOperator } from './operator.ts';
import { divided, orthonormalBasis, splitBy } from './orthogonal.ts';
import { dot, type Vector } from './vectors.ts';

/** Options of {@link hutchPlusPlusTrace}. */
export interface HutchPlusPlusOptions extends HutchinsonOptions {
  /**
   * k: columns of the sketch, in [1, n]. It takes at most 2k products (so 2k + 2 must be in the budget) and the memory of
   * 4k vectors at most. Default: a third of the budget, or n.
   */
  readonly sketch?: number | undefined;
}

/**
 * Trace of any square operator by Hutch++ (Meyer, Musco, Musco, Woodruff 2021): exact where A is large, random elsewhere.
 *
 *     Q = orthonormal basis of A·S, S Gaussian n×k           k products
 *     tr A = tr(QᵀA Q) + tr(P A P),  P = I − Q Qᵀ            at most k products for the first term
 *     tr(P A P) = E[(P z)ᵀA (P z)]                           one product for each probe z, as Hutchinson
 *
 * For positive semidefinite A the error falls as 1/products instead of 1/√products; little is gained where the spectrum is
 * flat. The standard error is that of the random part, given Q. `probes` counts the z; they may be none: when Q spans
 * everything the value is exact and its standard error 0.
 */
export async function hutchPlusPlusTrace(operator: LinearOperator, options: HutchPlusPlusOptions): Promise<Estimate> {
  const k = sketchSize(operator, options);
  // Gaussian whatever the probes are: its columns are independent, which signs need not be where n is small.
  const sketch = probesOf(operator, 'hutch++ sketch', { ...options, distribution: 'gaussian' })(0, k);
  const basis = orthonormalBasis(await multiply(operator, sketch, options, 0));
  const images = await multiply(operator, basis, options, sketch.length);
  const known = images.reduce((total, Aq, index) => total + dot(basis[index]!, Aq), 0);
  const spent = sketch.length + basis.length;
  if (basis.length === operator.size)
    return { value: known, standardError: 0, probes: 0, products: spent, seed: options.seed, converged: true };

  const draw = probesOf(operator, 'hutch++ rest', options);
  const outside = (z: Vector): Vector => divided(splitBy(basis, z).rest, 1, operator.dtype);
  const sample = async (first: number, count: number) => quadraticForms(operator, draw(first, count).map(outside));
  return single(await estimateMean({ subject, sample, offset: known, spent }, options));
}

const subject = 'hutch++';

/** k, checked: 2k products and two probes are in the budget. */
function sketchSize({ size }: LinearOperator, options: HutchPlusPlusOptions): number {
  const { maxProducts } = checkStopping(subject, options, 4);
  const { sketch = Math.min(size, Math.floor(maxProducts / 3)) } = options;
  checkInteger(subject, 'sketch', sketch, [1, Math.min(size, Math.floor(maxProducts / 2) - 1)]);
  return sketch;
}

/** `Av` of each vector, `probesAtOnce` at a time; `spent` products were made before. */
async function multiply(
  operator: LinearOperator,
  vectors: readonly Vector[],
  options: HutchPlusPlusOptions,
  spent: number,
): Promise<Vector[]> {
  const { probesAtOnce, maxProducts } = checkStopping(subject, options, 4);
  const images: Vector[] = [];
  while (images.length < vectors.length) {
    images.push(...(await operator.applyMany(vectors.slice(images.length, images.length + probesAtOnce))));
    options.onProgress?.({ products: spent + images.length, of: maxProducts });
  }
  return images;
}
