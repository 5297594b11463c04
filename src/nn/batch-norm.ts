import type { Tensor } from '../graph/index.ts';
import { add, batchMoments, batchNorm as normalise, div, mul, reshape, sqrt, sub } from '../ops/index.ts';
import { filled } from './initialise.ts';
import { layerError, type LayerDescription, type Pass } from './layer.ts';

/** Constants of batch normalisation. The defaults are PyTorch's. */
export interface BatchNormOptions {
  /** Share of a batch in the new running statistics; default 0.1. */
  readonly momentum?: number;
  /** Added to variances; default 1e-5. */
  readonly epsilon?: number;
}

/** What batch normalisation reads: γ, β and the running statistics of each channel, [c] each. */
export interface BatchNormTensors {
  readonly scale: Tensor;
  readonly shift: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * Batch normalisation in train mode, x [n, c, …]. `follow` is told the running statistics after the batch, and those of the
 * batch that they follow: `μ_r ← (1−m)·μ_r + m·μ`, `σ²_r ← (1−m)·σ²_r + m·σ²·k/(k−1)` for k values a channel. `path` names
 * the layer in messages. Throws `GRAPH_SHAPE` for a batch with one value a channel.
 */
export function batchNormByBatch(
  x: Tensor,
  { scale, shift, ...running }: BatchNormTensors,
  { momentum = 0.1, epsilon = 1e-5, path = '' }: BatchNormOptions & { readonly path?: string },
  follow: (which: 'mean' | 'variance', value: Tensor, statistic: Tensor) => void,
): Tensor {
  const values = x.shape[0]! * x.shape.slice(2).reduce((product, size) => product * size, 1);
  if (values < 2) throw layerError('batch-norm', path, `more than one value a channel in train mode, got ${values}`);
  const moments = batchMoments(x);
  for (const [which, factor] of [
    ['mean', 1],
    ['variance', values / (values - 1)],
  ] as const) {
    const flat = reshape(moments[which], running[which].shape);
    follow(which, add(mul(running[which], 1 - momentum), mul(flat, momentum * factor)), mul(flat, factor));
  }
  return normalise(x, scale, shift, epsilon);
}

/** Batch normalisation with given statistics, x [n, c, …]. */
export function batchNormByStatistics(
  x: Tensor,
  { scale, shift, mean, variance }: BatchNormTensors,
  epsilon = 1e-5,
): Tensor {
  const perChannel = (vector: Tensor): Tensor => reshape(vector, [1, -1, ...x.shape.slice(2).map(() => 1)]);
  // Two coefficients a channel: one multiplication and one sum over the whole image.
  const factor = div(scale, sqrt(add(variance, epsilon)));
  const offset = sub(shift, mul(mean, factor));
  return add(mul(x, perChannel(factor)), perChannel(offset));
}

/**
 * Batch normalisation `γ·(x − μ)/√(σ² + ε) + β` of each channel of images [c, h, w] or each feature [c], with γ = 1 and
 * β = 0 at first. In train mode μ and σ² are the batch's own (σ² biased), and the running statistics follow:
 * `μ_r ← (1−m)·μ_r + m·μ`, `σ²_r ← (1−m)·σ²_r + m·σ²·k/(k−1)` for k values a channel. In evaluation μ_r and σ²_r stand in
 * for them. Throws `GRAPH_SHAPE` for a batch with one value a channel, which has no variance.
 */
export const batchNorm =
  ({ momentum = 0.1, epsilon = 1e-5 }: BatchNormOptions = {}): LayerDescription =>
  (inputShape, path) => {
    const [channels] = inputShape;
    if (channels === undefined || ![1, 3].includes(inputShape.length))
      throw layerError('batch-norm', path, `examples [features] or images [c, h, w], got [${inputShape.join(',')}]`);
    const shape = [channels];
    const names = { scale: `${path}weight`, shift: `${path}bias` };
    const running = { mean: `${path}running_mean`, variance: `${path}running_var` };

    const tensors = ({ parameters, buffers }: Pass): BatchNormTensors => ({
      scale: parameters[names.scale]!,
      shift: parameters[names.shift]!,
      mean: buffers[running.mean]!,
      variance: buffers[running.variance]!,
    });
    const train = (pass: Pass, x: Tensor): Tensor =>
      batchNormByBatch(x, tensors(pass), { momentum, epsilon, path }, (which, value, statistic) =>
        pass.update(running[which], value, statistic),
      );
    return {
      parameters: [
        { name: names.scale, shape, initialise: filled(1) },
        { name: names.shift, shape, initialise: filled(0) },
      ],
      buffers: [
        { name: running.mean, shape, initial: 0 },
        { name: running.variance, shape, initial: 1 },
      ],
      outputShape: inputShape,
      apply: (pass, x) => (pass.mode === 'train' ? train(pass, x) : batchNormByStatistics(x, tensors(pass), epsilon)),
    };
  };
