import type { Tensor } from '../../graph/index.ts';
import { add, div, erf, expand, mul, oneHot, pickLabel, relu, reshape, square, sub, sum } from '../../ops/index.ts';
import { withHessianFactor, type LossFunction } from './function.ts';
import { unitMatrix } from './multinomial.ts';

/** 1 at the label of each example, 0 elsewhere, of the type of the scores: [n, classes]. */
export const labelIndicator = (scores: Tensor, labels: Tensor): Tensor =>
  oneHot(labels, scores.shape[1]!, scores.dtype === 'float64' ? 'float64' : 'float32');

/** `s_j − s_y`: [n, classes], 0 at the label. */
const margins = (scores: Tensor, labels: Tensor): Tensor => sub(scores, reshape(pickLabel(scores, labels), [-1, 1]));

/** `Σ_{j≠y} v_j`: [n, classes] → [n]. */
const sumOverOthers = (values: Tensor, scores: Tensor, labels: Tensor): Tensor =>
  sum(mul(values, sub(1, labelIndicator(scores, labels))), { axes: [1] });

/**
 * Multi-class hinge `Σ_{j≠y} max(0, γ + s_j − s_y)`, a sum over wrong classes, in units of scores. At a kink the
 * derivative is 0.
 *
 * @param margin γ ≥ 0
 */
export const hinge =
  (margin: number): LossFunction =>
  (scores, labels) =>
    sumOverOthers(relu(add(margins(scores, labels), margin)), scores, labels);

/**
 * Gcdf loss `Σ_{j≠y} Φ((s_j − s_y)/(‖x‖σ√2))` with the normal distribution function Φ, a sum over wrong classes: a union
 * bound of the probability of an error when Gaussian noise of standard deviation σ is added to the top layer's weights.
 *
 * @param sigma σ > 0
 * @returns a loss that takes, as a third argument, ‖x‖ [n] of the top layer's inputs; without it they have norm 1
 */
export const gcdf =
  (sigma: number) =>
  (scores: Tensor, labels: Tensor, featureNorm?: Tensor): Tensor => {
    const distance = margins(scores, labels);
    const scaled = featureNorm ? div(distance, reshape(featureNorm, [-1, 1])) : distance;
    // Φ(z) = (1 + erf(z/√2))/2 with z = scaled/(σ√2)
    const probability = mul(add(erf(mul(scaled, 1 / (2 * sigma))), 1), 0.5);
    return sumOverOthers(probability, scores, labels);
  };

/**
 * Squared error of scores against one-hot targets: `Σ_j (s_j − [j = y])²`, summed over classes or, with `mean`, divided
 * by their number.
 */
export const squaredError = (over: 'sum' | 'mean'): LossFunction => {
  const share = (scores: Tensor): number => (over === 'sum' ? 1 : 1 / scores.shape[1]!);
  return withHessianFactor(
    (scores, labels) => {
      const total = sum(square(sub(scores, labelIndicator(scores, labels))), { axes: [1] });
      return over === 'sum' ? total : mul(total, share(scores));
    },
    // ∂²ℓ/∂s∂s = 2·share·I
    (scores) => {
      const { dtype, shape } = scores;
      return expand(mul(unitMatrix(shape[1]!, dtype), Math.sqrt(2 * share(scores))), [shape[0]!, shape[1]!, shape[1]!]);
    },
  );
};
