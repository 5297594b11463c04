import { sizeOf } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type ConverterTable, type NodeCall } from '../call.ts';

/** Losses as operators, which exporters of whole training steps write. Labels int64 [n, …] for scores [n, classes, …]. */

/** `−w_y·x_y`, without the labels that are ignored; their mean is weighted. */
function negativeLogLikelihood(call: NodeCall, x: Tensor): Tensor {
  const labels = ops.cast(call.input(1), 'int64');
  const ignored = call.has('ignore_index') ? ops.equal(labels, call.integer('ignore_index')) : undefined;
  const safe = ignored ? ops.where(ignored, 0, labels) : labels;
  const column = [labels.shape[0]!, 1, ...labels.shape.slice(1)];
  const picked = ops.reshape(ops.gatherElements(x, ops.reshape(safe, column), 1), labels.shape);
  const given = call.optional(2);
  const weights = given ? ops.gather(given, safe) : ops.full(1, { dtype: x.dtype, shape: labels.shape });
  const counted = ignored ? ops.where(ignored, 0, weights) : weights;
  const losses = ops.neg(ops.mul(counted, picked));
  switch (call.text('reduction', 'mean')) {
    case 'none':
      return losses;
    case 'sum':
      return ops.sum(losses);
    case 'mean':
      return given || ignored
        ? ops.div(ops.sum(losses), ops.sum(counted))
        : ops.mul(ops.sum(losses), 1 / sizeOf(labels.shape));
    default:
      return call.fail(`reduction none, sum or mean, got ${call.text('reduction')}`);
  }
}

function softmaxCrossEntropy(call: NodeCall): Tensor[] {
  const logProbabilities = ops.logSoftmax(call.input(0), 1);
  return [negativeLogLikelihood(call, logProbabilities), logProbabilities];
}

export const lossConverters: ConverterTable = {
  NegativeLogLikelihoodLoss: always((call) => negativeLogLikelihood(call, call.input(0)), 12),
  SoftmaxCrossEntropyLoss: always(softmaxCrossEntropy, 12),
};
