import { add, logSoftmax, maximum, minimum, mul, neg, pickLabel, softmax, square, sub, sum } from '../../ops/index.ts';
import { withHessianFactor, type LossFunction } from './function.ts';
import { labelIndicator } from './margins.ts';
import { multinomialFactor } from './multinomial.ts';

/** `−log softmax(s)_y`, in nat. */
export const crossEntropy: LossFunction = withHessianFactor(
  (scores, labels) => neg(pickLabel(logSoftmax(scores), labels)),
  (scores) => multinomialFactor(softmax(scores)),
);

/**
 * Cross-entropy of the tempered softmax: `−log softmax(s/T)_y`, in nat.
 *
 * @param temperature T > 0; 1 is {@link crossEntropy} itself
 */
export const temperedCrossEntropy = (temperature: number): LossFunction =>
  temperature === 1
    ? crossEntropy
    : withHessianFactor(
        (scores, labels) => crossEntropy(mul(scores, 1 / temperature), labels),
        (scores) => mul(multinomialFactor(softmax(mul(scores, 1 / temperature))), 1 / temperature),
      );

/** Keras's epsilon: probabilities below it count as it. */
const epsilon = 1e-7;

/**
 * Kullback–Leibler divergence as Keras computes it from one-hot targets: `Σ_j t_j log(t_j/p_j)`, in nat, a sum over
 * classes, where targets t and probabilities p = softmax(s) are first clipped to [1e-7, 1]. So wrong classes count with
 * t_j = 1e-7, and a label whose probability is below 1e-7 has a loss of 16.1 and no gradient of its own.
 */
export const kullbackLeibler: LossFunction = (scores, labels) => {
  const logProbabilities = maximum(logSoftmax(scores), Math.log(epsilon));
  const target = labelIndicator(scores, labels);
  const clippedTarget = add(mul(target, 1 - epsilon), epsilon);
  const logTarget = mul(sub(1, target), Math.log(epsilon));
  return sum(mul(clippedTarget, sub(logTarget, logProbabilities)), { axes: [1] });
};

/**
 * Log loss (the logistic loss of several classes) of clipped probabilities, as Keras and scikit-learn report it:
 * `−log min(max(softmax(s)_y, 1e-7), 1 − 1e-7)`, in nat. Beyond the bounds it is constant.
 */
export const logLoss: LossFunction = (scores, labels) => {
  const logProbability = pickLabel(logSoftmax(scores), labels);
  return neg(minimum(maximum(logProbability, Math.log(epsilon)), Math.log1p(-epsilon)));
};

/**
 * Squared norm of the log loss's gradient in the scores: `‖softmax(s) − e_y‖² = Σ_j (p_j − [j = y])²`, a sum over classes,
 * between 0 and 2. (The gradient is the difference of prediction and target.)
 */
export const logLossGradientNorm: LossFunction = (scores, labels) =>
  sum(square(sub(softmax(scores), labelIndicator(scores, labels))), { axes: [1] });
