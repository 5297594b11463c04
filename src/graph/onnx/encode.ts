import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, getTextEncoding, WireType } from '@bufbuild/protobuf/wire';
import { ThalwegError, type HostTensor } from '../../base/index.ts';
import { elementNumber } from './element.ts';
import {
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './gen/onnx_pb.ts';
import type { OnnxAttribute, OnnxDimension, OnnxModel, OnnxNode, OnnxValue } from './model.ts';

/** Version of the file format that is written; every reader of opset 15 and later knows it. */
const irVersion = 8n;

/** Protocol buffers end at 2 GiB. */
const maximumBytes = 2 ** 31 - 1;

/**
 * The bytes of an ONNX file (ModelProto, IR version 8). Tensors are stored as `raw_data`, little-endian. The same model
 * gives the same bytes. Elements of initializers are copied once. Throws `ONNX_UNSUPPORTED` above 2 GiB.
 */
export function encodeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  // Initializers may hold all of a network's weights. A generic encoder copies them once for every level of nesting, so
  // the graph's own frame is written here: it is made of the same fields, in another order.
  const initializers = Object.entries(model.initializers).flatMap(([name, tensor]) => encodeInitializer(name, tensor));
  const graph = [encodeGraph(model), ...initializers];
  return concatenate([
    encodeHeader(model),
    fieldPrefix(ModelProtoSchema.field.graph.number, totalLength(graph)),
    ...graph,
  ]);
}

function encodeHeader(model: OnnxModel): Uint8Array {
  const domains = Object.entries({ '': model.opset, ...model.domains });
  const header = create(ModelProtoSchema, {
    irVersion,
    producerName: 'thalweg',
    opsetImport: domains.map(([domain, version]) => ({ domain, version: BigInt(version) })),
  });
  return toBinary(ModelProtoSchema, header);
}

/** GraphProto without its initializers. */
function encodeGraph(model: OnnxModel): Uint8Array {
  const graph = create(GraphProtoSchema, {
    name: 'thalweg',
    node: model.nodes.map(nodeProto),
    input: model.inputs.map(valueProto),
    output: model.outputs.map(valueProto),
  });
  return toBinary(GraphProtoSchema, graph);
}

/** The field `initializer` of GraphProto in pieces, the last of which are the tensor's own bytes. */
function encodeInitializer(name: string, tensor: HostTensor): Uint8Array[] {
  const description = toBinary(TensorProtoSchema, tensorProto(name, tensor));
  const bytes = bytesOf(tensor);
  const content = [description, fieldPrefix(TensorProtoSchema.field.rawData.number, bytes.length), bytes];
  return [fieldPrefix(GraphProtoSchema.field.initializer.number, totalLength(content)), ...content];
}

function nodeProto(node: OnnxNode): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.operator,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
  });
}

function valueProto(value: OnnxValue): ValueInfoProto {
  const shape = value.shape === null ? {} : { shape: { dim: value.shape.map(dimensionProto) } };
  const tensorType = { elemType: elementNumber[value.dtype], ...shape };
  return create(ValueInfoProtoSchema, { name: value.name, type: { value: { case: 'tensorType', value: tensorType } } });
}

function dimensionProto(size: OnnxDimension) {
  if (size === null) return {};
  return typeof size === 'number'
    ? { value: { case: 'dimValue' as const, value: BigInt(size) } }
    : { value: { case: 'dimParam' as const, value: size } };
}

/** A tensor without its elements. */
function tensorProto(name: string, tensor: HostTensor): TensorProto {
  return create(TensorProtoSchema, { name, dataType: elementNumber[tensor.dtype], dims: tensor.shape.map(BigInt) });
}

function attributeProto(name: string, attribute: OnnxAttribute): AttributeProto {
  switch (attribute.type) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(attribute.value) });
    case 'ints':
      return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: attribute.value.map(BigInt) });
    case 'float':
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: attribute.value });
    case 'floats':
      return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...attribute.value] });
    case 'string': {
      const s = getTextEncoding().encodeUtf8(attribute.value);
      return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s });
    }
    case 'strings': {
      const strings = attribute.value.map((text) => getTextEncoding().encodeUtf8(text));
      return create(AttributeProtoSchema, { name, type: AttributeType.STRINGS, strings });
    }
    case 'tensor': {
      const t = { ...tensorProto('', attribute.value), rawData: bytesOf(attribute.value) };
      return create(AttributeProtoSchema, { name, type: AttributeType.TENSOR, t });
    }
    case 'other':
      throw new ThalwegError(
        'ONNX_UNSUPPORTED',
        `onnx: attribute "${name}": expected a kind that can be written, got ${attribute.value}`,
      );
  }
}

/** The memory of a tensor. Typed arrays are little-endian on every machine that the runtime supports. */
const bytesOf = ({ data }: HostTensor): Uint8Array<ArrayBuffer> =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** Tag and length that stand before a field of `length` bytes. */
const fieldPrefix = (field: number, length: number): Uint8Array =>
  new BinaryWriter().tag(field, WireType.LengthDelimited).uint32(length).finish();

function totalLength(pieces: readonly Uint8Array[]): number {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (length > maximumBytes)
    throw new ThalwegError('ONNX_UNSUPPORTED', `onnx: expected a model of at most 2 GiB, got ${length} bytes`);
  return length;
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(totalLength(pieces));
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
