import type { Shape } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { Initialiser } from './initialise.ts';

/** One trainable tensor of a network. */
export interface Parameter {
  /** Unique within the network, in PyTorch's style: `1.weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly initialise: Initialiser;
}

/** Values of parameters by name, as symbolic tensors. */
export type ParameterTensors = Readonly<Record<string, Tensor>>;

/** A layer whose input shape is known. Shapes are of one example, without the batch axis. */
export interface Layer {
  readonly parameters: readonly Parameter[];
  readonly outputShape: Shape;
  /** x [n, …input shape] → [n, …outputShape]. */
  apply(parameters: ParameterTensors, x: Tensor): Tensor;
}

/** A layer before it knows its input: what a network is described with. `path` prefixes the names of parameters. */
export type LayerDescription = (inputShape: Shape, path: string) => Layer;

/** Layers one after the other; the parameters of layer i are named `i.…`. */
export const sequential =
  (...descriptions: readonly LayerDescription[]): LayerDescription =>
  (inputShape, path) => {
    const layers: Layer[] = [];
    descriptions.forEach((describe, index) => {
      layers.push(describe(layers.at(-1)?.outputShape ?? inputShape, `${path}${index}.`));
    });
    return {
      parameters: layers.flatMap((layer) => layer.parameters),
      outputShape: layers.at(-1)?.outputShape ?? inputShape,
      apply: (parameters, x) => layers.reduce((value, layer) => layer.apply(parameters, value), x),
    };
  };
