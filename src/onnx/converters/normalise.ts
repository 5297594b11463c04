import type { Tensor } from '../../graph/index.ts';
import { batchNormByBatch, batchNormByStatistics } from '../../nn/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type ConverterTable, type NodeCall } from '../call.ts';
import { axesOf, axisOf } from './axes.ts';

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
    const options = { epsilon, momentum: 1 - kept, path: call.node.name };
    return [batchNormByBatch(x, { scale, shift, ...statistics }, options, follow)];
  }
  if (!call.flag('training_mode', false) || names.mean !== undefined)
    return [batchNormByStatistics(x, { scale, shift, ...statistics }, epsilon)];
  const moments = ops.batchMoments(x);
  const running = (before: Tensor, batch: Tensor): Tensor =>
    ops.add(ops.mul(before, kept), ops.mul(ops.reshape(batch, before.shape), 1 - kept));
  return [ops.batchNorm(x, scale, shift, epsilon), running(mean, moments.mean), running(variance, moments.variance)];
}

/** The statistics are further outputs, for those who differentiate by hand. */
function layerNorm(call: NodeCall): (Tensor | null)[] {
  const x = call.input(0);
  const axis = axisOf(call, call.integer('axis', -1), x.rank);
  const epsilon = call.number('epsilon', 1e-5);
  const y = ops.layerNorm(x, call.input(1), call.optional(2), { axis, epsilon });
  if (!call.hasOutput(1) && !call.hasOutput(2)) return [y];
  const axes = x.shape.map((_, other) => other).slice(axis);
  const mean = ops.mean(x, { axes, keep: true });
  const variance = ops.mean(ops.square(ops.sub(x, mean)), { axes, keep: true });
  return [y, mean, ops.reciprocal(ops.sqrt(ops.add(variance, epsilon)))];
}

function rmsNorm(call: NodeCall): Tensor {
  const x = call.input(0);
  const axis = axisOf(call, call.integer('axis', -1), x.rank);
  return ops.rmsNorm(x, call.input(1), { axis, epsilon: call.number('epsilon', 1e-5) });
}

const instanceNorm = (call: NodeCall): Tensor =>
  ops.instanceNorm(call.input(0), call.input(1), call.input(2), call.number('epsilon', 1e-5));

/** Scale and shift belong to the groups in version 18, to the channels since 21. */
function groupNorm(call: NodeCall): Tensor {
  const [x, scale, shift] = [call.input(0), call.input(1), call.input(2)];
  const groups = call.integer('num_groups');
  const channels = x.shape[1] ?? 0;
  if (!(groups > 0) || channels % groups !== 0) call.fail(`channels in ${groups} groups, got ${channels}`);
  const perChannel = (vector: Tensor): Tensor =>
    vector.shape[0] === channels
      ? vector
      : ops.reshape(ops.expand(ops.reshape(vector, [groups, 1]), [groups, channels / groups]), [channels]);
  return ops.groupNorm(x, groups, perChannel(scale), perChannel(shift), call.number('epsilon', 1e-5));
}

const meanVarianceNorm = (call: NodeCall): Tensor =>
  ops.meanVarianceNormalization(call.input(0), axesOf(call, call.integers('axes', [0, 2, 3]), call.input(0).rank));

function localResponseNorm(call: NodeCall): Tensor {
  const options = { alpha: call.number('alpha', 1e-4), beta: call.number('beta', 0.75), bias: call.number('bias', 1) };
  return ops.localResponseNorm(call.input(0), { size: call.integer('size'), ...options });
}

/** `x/‖x‖` along an axis. */
function lpNorm(call: NodeCall): Tensor {
  const x = call.input(0);
  const axes = [axisOf(call, call.integer('axis', -1), x.rank)];
  const norm = call.integer('p', 2) === 1 ? ops.norm1 : ops.norm2;
  return ops.div(x, norm(x, { axes, keep: true }));
}

export const normaliseConverters: ConverterTable = {
  BatchNormalization: always(batchNorm),
  LayerNormalization: always(layerNorm, 17),
  RMSNormalization: always(rmsNorm, 23),
  InstanceNormalization: always(instanceNorm),
  GroupNormalization: always(groupNorm, 18),
  MeanVarianceNormalization: always(meanVarianceNorm, 9),
  LpNormalization: always(lpNorm),
  LRN: always(localResponseNorm),
};
