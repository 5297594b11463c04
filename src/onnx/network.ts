import { hostTensor, isFloat, sizeOf, ThalwegError, toFloat64, type HostTensor, type Shape } from '../base/index.ts';
import type { OnnxModel, OnnxNode, Tensor } from '../graph/index.ts';
import type { Buffer, Forward, Mode, Model, Parameter, ParameterTensors } from '../nn/index.ts';
import { input as placeholder, reshape } from '../ops/index.ts';
import { chooseParameters, type Chosen, type ParameterChoice } from './choose.ts';
import { convertGraph } from './convert.ts';
import { asInput, networkInput, type NetworkInput } from './input.ts';
import { orderedNodes, producersOf } from './order.ts';
import { invalid, quote } from './problem.ts';
import { initializersOf } from './roles.ts';
import { topLayer } from './top.ts';
import type { FloatType } from './values.ts';

export interface NetworkOptions extends ParameterChoice {
  /** Stands in messages; default `onnx`. */
  readonly name?: string;
  /** Shape of one example, for axes that the file leaves open. */
  readonly inputShape?: Shape;
  /** The value that holds the scores (logits); default `output`, the file's first output. */
  readonly scores?: string;
}

/** A network of an ONNX file. */
export interface OnnxNetwork {
  readonly file: OnnxModel;
  /** The network as everything else takes it; its parameters start from the file's values. */
  readonly model: Model;
  readonly input: NetworkInput;
  /** Name of the value that holds the scores. */
  readonly scores: string;
  /** The nodes that the scores depend on, in order. */
  readonly nodes: readonly OnnxNode[];
  /** What became of the file's initializers. */
  readonly chosen: Chosen;
}

/**
 * The network of an ONNX file as a model: parameters and running statistics with the file's values, scores for batches of any
 * size. The graph is converted anew for every batch size, so that shapes which the file computes follow it.
 *
 * Scores must be [n, classes] (further axes of size 1 are dropped). Throws `ONNX_UNSUPPORTED` with operator, version and node
 * for what has no converter, `ONNX_INVALID` and `GRAPH_*` for a file that contradicts itself, `USAGE` for options.
 */
export function networkFromOnnx(file: OnnxModel, options: NetworkOptions = {}): OnnxNetwork {
  const { name = 'onnx', inputShape, scores: chosenScores = 'output' } = options;
  const input = networkInput(file, inputShape);
  const scores = scoresOf(file, chosenScores);
  const nodes = orderedNodes(file, [scores]);
  const chosen = chooseParameters(initializersOf(file, nodes), options);
  const top = topLayer(nodes, chosen.parameters, input.name);
  const parameters = chosen.parameters.map(parameterOf);
  const buffers = chosen.buffers.map(bufferOf);
  const forward = forwardOf(
    file,
    name,
    input,
    scores,
    top.features ?? input.name,
    buffers.map((buffer) => buffer.name),
  );
  const model: Omit<Model, 'classes'> = {
    name,
    inputShape: input.shape,
    parameters,
    topParameters: top.parameters,
    buffers,
    size: parameters.reduce((total, { shape }) => total + sizeOf(shape), 0),
    forward,
  };
  const classes = probe(model, input.batch ?? 2).scores.shape[1]!;
  return { file, model: { ...model, classes }, input, scores, nodes, chosen };
}

/** The model alone. */
export const modelFromOnnx = (file: OnnxModel, options?: NetworkOptions): Model => networkFromOnnx(file, options).model;

/** What a model makes of `count` examples in evaluation, as symbolic tensors over placeholders. */
export function probe(
  { inputShape, parameters, buffers, forward }: Omit<Model, 'classes'>,
  count: number,
): Forward & Probe {
  const tensors = (declared: readonly { name: string; shape: Shape }[]): Record<string, Tensor> =>
    Object.fromEntries(
      declared.map(({ name, shape }) => [name, placeholder(`parameter ${name}`, { dtype: 'float32', shape })]),
    );
  const x = placeholder('x', { dtype: 'float32', shape: [count, ...inputShape] });
  const theta = tensors(parameters);
  return { ...forward(theta, tensors(buffers), x, 'evaluate'), x, parameters: theta };
}

/** The placeholders of a probe. */
export interface Probe {
  readonly x: Tensor;
  readonly parameters: ParameterTensors;
}

function scoresOf(file: OnnxModel, chosen: string): string {
  if (chosen !== 'output') {
    if (producersOf(file).has(chosen)) return chosen;
    throw new ThalwegError('USAGE', `onnx: scores: expected "output" or the name of a value, got ${quote(chosen)}`);
  }
  const [output] = file.outputs;
  if (output === undefined) throw invalid('network', 'an output, got none');
  return output.name;
}

function parameterOf({ name, value }: { name: string; value: HostTensor }): Parameter {
  return { name, shape: value.shape, initialise: () => copied(value) };
}

const bufferOf = ({ name, value }: { name: string; value: HostTensor }): Buffer => ({
  name,
  shape: value.shape,
  initial: copied(value),
});

const copied = (value: HostTensor): HostTensor<'float32'> => hostTensor('float32', value.shape, toFloat64(value));

function forwardOf(
  file: OnnxModel,
  name: string,
  input: NetworkInput,
  scores: string,
  features: string,
  buffers: readonly string[],
): Model['forward'] {
  return (parameters, given, x, mode: Mode): Forward => {
    const float = floatOf(parameters, x);
    const tensors = new Map([...Object.entries(parameters), ...Object.entries(given)]);
    tensors.set(input.name, asInput(input, x, float));
    return explainedBatch(name, input, x, () => {
      const graph = convertGraph(file, { given: tensors, wanted: [scores, features], float, mode, buffers });
      return {
        scores: rowsOf(graph.values.get(scores)!, x.shape[0]!, scores),
        features: graph.values.get(features)!,
        buffers: graph.buffers,
        statistics: graph.statistics,
      };
    });
  };
}

const floatOf = (parameters: ParameterTensors, x: Tensor): FloatType => {
  const dtype = Object.values(parameters)[0]?.dtype ?? x.dtype;
  return dtype === 'float64' ? 'float64' : 'float32';
};

/** Scores [n, classes], without further axes of size 1. */
function rowsOf(scores: Tensor, count: number, name: string): Tensor {
  const [rows, classes, ...rest] = scores.shape;
  if (rows === count && classes !== undefined && isFloat(scores.dtype) && sizeOf(rest) === 1)
    return reshape(scores, [rows, classes]);
  throw invalid(
    `scores ${quote(name)}`,
    `[${count}, classes] for ${count} examples, got ${scores.dtype}[${scores.shape.join(',')}]; choose another value (scores)`,
  );
}

/** Says, where something goes wrong for a batch of another size than the file's, that this may be the reason. */
function explainedBatch(name: string, { batch }: NetworkInput, x: Tensor, build: () => Forward): Forward {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ThalwegError) || batch === null || batch === x.shape[0]) throw error;
    const reason = `model ${name} was exported for batches of ${batch}, and does not take ${x.shape[0]}: export it with a dynamic batch axis`;
    throw new ThalwegError('ONNX_UNSUPPORTED', `${reason} (${error.message})`, { cause: error });
  }
}
