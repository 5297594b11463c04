import { create, toBinary } from '@bufbuild/protobuf';
import type { DType } from '../../base/index.ts';
import { elementNumber } from './element.ts';
import { ModelProtoSchema } from './gen/onnx_pb.ts';

/** The bytes of a model that copies its input `x`, a tensor of any shape, to its output `y`. */
export function encodeCopyModel(dtype: DType): Uint8Array<ArrayBuffer> {
  const type = { value: { case: 'tensorType' as const, value: { elemType: elementNumber[dtype] } } };
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 14n }],
    graph: {
      name: 'copy',
      node: [{ opType: 'Identity', input: ['x'], output: ['y'] }],
      input: [{ name: 'x', type }],
      output: [{ name: 'y', type }],
    },
  });
  return toBinary(ModelProtoSchema, model);
}
