import type { Specification } from '../contract/index.ts';
import type { Tensor } from '../graph/index.ts';
import { logSoftmax, neg, pickLabel } from '../ops/index.ts';

/** A loss of each example: scores [n, classes], labels int64 [n] → [n]. The training loss is its mean. */
export type LossFunction = (scores: Tensor, labels: Tensor) => Tensor;

/** `−log softmax(s)_y`, in nat. */
export const crossEntropy: LossFunction = (scores, labels) => neg(pickLabel(logSoftmax(scores), labels));

/** Loss functions by the names that specifications use. */
export const lossFunctions = { 'cross-entropy': crossEntropy } as const satisfies Record<
  Specification['loss']['name'],
  LossFunction
>;
