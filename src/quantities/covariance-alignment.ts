import { ThalwegError } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import { createFullGradient, createGradientCovariance, createHessian } from '../curvature/index.ts';
import {
  axpy,
  dot,
  leadingEigenpairs,
  overlap,
  principalAngles,
  probeVector,
  RunningMoments,
  type Eigenpair,
  type LinearOperator,
  type Vector,
} from '../linop/index.ts';
import { beside } from '../runtime/index.ts';
import { frobenius, inBasis, matrixCosine, spectralNorm } from './in-basis.ts';
import { reading, readings, type Quantity, type QuantitySetting } from './quantity.ts';

/** H, C and the mean gradient of the loss without penalty, at one point. */
interface Here {
  readonly H: LinearOperator;
  readonly C: LinearOperator;
  readonly gradient: Vector;
  /** N */
  readonly examples: number;
}

/**
 * The Hessian H of the mean loss beside the covariance C of the gradients of single examples, 1/(N−1) (rows W-cov, F-pred):
 *
 * - k leading eigenpairs of both (by absolute value), the principal angles between their spans, and the overlap, the mean of cos²
 * - along each eigenvector v of H the ratio `vᵀCv/vᵀHv`; on their span the cosine `⟨C, H⟩_F/(‖C‖_F‖H‖_F)`
 * - `tr H`, `tr C`, `tr CH = E[(Cz)·(Hz)]` by random signs z, each with its standard error over the probes
 * - the residual of row W-cov, `R = H − F` with the empirical Fisher matrix `F = 1/N Σ g_i g_iᵀ = ((N−1)/N)·C + ḡḡᵀ`: its trace, and its
 *   Frobenius and spectral norms on the span of H's eigenvectors beside those of H there
 *
 * For the cross-entropy `ℓ_i = −log p_i`, F is the paper's C (not centred), and R is `1/N Σ ∂ℓ_i/∂p_i·∂²p_i/∂θ²` of equation 3; a penalty
 * adds its Hessian to H, hence to R. For other losses R is H − F all the same, but not that sum.
 *
 * Throws `SPECIFICATION_INVALID` for more eigenpairs than parameters, `USAGE` for fewer than two examples and unknown parameters.
 */
export async function createCovarianceAlignment(
  { k, tolerance, maxProducts, probes, parameters }: QuantityOf<'covariance-alignment'>,
  { network, seed }: QuantitySetting,
): Promise<Quantity> {
  const { objective, examples } = network;
  const options = parameters ? { parameters } : {};
  const bare = { ...network, objective: { model: objective.model, loss: objective.loss } };
  const covariance = await createGradientCovariance(network, options);
  const hessian = await beside([covariance], () => createHessian(network, options));
  const mean = await beside([covariance, hessian], () => createFullGradient(bare, options));
  const release = async (): Promise<void> => {
    for (const part of [hessian, covariance, mean]) await part.release();
  };
  const { size } = hessian;
  if (k > size) {
    await release();
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `covariance-alignment: expected k of at most ${size} (the number of parameters), got ${k}`,
    );
  }
  return {
    // One more pass for the mean gradient.
    maxProducts: 2 * (maxProducts + k + probes) + 1,
    stopsEarly: true,
    async measure(point, _, { tensors = false, onProgress } = {}) {
      const H = await hessian.at(point);
      const C = await beside([H], () => covariance.at(point));
      try {
        const here = { H, C, gradient: (await mean.at(point)).gradient, examples: examples.count };
        const search = { k, seed, tolerance, maxProducts, ...(onProgress ? { onProgress } : {}) };
        const [ofH, ofC] = [await leadingEigenpairs(H, search), await leadingEigenpairs(C, search)];
        return {
          readings: [
            ...spanReadings(ofH.pairs, ofC.pairs, examples.count),
            ...(await leadingReadings(here, ofH.pairs)),
            ...(await traceReadings(here, probes, seed)),
          ],
          products: ofH.products + ofC.products + 2 * (k + probes) + 1,
          converged: ofH.converged && ofC.converged,
          tensors: tensors ? { ...eigenvectors('hessian', ofH.pairs), ...eigenvectors('covariance', ofC.pairs) } : {},
        };
      } finally {
        await H.release();
        await C.release();
      }
    },
    async rehearse(point) {
      const H = await hessian.at(point);
      try {
        await H.apply(
          probeVector({ distribution: 'rademacher', size, dtype: H.dtype, seed, name: 'rehearsal', index: 0 }),
        );
      } finally {
        await H.release();
      }
      return 1;
    },
    release,
  };
}

/** Eigenvalues of both, and how their spans lie. */
function spanReadings(ofH: readonly Eigenpair[], ofC: readonly Eigenpair[], examples: number) {
  const [us, vs] = [ofH.map(({ vector }) => vector), ofC.map(({ vector }) => vector)];
  const values = (pairs: readonly Eigenpair[]): number[] => pairs.map(({ value }) => value);
  return [
    ...readings('alignment.hessianEigenvalue', values(ofH), examples),
    ...readings('alignment.covarianceEigenvalue', values(ofC), examples),
    ...readings('alignment.angle', principalAngles(us, vs), examples),
    reading('alignment.overlap', overlap(us, vs), examples),
  ];
}

/** C and the residual on the span of H's eigenvectors. */
async function leadingReadings({ H, C, gradient, examples }: Here, pairs: readonly Eigenpair[]) {
  const basis = pairs.map(({ vector }) => vector);
  const hessian = inBasis(basis, await H.applyMany(basis));
  const covariance = inBasis(basis, await C.applyMany(basis));
  const slopes = basis.map((v) => dot(v, gradient));
  const residual = hessian.map((row, i) =>
    row.map((value, j) => value - ((examples - 1) / examples) * covariance[i]![j]! - slopes[i]! * slopes[j]!),
  );
  const ratios = pairs.map((_, i) => covariance[i]![i]! / hessian[i]![i]!);
  return [
    ...readings('alignment.ratio', ratios, examples),
    reading('alignment.cosine', matrixCosine(covariance, hessian), examples),
    reading('alignment.residualFrobenius', frobenius(residual) / frobenius(hessian), examples),
    reading('alignment.residualSpectral', spectralNorm(residual) / spectralNorm(hessian), examples),
  ];
}

/** Traces of H, C, CH and the residual from the same probes. */
async function traceReadings({ H, C, gradient, examples }: Here, probes: number, seed: number) {
  const moments = new RunningMoments(4);
  for (let index = 0; index < probes; index++) {
    const { size, dtype } = H;
    const z = probeVector({ distribution: 'rademacher', size, dtype, seed, name: 'alignment', index });
    const [Hz, Cz] = [await H.apply(z), await C.apply(z)];
    const residual = Hz.slice();
    axpy(-(examples - 1) / examples, Cz, residual);
    axpy(-dot(gradient, z), gradient, residual);
    moments.add([dot(z, Hz), dot(z, Cz), dot(Cz, Hz), dot(z, residual)]);
  }
  const [values, errors] = [moments.mean(), moments.standardError()];
  return (
    [
      'alignment.hessianTrace',
      'alignment.covarianceTrace',
      'alignment.traceProduct',
      'alignment.residualTrace',
    ] as const
  ).map((series, index) => reading(series, values[index]!, examples, errors[index]));
}

const eigenvectors = (of: string, pairs: readonly Eigenpair[]) =>
  Object.fromEntries(
    pairs.map(({ vector }, index) => [
      `alignment.${of}Eigenvector.${index + 1}`,
      {
        dtype: vector instanceof Float64Array ? ('float64' as const) : ('float32' as const),
        shape: [vector.length],
        data: vector,
      },
    ]),
  );
