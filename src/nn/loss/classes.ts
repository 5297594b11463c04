import type { Tensor } from '../../graph/index.ts';
import { equal, range, reshape, sum, transpose, where } from '../../ops/index.ts';

/** Scores with one row for each class, examples next to each other: [n, classes] → [classes, n]. */
export const classRows = (scores: Tensor): Tensor => transpose(scores);

/** Whether the row belongs to the label: [classes, n]. */
const isLabel = (scores: Tensor, labels: Tensor): Tensor =>
  equal(reshape(labels, [1, -1]), reshape(range(scores.shape[1]!, 'int64'), [-1, 1]));

/** `s_y`: [1, n]. */
export const labelScore = (scores: Tensor, labels: Tensor): Tensor =>
  sum(where(isLabel(scores, labels), classRows(scores), 0), { axes: [0], keep: true });

/** In place of the label's score: below all others, and finite, since a GPU need not know infinity. */
const absent = -1e30;

/** Scores of the classes that are not the label, −1e30 at the label: [classes, n]. */
export const otherScores = (scores: Tensor, labels: Tensor): Tensor =>
  where(isLabel(scores, labels), absent, classRows(scores));
