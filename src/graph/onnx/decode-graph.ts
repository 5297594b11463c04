import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { decodeElementFormat, decodeTensor } from './decode-tensor.ts';
import type { ExternalFiles } from './external.ts';
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProto,
  type GraphProto,
  type NodeProto,
  type TensorShapeProto_Dimension as Dimension,
  type ValueInfoProto,
} from './gen/onnx_pb.ts';
import type { OnnxAttribute, OnnxDimension, OnnxGraph, OnnxNode, OnnxValue } from './model.ts';
import { invalid, quote, toInteger, unsupported } from './problem.ts';

/** The graph of a file. */
export function decodeGraph(graph: GraphProto, files?: ExternalFiles): OnnxGraph {
  if (graph.sparseInitializer.length > 0) throw unsupported('expected dense initializers, got a sparse one');
  const initializers = graph.initializer.map(
    (tensor) => [tensor.name, decodeTensor(tensor, `initializer ${quote(tensor.name)}`, files)] as const,
  );
  const names = new Set(initializers.map(([name]) => name));
  return {
    // Before IR version 4 every initializer was listed among the inputs too.
    inputs: graph.input.filter(({ name }) => !names.has(name)).map((value) => decodeValue(value, 'input')),
    outputs: graph.output.map((value) => decodeValue(value, 'output')),
    initializers: Object.fromEntries(initializers),
    nodes: graph.node.map((node) => decodeNode(node, files)),
  };
}

function decodeValue(value: ValueInfoProto, role: 'input' | 'output'): OnnxValue {
  const subject = `${role} ${quote(value.name)}`;
  const type = value.type?.value;
  if (type?.case !== 'tensorType')
    throw unsupported(`${subject}: expected a tensor, got ${type?.case?.replace('Type', '') ?? 'no type'}`);
  const { elemType, shape } = type.value;
  return {
    name: value.name,
    dtype: decodeElementFormat(elemType, subject).dtype,
    shape: shape === undefined ? null : shape.dim.map((dimension) => decodeDimension(dimension, subject)),
  };
}

function decodeDimension({ value }: Dimension, subject: string): OnnxDimension {
  if (value.case !== 'dimValue') return value.case === 'dimParam' && value.value !== '' ? value.value : null;
  const size = toInteger(value.value, subject);
  if (size < 0) throw invalid(`${subject}: expected sizes of axes, got ${size}`);
  return size;
}

/** A node with its attributes. */
export function decodeNode(node: NodeProto, files?: ExternalFiles): OnnxNode {
  if (node.opType === '') throw invalid(`expected an operator in node ${quote(node.name)}, got none`);
  const subject = `attribute of ${quote(node.opType)} ${quote(node.name)}`;
  return {
    name: node.name,
    operator: node.opType,
    domain: node.domain === 'ai.onnx' ? '' : node.domain,
    inputs: node.input,
    outputs: node.output,
    attributes: Object.fromEntries(
      node.attribute.map((attribute) => [
        attribute.name,
        decodeAttribute(attribute, `${subject}: ${quote(attribute.name)}`, files),
      ]),
    ),
  };
}

/** An attribute of a node. Kinds that no operator of Thalweg takes keep only their name. */
export function decodeAttribute(attribute: AttributeProto, subject: string, files?: ExternalFiles): OnnxAttribute {
  const decode = decoders[attribute.type];
  if (decode) return decode(attribute, subject, files);
  const name = Object.entries(AttributeType).find(([, number]) => number === attribute.type)?.[0];
  return { type: 'other', value: name ?? 'another kind' };
}

type Decoder = (attribute: AttributeProto, subject: string, files: ExternalFiles | undefined) => OnnxAttribute;

const decoders: Partial<Record<AttributeType, Decoder>> = {
  [AttributeType.INT]: ({ i }, subject) => ({ type: 'int', value: toBounded(i, subject) }),
  [AttributeType.INTS]: ({ ints }, subject) => ({
    type: 'ints',
    value: ints.map((value) => toBounded(value, subject)),
  }),
  [AttributeType.FLOAT]: ({ f }) => ({ type: 'float', value: f }),
  [AttributeType.FLOATS]: ({ floats }) => ({ type: 'floats', value: floats }),
  [AttributeType.STRING]: ({ s }, subject) => ({ type: 'string', value: decodeText(s, subject) }),
  [AttributeType.STRINGS]: ({ strings }, subject) => ({
    type: 'strings',
    value: strings.map((text) => decodeText(text, subject)),
  }),
  [AttributeType.TENSOR]: ({ t }, subject, files) => {
    if (t === undefined) throw invalid(`${subject}: expected a tensor, got none`);
    return { type: 'tensor', value: decodeTensor(t, subject, files) };
  },
};

/** The ends of int64 stand for "to the last": they are kept as the nearest numbers that a double has. */
const toBounded = (value: bigint, subject: string): number =>
  value === 2n ** 63n - 1n || value === -(2n ** 63n) ? Number(value) : toInteger(value, subject);

function decodeText(bytes: Uint8Array, subject: string): string {
  try {
    return getTextEncoding().decodeUtf8(bytes, true);
  } catch (cause) {
    throw invalid(`${subject}: expected UTF-8 text, got other bytes`, cause);
  }
}
