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

    function train({ parameters, buffers, update }: Pass, x: Tensor): Tensor {
      const values = x.shape[0]! * x.shape.slice(2).reduce((product, size) => product * size, 1);
      if (values < 2)
        throw layerError('batch-norm', path, `more than one value a channel in train mode, got ${values}`);
      const { mean, variance } = batchMoments(x);
      const follow = (name: string, statistic: Tensor, factor: number): void => {
        const flat = reshape(statistic, shape);
        update(name, add(mul(buffers[name]!, 1 - momentum), mul(flat, momentum * factor)), mul(flat, factor));
      };
      follow(running.mean, mean, 1);
      follow(running.variance, variance, values / (values - 1));
      return normalise(x, parameters[names.scale]!, parameters[names.shift]!, epsilon);
    }

    function evaluate({ parameters, buffers }: Pass, x: Tensor): Tensor {
      const perChannel = (vector: Tensor): Tensor => reshape(vector, [1, channels!, ...x.shape.slice(2).map(() => 1)]);
      // Two coefficients a channel: one multiplication and one sum over the whole image.
      const factor = div(parameters[names.scale]!, sqrt(add(buffers[running.variance]!, epsilon)));
      const offset = sub(parameters[names.shift]!, mul(buffers[running.mean]!, factor));
      return add(mul(x, perChannel(factor)), perChannel(offset));
    }
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
      apply: (pass, x) => (pass.mode === 'train' ? train(pass, x) : evaluate(pass, x)),
    };
  };
