import type { Tensor } from '../../graph/index.ts';

/** A loss of each example: scores [n, classes], labels int64 [n] → [n]. The training loss is its mean. */
export interface LossFunction {
  (scores: Tensor, labels: Tensor): Tensor;
  /**
   * A factor of the loss's Hessian in the scores of each example, where a closed form is known: u [n, k, classes] with
   * `∂²ℓ_i/∂s∂s = Σ_k u_ik u_ikᵀ`.
   */
  readonly hessianFactor?: (scores: Tensor, labels: Tensor) => Tensor;
}

/** A loss with a closed form of its Hessian in the scores. */
export const withHessianFactor = (
  loss: (scores: Tensor, labels: Tensor) => Tensor,
  hessianFactor: (scores: Tensor, labels: Tensor) => Tensor,
): LossFunction => Object.assign((scores: Tensor, labels: Tensor) => loss(scores, labels), { hessianFactor });
