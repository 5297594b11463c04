import { ThalwegError } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { classRows, labelScore, otherScores } from '../nn/index.ts';
import {
  add,
  cast,
  div,
  equal,
  exp,
  max,
  maximum,
  minimum,
  mul,
  reshape,
  square,
  sub,
  sum,
  where,
} from '../ops/index.ts';

/**
 * Margins and traces of each example, from scores [n, classes] and labels int64 [n]: all are [n]. S is the softmax of the
 * scores. Differences from 1 are computed as what they are, sums of small numbers, so that confident predictions keep
 * their digits in float32.
 */

/** Output margin `s_y − max_{j≠y} s_j` (row M): positive where the label is predicted, 0 where it ties. */
export const outputMargin = (scores: Tensor, labels: Tensor): Tensor =>
  flat(sub(labelScore(scores, labels), bestOther(scores, labels)));

/** Softmax margin `γ(S, y) = S_y − max_{j≠y} S_j`, between −1 and 1, with the sign of the output margin. */
export function softmaxMargin(scores: Tensor, labels: Tensor): Tensor {
  const { label, other, rest } = exponentials(scores, labels);
  return flat(div(sub(label, other), add(rest, 1)));
}

/** Gini impurity of the predicted distribution, `1 − Σ_j S_j²` (row M-simplex): 0 where one class has all probability. */
export function giniImpurity(scores: Tensor): Tensor {
  // With e_j = exp(s_j − max s), r = Σe − 1 and q = Σe² − 1: 1 − Σ(e_j/(1 + r))² = (2r + r² − q)/(1 + r)².
  const { rest, squares } = beyondTop(scores);
  return flat(div(add(mul(rest, 2), sub(square(rest), squares)), square(add(rest, 1))));
}

/** `1 − γ(S, y)²`, at least the Gini impurity: |γ| is at most the largest probability. */
function squaredMarginGap(scores: Tensor, labels: Tensor): Tensor {
  // Of label and best other class one is at the top, e = 1; with a the smaller one's, t = 1 − |γ| = (r + a)/(1 + r).
  const { label, other, rest } = exponentials(scores, labels);
  const gap = div(add(rest, minimum(label, other)), add(rest, 1));
  return flat(mul(gap, sub(2, gap)));
}

/**
 * Affine cross-entropy Hessian trace `(‖x‖² + 1)(1 − Σ_j S_j²)` (row M-aceht): the trace of the Hessian of an example's
 * cross-entropy in weights and bias of an affine classifier of x. With x the top layer's features, exact for the block of a
 * fully connected top layer with bias; with x the input of a deep network, a proxy.
 *
 * @param squaredNorm ‖x‖² [n]
 */
export const affineHessianTrace = (scores: Tensor, squaredNorm: Tensor): Tensor =>
  mul(add(squaredNorm, 1), giniImpurity(scores));

/**
 * Margin bound `(‖x‖² + 1)(1 − γ(S, y)²)` (row M-bound), at least {@link affineHessianTrace}. The paper states it for
 * correctly classified examples. It holds for all, since |γ| never exceeds the largest probability, but only for those does
 * it fall as the margin grows.
 *
 * @param squaredNorm ‖x‖² [n]
 */
export const marginBound = (scores: Tensor, labels: Tensor, squaredNorm: Tensor): Tensor =>
  mul(add(squaredNorm, 1), squaredMarginGap(scores, labels));

const flat = (row: Tensor): Tensor => reshape(row, [-1]);

/** `max_{j≠y} s_j`: [1, n]. */
function bestOther(scores: Tensor, labels: Tensor): Tensor {
  if (scores.shape[1]! < 2)
    throw new ThalwegError('GRAPH_SHAPE', `margin: expected scores of at least two classes, got ${scores.shape[1]!}`);
  return max(otherScores(scores, labels), { axes: [0], keep: true });
}

/** `exp(s_y − m)` and `exp(max_{j≠y} s_j − m)` with m the largest score, and {@link beyondTop}'s r: each [1, n]. */
function exponentials(scores: Tensor, labels: Tensor) {
  const [label, other] = [labelScore(scores, labels), bestOther(scores, labels)];
  const top = maximum(label, other);
  return { label: exp(sub(label, top)), other: exp(sub(other, top)), rest: beyondTop(scores).rest };
}

/** `Σ e_j − 1` and `Σ e_j² − 1` with `e_j = exp(s_j − max s)`, added up without the 1 of a largest score: each [1, n]. */
function beyondTop(scores: Tensor): { rest: Tensor; squares: Tensor } {
  const rows = classRows(scores);
  const top = max(rows, { axes: [0], keep: true });
  const isTop = equal(rows, top);
  const below = where(isTop, 0, exp(sub(rows, top)));
  const total = (values: Tensor): Tensor => sum(values, { axes: [0], keep: true });
  const ties = sub(total(cast(isTop, rows.dtype)), 1);
  return { rest: add(total(below), ties), squares: add(total(square(below)), ties) };
}
