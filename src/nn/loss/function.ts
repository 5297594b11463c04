import type { Tensor } from '../../graph/index.ts';

/** A loss of each example: scores [n, classes], labels int64 [n] → [n]. The training loss is its mean. */
export type LossFunction = (scores: Tensor, labels: Tensor) => Tensor;
