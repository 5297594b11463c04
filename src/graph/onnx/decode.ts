import { fromBinary } from '@bufbuild/protobuf';
import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { decodeElementType, decodeShape, decodeTensor } from './decode-tensor.ts';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorShapeProto_Dimension as Dimension,
  type ValueInfoProto,
} from './gen/onnx_pb.ts';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxValue } from './model.ts';

/**
 * Reads the bytes of an ONNX file. Tensors are copied out of `bytes`, which may be reused afterwards. Throws
 * `ONNX_INVALID` when they are no complete model, `ONNX_UNSUPPORTED` for what `OnnxModel` cannot express, naming it.
 */
export function decodeModel(bytes: Uint8Array): OnnxModel {
  const model = parse(bytes);
  if (model.irVersion < 1n || model.graph === undefined || model.opsetImport.length === 0)
    throw invalid(`onnx: expected a model with IR version, operator set and graph, got ${bytes.length} bytes without`);
  if (model.functions.length > 0)
    throw unsupported(`onnx: expected a model without functions, got ${quote(model.functions[0]!.name)}`);
  return { ...decodeVersions(model), ...decodeGraph(model.graph) };
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    throw invalid(`onnx: expected a complete ONNX model, got ${bytes.length} bytes (${messageOf(cause)})`, cause);
  }
}

function decodeVersions(model: ModelProto): Pick<OnnxModel, 'opset' | 'domains'> {
  const domains = new Map<string, number>();
  for (const { domain, version } of model.opsetImport) {
    const name = domain === 'ai.onnx' ? '' : domain;
    domains.set(name, toInteger(version, `version of operator set ${quote(name)}`));
  }
  const opset = domains.get('');
  if (opset === undefined)
    throw unsupported(`onnx: expected operator set ai.onnx, got ${[...domains.keys()].map(quote).join(', ')}`);
  domains.delete('');
  return { opset, domains: Object.fromEntries(domains) };
}

function decodeGraph(graph: GraphProto): Omit<OnnxModel, 'opset' | 'domains'> {
  if (graph.sparseInitializer.length > 0) throw unsupported('onnx: expected dense initializers, got a sparse one');
  const initializers = graph.initializer.map(
    (tensor) => [tensor.name, decodeTensor(tensor, `initializer ${quote(tensor.name)}`)] as const,
  );
  const names = new Set(initializers.map(([name]) => name));
  return {
    // Before IR version 4 every initializer was listed among the inputs too.
    inputs: graph.input.filter(({ name }) => !names.has(name)).map((value) => decodeValue(value, 'input')),
    outputs: graph.output.map((value) => decodeValue(value, 'output')),
    initializers: Object.fromEntries(initializers),
    nodes: graph.node.map(decodeNode),
  };
}

function decodeValue(value: ValueInfoProto, role: 'input' | 'output'): OnnxValue {
  const subject = `${role} ${quote(value.name)}`;
  const type = value.type?.value;
  if (type?.case !== 'tensorType')
    throw unsupported(`onnx: ${subject}: expected a tensor, got ${type?.case?.replace('Type', '') ?? 'no type'}`);
  const { elemType, shape } = type.value;
  if (shape === undefined) throw unsupported(`onnx: ${subject}: expected a shape, got a tensor of unknown rank`);
  const dimensions = shape.dim.map((dimension, axis) => decodeDimension(dimension, axis, subject));
  return { name: value.name, dtype: decodeElementType(elemType, subject), shape: decodeShape(dimensions, subject) };
}

function decodeDimension({ value }: Dimension, axis: number, subject: string): bigint {
  if (value.case === 'dimValue') return value.value;
  const given = value.case === 'dimParam' ? quote(value.value) : 'none';
  throw unsupported(`onnx: ${subject}: expected a fixed size of axis ${axis}, got ${given}`);
}

function decodeNode(node: NodeProto): OnnxNode {
  if (node.opType === '') throw invalid(`onnx: expected an operator in node ${quote(node.name)}, got none`);
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
        decodeAttribute(attribute, `${subject}: ${quote(attribute.name)}`),
      ]),
    ),
  };
}

function decodeAttribute(attribute: AttributeProto, subject: string): OnnxAttribute {
  const decode = attributeDecoders[attribute.type];
  if (decode) return decode(attribute, subject);
  const name = Object.entries(AttributeType).find(([, number]) => number === attribute.type)?.[0];
  throw unsupported(`onnx: ${subject}: expected a number, text or tensor, got ${name ?? 'another kind'}`);
}

type AttributeDecoder = (attribute: AttributeProto, subject: string) => OnnxAttribute;

const attributeDecoders: Partial<Record<AttributeType, AttributeDecoder>> = {
  [AttributeType.INT]: ({ i }, subject) => ({ type: 'int', value: toInteger(i, subject) }),
  [AttributeType.INTS]: ({ ints }, subject) => ({
    type: 'ints',
    value: ints.map((value) => toInteger(value, subject)),
  }),
  [AttributeType.FLOAT]: ({ f }) => ({ type: 'float', value: f }),
  [AttributeType.FLOATS]: ({ floats }) => ({ type: 'floats', value: floats }),
  [AttributeType.STRING]: ({ s }, subject) => ({ type: 'string', value: decodeText(s, subject) }),
  [AttributeType.TENSOR]: ({ t }, subject) => {
    if (t === undefined) throw invalid(`onnx: ${subject}: expected a tensor, got none`);
    return { type: 'tensor', value: decodeTensor(t, subject) };
  },
};

function decodeText(bytes: Uint8Array, subject: string): string {
  try {
    return getTextEncoding().decodeUtf8(bytes, true);
  } catch (cause) {
    throw invalid(`onnx: ${subject}: expected UTF-8 text, got other bytes`, cause);
  }
}

function toInteger(value: bigint, subject: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw unsupported(`onnx: ${subject}: expected an integer below 2^53, got ${value}`);
  return number;
}

/** A name from the file, on one line whatever it contains. */
const quote = (name: string): string => JSON.stringify(name);

const invalid = (message: string, cause?: unknown): ThalwegError =>
  new ThalwegError('ONNX_INVALID', message, { cause });
const unsupported = (message: string): ThalwegError => new ThalwegError('ONNX_UNSUPPORTED', message);
