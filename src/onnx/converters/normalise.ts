import type { Tensor } from '../../graph/index.ts';
import { batchNormByBatch, batchNormByStatistics } from '../../nn/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type ConverterTable, type NodeCall } from '../call.ts';

/**
 * Batch normalisation. Where its statistics are buffers of the network, the mode of the pass decides: in train mode the
 * batch's own, which the running ones follow as in `nn` (the variance with k − 1, as PyTorch has it). Otherwise the node
 * decides (`training_mode`), and its outputs follow as ONNX says: the variance with k.
 */
function batchNorm(call: NodeCall): (Tensor | null)[] {
  const x = call.input(0);
  const [scale, shift, mean, variance] = [call.input(1), call.input(2), call.input(3), call.input(4)];
  const epsilon = call.number('epsilon', 1e-5);
  const kept = call.number('momentum', 0.9);
  const { bufferOf, update, mode } = call.conversion;
  const names = { mean: bufferOf(mean), variance: bufferOf(variance) };
  const statistics = { mean, variance };
  if (names.mean !== undefined && names.variance !== undefined && mode === 'train') {
    const own = { mean: names.mean, variance: names.variance };
    const follow = (which: 'mean' | 'variance', value: Tensor, batch: Tensor): void => update(own[which], value, batch);
    return [
      batchNormByBatch(
        x,
        { scale, shift, ...statistics },
        { epsilon, momentum: 1 - kept, path: call.node.name },
        follow,
      ),
    ];
  }
  if (!call.flag('training_mode', false) || names.mean !== undefined)
    return [batchNormByStatistics(x, { scale, shift, ...statistics }, epsilon)];
  const moments = ops.batchMoments(x);
  const running = (before: Tensor, batch: Tensor): Tensor =>
    ops.add(ops.mul(before, kept), ops.mul(ops.reshape(batch, before.shape), 1 - kept));
  return [ops.batchNorm(x, scale, shift, epsilon), running(mean, moments.mean), running(variance, moments.variance)];
}

export const normaliseConverters: ConverterTable = {
  BatchNormalization: always(batchNorm),
};
