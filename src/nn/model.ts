import { randomStream, sizeOf, ThalwegError, type HostTensor, type Shape } from '../base/index.ts';
import type { Specification } from '../contract/index.ts';
import type { Tensor } from '../graph/index.ts';
import { glorotNormal } from './initialise.ts';
import { sequential, type Layer, type LayerDescription, type Parameter, type ParameterTensors } from './layer.ts';
import { activation, activations, dense, flatten } from './layers.ts';

/** A network for examples of one shape: parameters and the scores it computes from them. */
export interface Model {
  readonly name: string;
  readonly inputShape: Shape;
  readonly classes: number;
  readonly parameters: readonly Parameter[];
  /** Number of trainable numbers. */
  readonly size: number;
  /** Scores (logits) [n, classes] of x [n, …inputShape]. */
  scores(parameters: ParameterTensors, x: Tensor): Tensor;
}

/** A model from the description of its layers. Throws `GRAPH_SHAPE` unless they end with [classes] scores. */
export function createModel(name: string, inputShape: Shape, description: LayerDescription): Model {
  const network: Layer = description(inputShape, '');
  const [classes, ...rest] = network.outputShape;
  if (classes === undefined || rest.length > 0)
    throw new ThalwegError(
      'GRAPH_SHAPE',
      `model ${name}: expected layers that end with [classes] scores, got [${network.outputShape.join(',')}]`,
    );
  return {
    name,
    inputShape,
    classes,
    parameters: network.parameters,
    size: network.parameters.reduce((total, parameter) => total + sizeOf(parameter.shape), 0),
    scores: (parameters, x) => network.apply(parameters, x),
  };
}

/** Fully connected network: hidden layers of the given widths with an activation after each, then scores. */
export function mlp(
  hidden: readonly number[],
  classes: number,
  nonlinearity: keyof typeof activations = 'relu',
): LayerDescription {
  const { initialise } = activations[nonlinearity];
  return sequential(
    flatten(),
    ...hidden.flatMap((units) => [dense(units, { initialise }), activation(nonlinearity)]),
    dense(classes, { initialise: glorotNormal }),
  );
}

/** The model that a specification names, for examples of `inputShape`. */
export function modelFor(specification: Specification['model'], inputShape: Shape, classes: number): Model {
  return createModel(specification.name, inputShape, mlp(specification.hidden, classes, specification.activation));
}

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
