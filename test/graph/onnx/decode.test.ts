import { create, toBinary, type DescMessage, type Message, type MessageInitShape } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ThalwegError } from '../../../src/base/index.ts';
import { decodeModel, encodeModel } from '../../../src/graph/index.ts';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType as DataType,
  type AttributeProtoSchema,
  type GraphProtoSchema,
  type TensorProtoSchema,
  type TypeProtoSchema,
} from '../../../src/graph/onnx/gen/onnx_pb.ts';
import { sample } from './sample.ts';

type Init<Schema extends DescMessage> = Exclude<MessageInitShape<Schema>, Message>;

function fileWith(graph: Init<typeof GraphProtoSchema>, model: Init<typeof ModelProtoSchema> = {}): Uint8Array {
  const opsetImport = [{ domain: '', version: 17n }];
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { irVersion: 7n, opsetImport, graph, ...model }));
}

const fileWithTensor = (tensor: Init<typeof TensorProtoSchema>): Uint8Array =>
  fileWith({ initializer: [{ name: 'w', ...tensor }] });

const fileWithAttribute = (attribute: Init<typeof AttributeProtoSchema>): Uint8Array =>
  fileWith({ node: [{ name: 'n', opType: 'Op', attribute: [{ name: 'a', ...attribute }] }] });

const fileWithInput = (type: Init<typeof TypeProtoSchema>): Uint8Array => fileWith({ input: [{ name: 'x', type }] });

/** The error of decoding; fails the test when there is none or it is not one of ours on one line. */
function errorOf(bytes: Uint8Array): ThalwegError {
  try {
    decodeModel(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ThalwegError);
    expect((error as ThalwegError).message).toMatch(/^onnx: [^\n]+$/);
    return error as ThalwegError;
  }
  throw new Error('expected decodeModel to throw');
}

describe('decodeModel', () => {
  it.each([
    ['float32', { dataType: DataType.FLOAT, floatData: [1.5, -2] }, Float32Array.of(1.5, -2)],
    ['float64', { dataType: DataType.DOUBLE, doubleData: [0.1, 2] }, Float64Array.of(0.1, 2)],
    ['int64', { dataType: DataType.INT64, int64Data: [-1n, 2n ** 62n] }, BigInt64Array.of(-1n, 2n ** 62n)],
    ['bool', { dataType: DataType.BOOL, int32Data: [1, 0] }, Uint8Array.of(1, 0)],
    ['bool', { dataType: DataType.BOOL, rawData: Uint8Array.of(0, 1) }, Uint8Array.of(0, 1)],
  ])('reads %s elements from their own field or raw', (dtype, tensor, data) => {
    const { initializers } = decodeModel(fileWithTensor({ dims: [2n], ...tensor }));
    expect(initializers).toEqual({ w: { dtype, shape: [2], data } });
  });

  it('copies elements out of the file', () => {
    const bytes = encodeModel(sample);
    const decoded = decodeModel(bytes);
    bytes.fill(0);
    expect(decoded).toEqual(sample);
  });

  it('does not take initializers for inputs, which old models list as both', () => {
    const tensorType = {
      elemType: DataType.FLOAT,
      shape: { dim: [{ value: { case: 'dimValue' as const, value: 1n } }] },
    };
    const type = { value: { case: 'tensorType' as const, value: tensorType } };
    const initializer = [{ name: 'w', dims: [1n], dataType: DataType.FLOAT, floatData: [1] }];
    const bytes = fileWith(
      {
        initializer,
        input: [
          { name: 'w', type },
          { name: 'x', type },
        ],
      },
      { irVersion: 3n },
    );
    expect(decodeModel(bytes).inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [1] }]);
  });

  it.each([
    [
      'FLOAT16',
      { dataType: DataType.FLOAT16, rawData: Uint8Array.of(0, 0x3c, 1, 0x80) },
      Float32Array.of(1, -(2 ** -24)),
    ],
    [
      'FLOAT16 in its field',
      { dataType: DataType.FLOAT16, int32Data: [0x7c00, 0xc000] },
      Float32Array.of(Infinity, -2),
    ],
    [
      'BFLOAT16',
      { dataType: DataType.BFLOAT16, rawData: Uint8Array.of(0x80, 0x3f, 0x20, 0xc1) },
      Float32Array.of(1, -10),
    ],
    ['INT8', { dataType: DataType.INT8, rawData: Uint8Array.of(255, 127) }, BigInt64Array.of(-1n, 127n)],
    ['UINT8 in its field', { dataType: DataType.UINT8, int32Data: [255, 0] }, BigInt64Array.of(255n, 0n)],
    ['UINT16', { dataType: DataType.UINT16, rawData: Uint8Array.of(1, 0, 0, 1) }, BigInt64Array.of(1n, 256n)],
    [
      'INT32',
      { dataType: DataType.INT32, rawData: Uint8Array.of(255, 255, 255, 255, 2, 0, 0, 0) },
      BigInt64Array.of(-1n, 2n),
    ],
    [
      'UINT32 in its field',
      { dataType: DataType.UINT32, uint64Data: [2n ** 32n - 1n, 3n] },
      BigInt64Array.of(2n ** 32n - 1n, 3n),
    ],
  ])('promotes elements of %s', (_, tensor, data) => {
    expect(decodeModel(fileWithTensor({ dims: [2n], ...tensor })).initializers['w']).toMatchObject({
      shape: [2],
      data,
    });
  });

  it('keeps names of free axes, and says where nothing is stated', () => {
    const dim = [
      { value: { case: 'dimParam' as const, value: 'batch' } },
      {},
      { value: { case: 'dimValue' as const, value: 3n } },
    ];
    const typed = (shape?: { dim: typeof dim }) => ({
      value: { case: 'tensorType' as const, value: { elemType: DataType.FLOAT16, ...(shape ? { shape } : {}) } },
    });
    expect(decodeModel(fileWithInput(typed({ dim }))).inputs).toEqual([
      { name: 'x', dtype: 'float32', shape: ['batch', null, 3] },
    ]);
    expect(decodeModel(fileWithInput(typed())).inputs).toEqual([{ name: 'x', dtype: 'float32', shape: null }]);
  });

  it('keeps the kind of an attribute that no operator takes, so that its node can be named', () => {
    const [node] = decodeModel(fileWithAttribute({ type: AttributeType.GRAPH, g: {} })).nodes;
    expect(node!.attributes).toEqual({ a: { type: 'other', value: 'GRAPH' } });
  });

  it('takes ai.onnx for the default domain', () => {
    const opsetImport = [
      { domain: 'ai.onnx', version: 11n },
      { domain: 'other', version: 2n },
    ];
    expect(decodeModel(fileWith({}, { opsetImport }))).toMatchObject({ opset: 11, domains: { other: 2 } });
  });

  describe('refuses as invalid', () => {
    it('every prefix of a model', () => {
      const bytes = encodeModel(sample);
      for (let length = 0; length < bytes.length; length++)
        expect(errorOf(bytes.subarray(0, length)).code).toBe('ONNX_INVALID');
    });

    it.each([
      ['text', Uint8Array.from('not a model at all', (letter) => letter.charCodeAt(0))],
      ['zeros', new Uint8Array(100)],
      ['a PNG header', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
      ['nothing', new Uint8Array(0)],
    ])('%s', (_, bytes) => {
      expect(errorOf(bytes).code).toBe('ONNX_INVALID');
    });

    it.each([
      ['a negative size', { dims: [-1n], dataType: DataType.FLOAT }, 'expected sizes of axes, got [-1]'],
      ['a size beyond 2^53', { dims: [2n ** 60n], dataType: DataType.FLOAT }, `got [${2n ** 60n}]`],
      [
        'sizes whose product overflows',
        { dims: [2n ** 40n, 2n ** 40n], dataType: DataType.FLOAT },
        'expected sizes of axes',
      ],
      [
        'fewer bytes than declared',
        { dims: [2n ** 40n], dataType: DataType.FLOAT, rawData: new Uint8Array(8) },
        `initializer "w": expected ${2 ** 42} bytes of float32[${2 ** 40}], got 8`,
      ],
      [
        'fewer elements than declared',
        { dims: [2n ** 40n], dataType: DataType.INT64, int64Data: [1n] },
        `initializer "w": expected ${2 ** 40} elements of int64[${2 ** 40}], got 1`,
      ],
      ['no elements', { dims: [2n], dataType: DataType.FLOAT }, 'expected 2 elements of float32[2], got 0'],
      [
        'more bytes than declared',
        { dims: [1n], dataType: DataType.BOOL, rawData: new Uint8Array(2) },
        'expected 1 bytes of bool[1], got 2',
      ],
    ])('a tensor with %s', (_, tensor, message) => {
      const error = errorOf(fileWithTensor(tensor));
      expect(error.code).toBe('ONNX_INVALID');
      expect(error.message).toContain(message);
    });

    it('text that is not UTF-8', () => {
      const error = errorOf(fileWithAttribute({ type: AttributeType.STRING, s: Uint8Array.of(0xff) }));
      expect(error).toMatchObject({ code: 'ONNX_INVALID' });
    });

    it('a node without operator and an attribute without its tensor', () => {
      expect(errorOf(fileWith({ node: [{ name: 'n' }] })).message).toBe(
        'onnx: expected an operator in node "n", got none',
      );
      expect(errorOf(fileWithAttribute({ type: AttributeType.TENSOR })).code).toBe('ONNX_INVALID');
    });
  });

  describe('refuses as unsupported, naming it,', () => {
    it.each([
      [
        'an element type',
        fileWithTensor({ dims: [1n], dataType: DataType.STRING }),
        'initializer "w": expected floating-point numbers of 16 bits or more, whole numbers of 8 bits or more, or bool, got STRING',
      ],
      ['an unknown element type', fileWithTensor({ dims: [1n], dataType: 99 }), 'got number 99'],
      [
        'external data without a folder',
        fileWithTensor({
          dataType: DataType.FLOAT,
          dataLocation: TensorProto_DataLocation.EXTERNAL,
          externalData: [{ key: 'location', value: 'w.bin' }],
        }),
        'initializer "w": expected elements in the file, got external data in "w.bin"; read the model from its folder',
      ],
      ['an integer beyond 2^53', fileWithAttribute({ type: AttributeType.INT, i: 2n ** 53n }), `got ${2n ** 53n}`],
      ['a sequence', fileWithInput({ value: { case: 'sequenceType', value: {} } }), 'expected a tensor, got sequence'],
      ['a sparse initializer', fileWith({ sparseInitializer: [{}] }), 'got a sparse one'],
      [
        'a function for another operator set',
        fileWith({}, { functions: [{ name: 'f', domain: 'd', opsetImport: [{ domain: '', version: 9n }] }] }),
        'function "f": expected operator set 17 as the model has, got 9',
      ],
      [
        'a foreign operator set alone',
        fileWith({}, { opsetImport: [{ domain: 'ai.onnx.ml', version: 1n }] }),
        'got "ai.onnx.ml"',
      ],
    ])('%s', (_, bytes, message) => {
      const error = errorOf(bytes);
      expect(error.code).toBe('ONNX_UNSUPPORTED');
      expect(error.message).toContain(message);
    });
  });

  it('keeps a message on one line whatever names a file contains', () => {
    expect(errorOf(fileWith({ initializer: [{ name: 'a\nb', dims: [-1n], dataType: 1 }] })).message).toContain(
      '"a\\nb"',
    );
  });

  it('answers damaged bytes with a model or with an error of its own', () => {
    const bytes = encodeModel(sample);
    const damage = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(damage, (changes) => {
        const damaged = bytes.slice();
        for (const [index, byte] of changes) damaged[index] = byte;
        try {
          decodeModel(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(ThalwegError);
          expect((error as ThalwegError).code).toMatch(/^ONNX_/);
          expect((error as ThalwegError).message).not.toContain('\n');
        }
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
