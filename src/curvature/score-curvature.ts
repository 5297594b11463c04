import { hostTensor } from '../base/index.ts';
import { pullback, pushforward } from '../autodiff/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { LossFunction } from '../nn/index.ts';
import { constant, expand, identity, onesLike, stack } from '../ops/index.ts';

/** The Hessian of each example's loss in its scores as `H_i = Σ_k l_ik r_ikᵀ`: both [n, k, classes]. */
export interface ScoreCurvature {
  readonly left: Tensor;
  /** The same tensor as `left` where a factor `H_i = Σ_k u_ik u_ikᵀ` is known. */
  readonly right: Tensor;
}

/** By the loss's own factor, else `H_i = Σ_c e_c (H_i e_c)ᵀ` with the columns `H_i e_c` by forward over reverse. */
export function scoreCurvature(loss: LossFunction, scores: Tensor, labels: Tensor): ScoreCurvature {
  if (loss.hessianFactor) {
    const factor = loss.hessianFactor(scores, labels);
    return { left: factor, right: factor };
  }
  const at = identity(scores);
  const losses = loss(at, labels);
  const gradient = pullback([losses], [onesLike(losses)], [at])[0]!;
  const classes = scores.shape[1]!;
  const units = Array.from({ length: classes }, (_, label) => unit(label, scores));
  const columns = units.map((direction) => pushforward([gradient], [at], [direction])[0]!);
  return { left: stack(units, 1), right: stack(columns, 1) };
}

/** e_label for every example: [n, classes]. */
function unit(label: number, { dtype, shape }: Tensor): Tensor {
  const row = Array.from({ length: shape[1]! }, (_, other) => Number(other === label));
  return expand(constant(hostTensor(dtype, [1, shape[1]!], row)), shape);
}
