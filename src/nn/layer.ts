import { ThalwegError, type HostTensor, type Shape } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { Initialiser } from './initialise.ts';

/** One trainable tensor of a network. */
export interface Parameter {
  /** Unique within the network, in PyTorch's style: `1.weight`, `layer1.0.conv1.weight`. */
  readonly name: string;
  readonly shape: Shape;
  readonly initialise: Initialiser;
}

/** One tensor of a network that is carried along and not trained: a running statistic. */
export interface Buffer {
  /** Unique within the network, in PyTorch's style: `bn1.running_mean`. */
  readonly name: string;
  readonly shape: Shape;
  /** What it is before the first update: a number for every element, or a value of its own shape. */
  readonly initial: number | HostTensor<'float32'>;
}

/** Values of parameters by name, as symbolic tensors. */
export type ParameterTensors = Readonly<Record<string, Tensor>>;
/** Values of buffers by name, as symbolic tensors. */
export type BufferTensors = Readonly<Record<string, Tensor>>;

/** `train`: batch normalisation by the batch's own statistics, which the running ones follow; `evaluate`: by the running ones. */
export type Mode = 'train' | 'evaluate';

/** One way of a batch through a network: the values that layers read, and the buffers that they leave behind. */
export interface Pass {
  readonly mode: Mode;
  readonly parameters: ParameterTensors;
  readonly buffers: BufferTensors;
  /**
   * The value that a buffer has after this pass, and the statistic of this batch alone that it follows. Layers call it in
   * train mode.
   */
  readonly update: (buffer: string, value: Tensor, statistic: Tensor) => void;
}

/** A layer whose input shape is known. Shapes are of one example, without the batch axis. */
export interface Layer {
  readonly parameters: readonly Parameter[];
  /** Default: none. */
  readonly buffers?: readonly Buffer[];
  readonly outputShape: Shape;
  /** The layers that it runs one after the other, when it is nothing else than that. */
  readonly steps?: readonly Layer[];
  /** x [n, …input shape] → [n, …outputShape]. */
  apply(pass: Pass, x: Tensor): Tensor;
}

/** A layer before it knows its input: what a network is described with. `path` prefixes the names of parameters. */
export type LayerDescription = (inputShape: Shape, path: string) => Layer;

/** Layers one after the other; what belongs to layer i is named `i.…`. */
export const sequential = (...descriptions: readonly LayerDescription[]): LayerDescription =>
  chain(descriptions.map((describe, index) => [String(index), describe]));

/**
 * Layers one after the other, each under a name of its own: `named({ conv1: …, relu1: …, fc: … })` has the parameters
 * `conv1.weight`, …. Throws `USAGE` for names that are whole numbers, which JavaScript would put in front of the others.
 */
export function named(descriptions: Readonly<Record<string, LayerDescription>>): LayerDescription {
  const number = Object.keys(descriptions).find((name) => /^\d+$/.test(name));
  if (number !== undefined)
    throw new ThalwegError('USAGE', `named layers: expected names that are no numbers, got "${number}"`);
  return chain(Object.entries(descriptions));
}

const chain =
  (descriptions: readonly (readonly [name: string, describe: LayerDescription])[]): LayerDescription =>
  (inputShape, path) => {
    const steps: Layer[] = [];
    for (const [name, describe] of descriptions)
      steps.push(describe(steps.at(-1)?.outputShape ?? inputShape, `${path}${name}.`));
    return {
      parameters: steps.flatMap((layer) => layer.parameters),
      buffers: steps.flatMap((layer) => layer.buffers ?? []),
      outputShape: steps.at(-1)?.outputShape ?? inputShape,
      steps,
      apply: (pass, x) => steps.reduce((value, layer) => layer.apply(pass, value), x),
    };
  };

/** `GRAPH_SHAPE` for a layer that cannot take its input: `dense layer fc1: expected …, got …`. */
export const layerError = (kind: string, path: string, difference: string): ThalwegError =>
  new ThalwegError('GRAPH_SHAPE', `${kind} layer ${path.replace(/\.$/, '')}: expected ${difference}`);
