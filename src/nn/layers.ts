import { sizeOf } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { gelu, leakyRelu, linear, relu, reshape, sigmoid, tanh } from '../ops/index.ts';
import { filled, glorotNormal, heNormal, type Initialiser } from './initialise.ts';
import { layerError, type LayerDescription } from './layer.ts';

/** Element-wise non-linearities by the names that specifications use, each with the initialiser that suits it. */
export const activations = {
  relu: { apply: relu, initialise: heNormal },
  'leaky-relu': { apply: (x: Tensor) => leakyRelu(x), initialise: heNormal },
  gelu: { apply: gelu, initialise: heNormal },
  tanh: { apply: tanh, initialise: glorotNormal },
  sigmoid: { apply: sigmoid, initialise: glorotNormal },
} as const satisfies Record<string, { apply: (x: Tensor) => Tensor; initialise: Initialiser }>;

export type ActivationName = keyof typeof activations;

/** A non-linearity, element by element. */
export const activation =
  (name: ActivationName): LayerDescription =>
  (inputShape) => ({ parameters: [], outputShape: inputShape, apply: (_, x) => activations[name].apply(x) });

/** All axes of an example in one. */
export const flatten = (): LayerDescription => (inputShape) => {
  const size = sizeOf(inputShape);
  return { parameters: [], outputShape: [size], apply: (_, x) => reshape(x, [x.shape[0]!, size]) };
};

/** What dense layers and convolutions have in common. */
export interface WeightOptions {
  /** Initial weights; default: `heNormal`. */
  readonly initialise?: Initialiser;
  /** Whether there is a bias; default: true. In front of batch normalisation it would change nothing. */
  readonly bias?: boolean;
}

/** Fully connected: `x·Wᵀ + b` with W [units, in], b [units]; b starts at 0. Throws `GRAPH_SHAPE` for examples with axes. */
export const dense =
  (units: number, { initialise = heNormal, bias = true }: WeightOptions = {}): LayerDescription =>
  (inputShape, path) => {
    const [size, ...rest] = inputShape;
    if (size === undefined || rest.length > 0)
      throw layerError('dense', path, `flat examples, got [${inputShape.join(',')}]`);
    const [weight, offset] = [`${path}weight`, `${path}bias`];
    return {
      parameters: [
        { name: weight, shape: [units, size], initialise },
        ...(bias ? [{ name: offset, shape: [units], initialise: filled(0) }] : []),
      ],
      outputShape: [units],
      apply: ({ parameters }, x) => linear(x, parameters[weight]!, bias ? parameters[offset] : undefined),
    };
  };
