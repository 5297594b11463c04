import { ThalwegError, type Shape } from '../../base/index.ts';
import type { Specification } from '../../contract/index.ts';
import type { OnnxModel } from '../../graph/index.ts';
import type { Model } from '../../nn/index.ts';
import { modelFromOnnx, type NetworkOptions } from '../../onnx/index.ts';

/** The copy of a network whose weights lay beside its file: it has them inside, so that its digest is another. */
export const packedName = 'model-packed.onnx';

/** What a model is made for. */
export interface ModelExamples {
  /** Shape of one example. */
  readonly inputShape: Shape;
  readonly classes: number;
  /** The data set, for messages. */
  readonly name: string;
}

type OnnxSpecification = Extract<Specification['model'], { name: 'onnx' }>;

/**
 * The network of an ONNX file as a specification wants it. Throws `SPECIFICATION_INVALID` where it has fewer classes than the
 * examples, `GRAPH_SHAPE` and `ONNX_*`.
 */
export function onnxNetwork(specification: OnnxSpecification, file: OnnxModel, examples: ModelExamples): Model {
  const { inputShape, classes } = examples;
  const network = modelFromOnnx(file, { name: specification.file, inputShape, ...choices(specification) });
  if (network.classes >= classes) return network;
  const expected = `expected scores of at least ${classes} classes, as many as ${examples.name} has`;
  throw new ThalwegError('SPECIFICATION_INVALID', `model ${specification.file}: ${expected}, got ${network.classes}`);
}

/** What the specification says of a network from elsewhere. */
const choices = ({ include, exclude, scores }: OnnxSpecification): NetworkOptions => ({
  ...(include && { include }),
  ...(exclude && { exclude }),
  ...(scores !== undefined && { scores }),
});
