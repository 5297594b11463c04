import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import type { RandomStream } from '../../src/base/index.ts';
import {
  ModelProtoSchema,
  StringStringEntryProtoSchema,
  type ModelProto,
  type TensorProto,
} from '../../src/graph/onnx/gen/onnx_pb.ts';

/** Damage to a file: some bytes, or fields of the model that stay readable. */
export type Mutation = (file: Uint8Array, stream: RandomStream) => Uint8Array;

const pick = <T>(values: readonly T[], stream: RandomStream): T => values[stream.integer(values.length)]!;
const some = (stream: RandomStream, most: number): number => 1 + stream.integer(most);

const flipBits: Mutation = (file, stream) => {
  const bytes = file.slice();
  for (let count = some(stream, 4); count > 0; count--) bytes[stream.integer(bytes.length)]! ^= 1 << stream.integer(8);
  return bytes;
};

const setBytes: Mutation = (file, stream) => {
  const bytes = file.slice();
  for (let count = some(stream, 3); count > 0; count--)
    bytes[stream.integer(bytes.length)] = pick([0, 1, 0x7f, 0x80, 0xff, stream.integer(256)], stream);
  return bytes;
};

const truncate: Mutation = (file, stream) => file.slice(0, stream.integer(file.length));

const repeatPart: Mutation = (file, stream) => {
  const from = stream.integer(file.length);
  const part = file.subarray(from, from + some(stream, 40));
  const at = stream.integer(file.length);
  return Uint8Array.from([...file.subarray(0, at), ...part, ...file.subarray(at)]);
};

/** Numbers that stand at the ends of ranges. */
const numbers = [
  0n,
  1n,
  -1n,
  2n,
  3n,
  7n,
  8n,
  64n,
  1000n,
  2n ** 20n,
  2n ** 31n,
  2n ** 40n,
  2n ** 62n,
  -(2n ** 63n),
  2n ** 63n - 1n,
];

/** Changes fields by their meaning. */
const changeFields: Mutation = (file, stream) => {
  // Bytes of tensors are views of what is read.
  const model = fromBinary(ModelProtoSchema, file.slice());
  for (let count = some(stream, 3); count > 0; count--) pick(fieldChanges, stream)(model, stream);
  return toBinary(ModelProtoSchema, model);
};

type Change = (model: ModelProto, stream: RandomStream) => void;

const names = ({ graph }: ModelProto): string[] => [
  ...graph!.node.flatMap((node) => [...node.input, ...node.output]),
  ...graph!.initializer.map(({ name }) => name),
  '',
];

const anyNode = (model: ModelProto, stream: RandomStream) => pick(model.graph!.node, stream);
const anyTensor = ({ graph }: ModelProto, stream: RandomStream): TensorProto => pick(graph!.initializer, stream);

const fieldChanges: readonly Change[] = [
  (model, stream) => {
    const { input } = anyNode(model, stream);
    if (input.length > 0) input[stream.integer(input.length)] = pick(names(model), stream);
  },
  (model, stream) => {
    const { output } = anyNode(model, stream);
    output[stream.integer(output.length)] = pick(names(model), stream);
  },
  (model, stream) => {
    anyNode(model, stream).opType = pick(
      [...model.graph!.node.map(({ opType }) => opType), 'Pad', 'Tile', 'Resize', 'Gather', 'Expand'],
      stream,
    );
  },
  (model, stream) => {
    const { attribute } = anyNode(model, stream);
    if (attribute.length === 0) return;
    const changed = pick(attribute, stream);
    if (changed.ints.length > 0) changed.ints[stream.integer(changed.ints.length)] = pick(numbers, stream);
    else changed.i = pick(numbers, stream);
  },
  (model, stream) => {
    const { attribute } = anyNode(model, stream);
    if (attribute.length > 0) pick(attribute, stream).type = pick([0, 1, 2, 3, 4, 5, 6, 7, 8], stream);
  },
  (model, stream) => {
    const { dims } = anyTensor(model, stream);
    if (dims.length > 0) dims[stream.integer(dims.length)] = pick(numbers, stream);
    else dims.push(pick(numbers, stream));
  },
  (model, stream) => {
    anyTensor(model, stream).dataType = stream.integer(24);
  },
  (model, stream) => {
    const tensor = anyTensor(model, stream);
    tensor.dataLocation = 1;
    tensor.externalData = ['location', 'offset', 'length'].map((key) =>
      create(StringStringEntryProtoSchema, { key, value: pick(claims, stream) }),
    );
  },
  (model, stream) => {
    const { rawData } = anyTensor(model, stream);
    if (rawData.length > 0) rawData[stream.integer(rawData.length)] = stream.integer(256);
  },
  (model, stream) => {
    model.opsetImport[0]!.version = pick(numbers, stream);
  },
  (model, stream) => {
    const dims = model.graph!.input[0]?.type?.value;
    if (dims?.case === 'tensorType')
      pick(dims.value.shape!.dim, stream).value = { case: 'dimValue', value: pick(numbers, stream) };
  },
  ({ graph }, stream) =>
    void graph!.node.splice(stream.integer(graph!.node.length), 1, ...graph!.node.slice(0, stream.integer(2))),
  ({ graph }) => void graph!.node.reverse(),
];

const claims = ['weights.bin', '../weights.bin', '/etc/passwd', '', '0', '4', '-1', '99999999999', '1e9', 'x'];

/** All kinds of damage, with fields more often than bytes. */
export const mutations: readonly Mutation[] = [
  flipBits,
  setBytes,
  truncate,
  repeatPart,
  changeFields,
  changeFields,
  changeFields,
];
