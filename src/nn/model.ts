import {
  sameShape,
  hostTensor,
  randomStream,
  sizeOf,
  ThalwegError,
  type HostTensor,
  type Shape,
} from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { maximum, mul, reciprocal, sqrt, square, sum } from '../ops/index.ts';
import type {
  Buffer,
  BufferTensors,
  Layer,
  LayerDescription,
  Mode,
  Parameter,
  ParameterTensors,
  Pass,
} from './layer.ts';

/** What a network makes of a batch. */
export interface Forward {
  /** Scores (logits) [n, classes]. */
  readonly scores: Tensor;
  /** What the top layer (the last one with parameters) is given: [n, …]. */
  readonly features: Tensor;
  /** Buffers after the pass: in train mode they have followed the batch, in evaluation they are those that were given. */
  readonly buffers: BufferTensors;
  /** What the buffers followed: the statistics of this batch alone, by the names of the buffers; empty in evaluation. */
  readonly statistics: BufferTensors;
}

/** A network for examples of one shape: parameters, buffers, and the scores it computes from them. */
export interface Model {
  readonly name: string;
  readonly inputShape: Shape;
  readonly classes: number;
  readonly parameters: readonly Parameter[];
  /** Names of the parameters of the top layer, the last one with any; a residual block counts as one layer. */
  readonly topParameters: readonly string[];
  /** Running statistics; empty for a network without batch normalisation. */
  readonly buffers: readonly Buffer[];
  /** Number of trainable numbers. */
  readonly size: number;
  /** Scores of x [n, …inputShape]. Throws `GRAPH_SHAPE` for x of another shape. */
  forward(parameters: ParameterTensors, buffers: BufferTensors, x: Tensor, mode: Mode): Forward;
}

export interface ModelOptions {
  /** Divide the top layer's input by its Euclidean norm, example by example (row G); default: false. */
  readonly normaliseFeatures?: boolean;
}

/**
 * A model from the description of its layers. Throws `GRAPH_SHAPE` when a layer cannot take what it is given, and unless
 * the layers end with [classes] scores.
 */
export function createModel(
  name: string,
  inputShape: Shape,
  description: LayerDescription,
  { normaliseFeatures = false }: ModelOptions = {},
): Model {
  const network = described(name, inputShape, description);
  const { body, head, featureShape } = splitAtTop(network, inputShape);
  const [classes, ...rest] = network.outputShape;
  if (classes === undefined || rest.length > 0)
    throw invalid(name, `layers that end with [classes] scores, got [${network.outputShape.join(',')}]`);
  if (normaliseFeatures && featureShape.length !== 1)
    throw invalid(name, `flat features in front of the top layer, got [${featureShape.join(',')}]`);
  return {
    name,
    inputShape,
    classes,
    parameters: network.parameters,
    topParameters: head[0]?.parameters.map((parameter) => parameter.name) ?? [],
    buffers: network.buffers ?? [],
    size: network.parameters.reduce((total, parameter) => total + sizeOf(parameter.shape), 0),
    forward(parameters, buffers, x, mode) {
      if (!sameShape(x.shape.slice(1), inputShape))
        throw invalid(name, `a batch of examples [${inputShape.join(',')}], got [${x.shape.join(',')}]`);
      const updated: Record<string, Tensor> = { ...buffers };
      const statistics: Record<string, Tensor> = {};
      const update: Pass['update'] = (buffer, value, statistic) => {
        updated[buffer] = value;
        statistics[buffer] = statistic;
      };
      const pass: Pass = { mode, parameters, buffers, update };
      const through = (layers: readonly Layer[], start: Tensor): Tensor =>
        layers.reduce((value, layer) => layer.apply(pass, value), start);
      const raw = through(body, x);
      const features = normaliseFeatures ? unitNorm(raw) : raw;
      return { scores: through(head, features), features, buffers: updated, statistics };
    },
  };
}

/** The network for examples of `inputShape`; what goes wrong names the model. */
function described(name: string, inputShape: Shape, description: LayerDescription): Layer {
  try {
    return description(inputShape, '');
  } catch (error) {
    if (!(error instanceof ThalwegError) || error.code !== 'GRAPH_SHAPE') throw error;
    const message = `model ${name} for examples [${inputShape.join(',')}]: ${error.message}`;
    throw new ThalwegError(error.code, message, { cause: error });
  }
}

/** The network in two parts: the second begins with its last layer that has parameters. */
function splitAtTop(network: Layer, inputShape: Shape) {
  const steps = singleSteps(network);
  const top = steps.findLastIndex(({ parameters }) => parameters.length > 0);
  const body = steps.slice(0, Math.max(top, 0));
  return { body, head: steps.slice(body.length), featureShape: body.at(-1)?.outputShape ?? inputShape };
}

const singleSteps = (layer: Layer): readonly Layer[] => layer.steps?.flatMap(singleSteps) ?? [layer];

/** `x/‖x‖`, with norms below 1e-12 taken as that: x [n, features]. */
const unitNorm = (x: Tensor): Tensor =>
  mul(x, reciprocal(sqrt(maximum(sum(square(x), { axes: [1], keep: true }), 1e-24))));

const invalid = (name: string, difference: string): ThalwegError =>
  new ThalwegError('GRAPH_SHAPE', `model ${name}: expected ${difference}`);

/**
 * Initial values of all parameters. Each is drawn from a stream of its own, named after it: adding a layer does not
 * change what the others start from.
 */
export function initialParameters(model: Model, seed: number): Record<string, HostTensor<'float32'>> {
  return Object.fromEntries(
    model.parameters.map(({ name, shape, initialise }) => [
      name,
      initialise(shape, randomStream(seed, 'initialise', name)),
    ]),
  );
}

/** Values of all buffers before the first update: running means 0 and running variances 1, or those of a file. */
export const initialBuffers = (model: Model): Record<string, HostTensor<'float32'>> =>
  Object.fromEntries(
    model.buffers.map(({ name, shape, initial }) => [
      name,
      hostTensor(
        'float32',
        shape,
        typeof initial === 'number' ? new Float32Array(sizeOf(shape)).fill(initial) : initial.data.slice(),
      ),
    ]),
  );

/** The same network, whose initial parameters and buffers are the given ones, where there are any of their names. */
export const startingAt = (model: Model, values: Readonly<Record<string, HostTensor<'float32'>>>): Model => ({
  ...model,
  parameters: model.parameters.map((parameter) => {
    const value = values[parameter.name];
    return value ? { ...parameter, initialise: () => ({ ...value, data: value.data.slice() }) } : parameter;
  }),
  buffers: model.buffers.map((buffer) => ({ ...buffer, initial: values[buffer.name] ?? buffer.initial })),
});
