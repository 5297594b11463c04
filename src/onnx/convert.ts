import { formatType, sizeOf } from '../base/index.ts';
import type { OnnxModel, OnnxNode, Tensor } from '../graph/index.ts';
import type { BufferTensors, Mode } from '../nn/index.ts';
import { constant, onBehalfOf } from '../ops/index.ts';
import { NodeCall, type Conversion } from './call.ts';
import { findConverter, opsetOf } from './converters/index.ts';
import { orderedNodes } from './order.ts';
import { invalid, quote, titleOf } from './problem.ts';
import { folded, inFloat, knownValue, type FloatType } from './values.ts';

/** No network has a value of more elements; a damaged file easily asks for one. */
const maximumElements = 2 ** 31;

export interface ConversionOptions {
  /** Tensors for the file's inputs, and in place of initializers, by name. Their shapes are what all others follow from. */
  readonly given: ReadonlyMap<string, Tensor>;
  /** The values that are wanted. */
  readonly wanted: readonly string[];
  /** The floating-point type of everything. */
  readonly float: FloatType;
  /** Default: `evaluate`. */
  readonly mode?: Mode;
  /** Names of buffers among `given`, which batch normalisation in train mode updates; default: none. */
  readonly buffers?: readonly string[];
}

/** A file's graph as tensors of ours. */
export interface ConvertedGraph {
  /** Values by name: those that were wanted, and all that they depend on. */
  readonly values: ReadonlyMap<string, Tensor>;
  /** Buffers after the pass: in train mode those that followed the batch, otherwise as given. */
  readonly buffers: BufferTensors;
  /** What the buffers followed. */
  readonly statistics: BufferTensors;
}

/**
 * Converts the part of a file's graph that some values depend on, at the shapes of what is given. What depends on nothing
 * but constants and shapes is computed on the way. Throws `ONNX_UNSUPPORTED` with operator, version and node for what has no
 * converter, `ONNX_INVALID` and `GRAPH_*` for a graph that contradicts itself.
 */
export function convertGraph(file: OnnxModel, options: ConversionOptions): ConvertedGraph {
  const { given, wanted, float, mode = 'evaluate', buffers = [] } = options;
  const values = new Map<string, Tensor>(given);
  const after = new Map(buffers.map((name) => [name, given.get(name)!]));
  const statistics = new Map<string, Tensor>();
  const owners = new Map(buffers.map((name) => [given.get(name)!, name]));
  const conversion: Conversion = {
    float,
    mode,
    bufferOf: (tensor) => owners.get(tensor),
    update: (buffer, value, statistic) => {
      after.set(buffer, value);
      statistics.set(buffer, statistic);
    },
  };
  const valueOf = (name: string): Tensor | undefined => values.get(name) ?? constantOf(file, name, float, values);
  for (const node of orderedNodes(file, wanted)) {
    if (node.outputs.every((name) => name === '' || values.has(name))) continue;
    const inputs = node.inputs.map((name) => (name === '' ? undefined : required(valueOf(name), name, titleOf(node))));
    const results = convertNode(file, node, inputs, conversion);
    node.outputs.forEach((name, index) => {
      const result = results[index];
      if (name !== '' && result) values.set(name, result);
    });
  }
  for (const name of wanted) required(valueOf(name), name, 'output');
  return { values, buffers: Object.fromEntries(after), statistics: Object.fromEntries(statistics) };
}

/** The constant for an initializer, made when it is used first. */
function constantOf(file: OnnxModel, name: string, float: FloatType, values: Map<string, Tensor>): Tensor | undefined {
  if (!Object.hasOwn(file.initializers, name)) return undefined;
  const tensor = constant(inFloat(file.initializers[name]!, float));
  values.set(name, tensor);
  return tensor;
}

function required(tensor: Tensor | undefined, name: string, by: string): Tensor {
  if (tensor) return tensor;
  throw invalid(by, `a value for ${quote(name)}, got none`);
}

function convertNode(
  file: OnnxModel,
  node: OnnxNode,
  inputs: readonly (Tensor | undefined)[],
  conversion: Conversion,
): readonly (Tensor | null)[] {
  const title = titleOf(node);
  const convert = findConverter(file, node);
  const origin = { place: `node ${title} of the ONNX file` };
  return onBehalfOf({ origin }, () => {
    const made = convert(new NodeCall(node, opsetOf(file, node), conversion, inputs));
    const isKnown = inputs.every((input) => input === undefined || knownValue(input));
    const results = 'operator' in made ? [made] : made;
    return results.map((result) => {
      if (result === null) return null;
      if (sizeOf(result.shape) > maximumElements)
        throw invalid(title, `values of at most ${maximumElements} elements, got ${formatType(result)}`);
      return isKnown ? folded(result, title) : result;
    });
  });
}
