import { ThalwegError, type TensorType } from '../base/index.ts';
import { giniImpurity, type MeasuredNetwork } from '../curvature/index.ts';
import { crossEntropy, lossGrid } from '../nn/index.ts';
import { abs, add, linear, max, mul, sqrt, square, sub, sum } from '../ops/index.ts';
import { batchTypes, bufferTypes, correctness, parameterTypes } from '../train/index.ts';

/** Weights [classes, d] and perhaps a bias [classes] of a fully connected top layer. */
export interface TopLayer {
  readonly weight: string;
  readonly bias: string | undefined;
  readonly shape: readonly [classes: number, d: number];
}

/** The top layer of a network; throws `USAGE` unless it is fully connected. */
export function topLayerOf({ objective: { model } }: MeasuredNetwork): TopLayer {
  const top = model.parameters.filter(({ name }) => model.topParameters.includes(name));
  const [weight, bias, ...more] = top;
  const [classes, d, ...axes] = weight?.shape ?? [];
  if (!weight || more.length > 0 || classes !== model.classes || d === undefined || axes.length > 0)
    throw notAffine(model.name, `parameters ${top.map(({ name }) => name).join(', ') || 'none'}`);
  return { weight: weight.name, bias: bias?.name, shape: [classes, d] };
}

export const notAffine = (model: string, came: string): ThalwegError =>
  new ThalwegError(
    'USAGE',
    `g-bound: expected scores of ${model} that are affine in one fully connected top layer, got ${came}`,
  );

/** Passes through the whole network, which give what the noise is added to. */
export function compileFeatures(
  network: MeasuredNetwork,
  { weight, bias }: TopLayer,
  sigmas: readonly number[],
  size: number,
) {
  const { runtime, mode, objective } = network;
  const { model } = objective;
  const specs = { parameters: parameterTypes(model), buffers: bufferTypes(model), ...batchTypes(model, size) };
  return runtime.compile(
    ({ parameters, buffers, x, labels }) => {
      const { scores, features } = model.forward(parameters, buffers, x, mode);
      const squaredNorm = sum(square(features), { axes: [1] });
      const affine = linear(features, parameters[weight]!, bias === undefined ? undefined : parameters[bias]!);
      return {
        features,
        scores,
        crossEntropy: sum(crossEntropy(scores, labels)),
        // The trace of the block of the weights: without the bias it is ‖x‖² in place of ‖x‖² + 1.
        trace: sum(mul(squaredNorm, giniImpurity(scores))),
        gcdf: sum(lossGrid({ gcdf: sigmas }, scores, labels, sqrt(squaredNorm)).gcdf!, { axes: [1] }),
        gap: max(abs(sub(scores, affine))),
        scale: max(abs(scores)),
      };
    },
    specs,
    { name: 'top-features' },
  );
}

/** Summed cross-entropy and number of correct examples of a chunk, with `noise` [classes, d] on the weights. */
export function compileNoisy({ runtime, objective: { model } }: MeasuredNetwork, { shape }: TopLayer, size: number) {
  const float32 = (...axes: number[]): TensorType => ({ dtype: 'float32', shape: axes });
  const specs = {
    features: float32(size, shape[1]),
    scores: float32(size, model.classes),
    labels: batchTypes(model, size).labels,
    noise: float32(...shape),
  };
  return runtime.compile(
    ({ features, scores, labels, noise }) => {
      const noisy = add(scores, linear(features, noise));
      return { crossEntropy: sum(crossEntropy(noisy, labels)), correct: sum(correctness(noisy, labels)) };
    },
    specs,
    { name: 'noisy-top' },
  );
}
