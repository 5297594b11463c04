import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { hostTensor } from '../../../src/base/index.ts';
import { decodeModel, encodeModel } from '../../../src/graph/index.ts';
import { ModelProtoSchema, TensorProto_DataType } from '../../../src/graph/onnx/gen/onnx_pb.ts';
import { sample } from './sample.ts';

describe('encodeModel', () => {
  it('writes what decodeModel reads', () => {
    expect(decodeModel(encodeModel(sample))).toEqual(sample);
  });

  it('writes the same bytes for the same model', () => {
    expect(encodeModel(sample)).toEqual(encodeModel(sample));
  });

  it('follows the public schema: IR version 8, typed values, raw little-endian elements', () => {
    const model = fromBinary(ModelProtoSchema, encodeModel(sample));
    expect(model.irVersion).toBe(8n);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
      ['', 18n],
      ['com.microsoft', 1n],
    ]);
    expect(model.graph?.node.map(({ opType }) => opType)).toEqual(['Clip', 'Gelu']);
    const weight = model.graph?.initializer.find(({ name }) => name === 'weight');
    expect(weight).toMatchObject({ dims: [2n, 2n], dataType: TensorProto_DataType.FLOAT, floatData: [] });
    expect([...weight!.rawData.subarray(0, 8)]).toEqual([0, 0, 0xc0, 0x3f, 0, 0, 0, 0x80]);
  });

  it('writes only the part of a buffer that a tensor views', () => {
    const whole = Float32Array.of(9, 1, 2, 9);
    const part = { dtype: 'float32', shape: [2], data: whole.subarray(1, 3) } as const;
    const decoded = decodeModel(encodeModel({ ...sample, initializers: { part } }));
    expect(decoded.initializers).toEqual({ part: hostTensor('float32', [2], [1, 2]) });
  });

  it('adds less than a kilobyte to a large initializer', () => {
    const weight = hostTensor('float32', [1000, 1000], new Float32Array(1_000_000).fill(1));
    const bytes = encodeModel({ ...sample, initializers: { weight } });
    expect(bytes.length - 4_000_000).toBeLessThan(1000);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
  });
});
