import { fromBinary } from '@bufbuild/protobuf';
import { messageOf, ThalwegError, type HostTensor } from '../../base/index.ts';
import { decodeGraph } from './decode-graph.ts';
import { decodeTensor } from './decode-tensor.ts';
import type { ExternalFiles } from './external.ts';
import { inlineFunctions } from './functions.ts';
import { ModelProtoSchema, TensorProtoSchema, type ModelProto } from './gen/onnx_pb.ts';
import type { OnnxModel } from './model.ts';
import { invalid, quote, toInteger, unsupported } from './problem.ts';

export interface DecodeOptions {
  /** Opens files with elements of tensors that lie beside the model; default: such tensors are refused. */
  readonly files?: ExternalFiles;
}

/**
 * Reads the bytes of an ONNX file. Tensors are copied out of `bytes`, which may be reused afterwards; floating-point numbers
 * become float32 (float64 stays), whole numbers int64. Functions that the file brings along are put where they are called.
 * Throws `ONNX_INVALID` when the bytes are no complete model, `ONNX_UNSUPPORTED` for what `OnnxModel` cannot express, naming it.
 */
export function decodeModel(bytes: Uint8Array, { files }: DecodeOptions = {}): OnnxModel {
  return explained(bytes, () => {
    const model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: true });
    if (model.irVersion < 1n || model.graph === undefined || model.opsetImport.length === 0)
      throw invalid(`expected a model with IR version, operator set and graph, got ${bytes.length} bytes without`);
    const versions = decodeVersions(model);
    const graph = decodeGraph(model.graph, files);
    return { ...versions, ...graph, nodes: inlineFunctions(graph.nodes, model.functions, versions.opset) };
  });
}

/** Reads a single tensor (TensorProto), as ONNX's test data has them. Throws as {@link decodeModel} does. */
export const decodeTensorFile = (bytes: Uint8Array): { readonly name: string; readonly tensor: HostTensor } =>
  explained(bytes, () => {
    const proto = fromBinary(TensorProtoSchema, bytes, { readUnknownFields: false });
    return { name: proto.name, tensor: decodeTensor(proto, `tensor ${quote(proto.name)}`) };
  });

/** What the protobuf reader throws, as an error of ours. */
function explained<T>(bytes: Uint8Array, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof ThalwegError) throw cause;
    throw invalid(`expected a complete ONNX model, got ${bytes.length} bytes (${messageOf(cause)})`, cause);
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
    throw unsupported(`expected operator set ai.onnx, got ${[...domains.keys()].map(quote).join(', ')}`);
  domains.delete('');
  return { opset, domains: Object.fromEntries(domains) };
}
