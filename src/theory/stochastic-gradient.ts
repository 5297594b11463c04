import type { Tensor } from '../graph/index.ts';
import { grad, jvp } from '../autodiff/index.ts';
import { cast, concat, expand, mean, mul, reshape, sub, sum } from '../ops/index.ts';
import { requirePositive, requireWhole } from './check.ts';
import { noiseProduct } from './cholesky.ts';
import type { Dynamics } from './dynamics.ts';
import type { EmpiricalRisk } from './empirical-risk.ts';
import { gradientOf } from './potential.ts';
import { constantLike } from './surfaces.ts';

/** The settings that SGD and its diffusion share. */
export interface StochasticGradientOptions {
  /** δ > 0: the learning rate. */
  readonly stepSize: number;
  /** m ≥ 1: examples in a mini-batch, drawn with replacement. */
  readonly batch: number;
}

/**
 * SGD: `x ← x − δ·(1/m) Σ_{i∈B} ∇ℓ_i(x)`, each chain with a mini-batch B of its own, m examples drawn uniformly with replacement
 * (rows F-ricc, F-sde). Throws `USAGE` for options outside their range.
 */
export function stochasticGradient(risk: EmpiricalRisk, { stepSize, batch }: StochasticGradientOptions): Dynamics {
  requirePositive('sgd', 'step size', stepSize);
  requireWhole('sgd', 'examples in a batch', batch, 1);
  return {
    name: `sgd on ${risk.name}`,
    dimension: risk.dimension,
    draws: { examples: { law: { below: risk.examples }, size: batch } },
    step(x, { draws }) {
      const rows = cast(draws['examples']!, 'int64');
      const gradient = grad((at: Tensor) => sum(mean(risk.losses(at, rows), { axes: [0] })))(x);
      return sub(x, mul(gradient, stepSize));
    },
  };
}

export interface DiffusionOptions extends StochasticGradientOptions {
  /** Steps of Euler–Maruyama in the time δ of one step of SGD; default 1. */
  readonly refinement?: number;
}

/**
 * The diffusion that stands for SGD, `dX = −∇f(X) dt − √(δ/m)·σ(X) dB` (row F-sde), by Euler–Maruyama with the step
 * `h = δ/refinement`: `X ← X − h∇f(X) − √(hδ/m)·σ(X)W`. One step of SGD is the time δ, `refinement` steps of this. σ is the lower
 * Cholesky factor of the covariance of the examples' gradients at X: any root of it gives the same law.
 *
 * Throws `USAGE` for options outside their range.
 */
export function gradientDiffusion(risk: EmpiricalRisk, options: DiffusionOptions): Dynamics {
  const { stepSize, batch, refinement = 1 } = options;
  requirePositive('diffusion', 'step size', stepSize);
  requireWhole('diffusion', 'examples in a batch', batch, 1);
  requireWhole('diffusion', 'refinement', refinement, 1);
  const h = stepSize / refinement;
  return {
    name: `diffusion of ${risk.name}`,
    dimension: risk.dimension,
    draws: { noise: { law: 'normal', size: risk.dimension } },
    step(x, { draws }) {
      const noise = noiseProduct(gradientCovarianceOf(risk, x), draws['noise']!);
      return sub(sub(x, mul(gradientOf(risk, x), h)), mul(noise, Math.sqrt((h * stepSize) / batch)));
    },
  };
}

/** Gradients of all examples in coordinate `axis`, `∂ℓ_i/∂x_axis`: [N, n], by forward mode. */
function derivatives(risk: EmpiricalRisk, x: Tensor, axis: number): Tensor {
  const unit = Array.from({ length: risk.dimension }, (_, index) => (index === axis ? 1 : 0));
  const direction = expand(constantLike(x, [risk.dimension, 1], unit), x.shape);
  return jvp((at: Tensor) => risk.losses(at), x, direction).tangent;
}

/**
 * `σ²(x) = (1/N) Σ_i (∇ℓ_i − ∇f)(∇ℓ_i − ∇f)ᵀ` at each point: entry (j, k) at `[j][k]` for k ≤ j, each [1, n].
 */
export function gradientCovarianceOf(risk: EmpiricalRisk, x: Tensor): Tensor[][] {
  const centred = Array.from({ length: risk.dimension }, (_, axis) => {
    const all = derivatives(risk, x, axis);
    return sub(all, overExamples(all));
  });
  return centred.map((one, j) => centred.slice(0, j + 1).map((other) => overExamples(mul(one, other))));
}

/** Mean over the examples: [N, n] → [1, n]. */
const overExamples = (x: Tensor): Tensor => reshape(mean(x, { axes: [0] }), [1, -1]);

/** A symmetric matrix at each point from its lower triangle: [d·d, n], row by row. */
export function fullMatrix(lower: readonly (readonly Tensor[])[]): Tensor {
  const entry = (j: number, k: number): Tensor => (k <= j ? lower[j]![k]! : lower[k]![j]!);
  const rows = lower.map((_, j) => lower.map((__, k) => entry(j, k)));
  return concat(rows.flat(), 0);
}
