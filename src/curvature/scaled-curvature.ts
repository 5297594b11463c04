import { toFloat64, hostTensor, type HostTensor } from '../base/index.ts';
import { denseOperator, leadingEigenpairs, toDense } from '../linop/index.ts';
import { scaleTop, type Model } from '../nn/index.ts';
import { readTensor } from '../runtime/index.ts';
import type { NetworkPoint } from './network.ts';
import type { CurvatureOperator } from './operator.ts';

/** Second derivatives at a point whose top layer is scaled. */
export interface ScaledCurvature {
  /** Exact: the sum of the diagonal. */
  readonly trace: number;
  /** Largest |eigenvalue|. */
  readonly spectralNorm: number;
  /** `max |H_jk|` */
  readonly largestEntry: number;
  /** Products with the Hessian: as many as it has rows. */
  readonly products: number;
  /** Whether the spectral norm has a residual of at most 1e-6. */
  readonly converged: boolean;
}

/** `T_α(θ)` in float64: θ with the top layer's parameters times α > 0 (row M-scale). Throws `USAGE` like `scaleTop` of `thalweg/nn`. */
export async function scaledPoint(
  model: Model,
  { parameters, buffers }: NetworkPoint,
  alpha: number,
): Promise<NetworkPoint> {
  const host: Record<string, HostTensor<'float64'>> = {};
  for (const [name, tensor] of Object.entries(parameters))
    host[name] = hostTensor('float64', tensor.shape, toFloat64(await readTensor(tensor)));
  return { parameters: scaleTop(model, host, alpha), buffers };
}

/**
 * The Hessian at `T_α(θ)`, the point θ with the top layer's parameters times α (row M-scale), as a dense matrix: n products and 8n²
 * bytes, for at most 4096 parameters. In a fully fitted set all second derivatives of the cross-entropy go to 0 as α grows
 * (proposition 5.1); they fall like `α²·exp(−α·margin)`, so the operator should be of float64: in float32 they are soon lost
 * beside 1.
 *
 * @param hessian at any point, for its programs
 * Throws `USAGE` for an α that is not positive and a top layer of several layers, `OPERATOR_INPUT` for more parameters.
 */
export async function scaledCurvature(
  hessian: CurvatureOperator,
  model: Model,
  point: NetworkPoint,
  { alpha, seed }: { readonly alpha: number; readonly seed: number },
): Promise<ScaledCurvature> {
  const here = await hessian.at(await scaledPoint(model, point, alpha));
  try {
    const { size } = here;
    const matrix = symmetrised(await toDense(here), size);
    const dense = denseOperator(matrix, { name: 'scaled hessian' });
    const { pairs, converged } = await leadingEigenpairs(dense, { k: 1, seed, tolerance: 1e-6, maxProducts: 1000 });
    return {
      trace: Array.from({ length: size }, (_, k) => matrix[k * size + k]!).reduce((sum, entry) => sum + entry, 0),
      spectralNorm: Math.abs(pairs[0]!.value),
      largestEntry: matrix.reduce((largest, entry) => Math.max(largest, Math.abs(entry)), 0),
      products: size,
      converged,
    };
  } finally {
    await here.release();
  }
}

/** `(A + Aᵀ)/2`: rounding leaves the columns of a product-made matrix not quite symmetric. */
function symmetrised(matrix: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  return matrix.map((entry, at) => (entry + matrix[(at % size) * size + Math.floor(at / size)]!) / 2);
}
