import {
  hostTensorOf,
  parseSafetensors,
  safetensorsNames,
  type ByteSource,
  type Fail,
} from '../../arrays/core/index.ts';
import {
  bytesPerElement,
  invariant,
  ThalwegError,
  type DType,
  type HostTensor,
  type TensorData,
} from '../../base/index.ts';

/**
 * The safetensors format: 8 bytes with the length of the header (little-endian), a JSON header padded with spaces, then the
 * tensors without holes, little-endian and row-major. Tensors of wide elements come first, so that each one is aligned.
 * Thalweg adds its name and the SHA-256 of the content to the metadata; other programs read the file as it is.
 */

/** What a safetensors file holds. */
export interface NamedTensors {
  readonly tensors: Record<string, HostTensor>;
  readonly metadata: Record<string, string>;
}

/** The SHA-256 of pieces of bytes one after the other, in lower-case hexadecimal. */
export type Sha256 = (pieces: Iterable<Uint8Array>) => string;

/** Types of tensors in a checkpoint. */
const dtypes = ['float32', 'float64', 'int64', 'bool'] as const satisfies readonly DType[];

/** Metadata that the store adds. With the mark, a file whose digest has lost its name is found damaged too. */
const digestKey = 'sha256';
const mark = { writer: 'thalweg' } as const;
const reservedMetadata: readonly string[] = [digestKey, ...Object.keys(mark)];

const alignment = 8;
const space = 0x20;

/** The file's bytes in pieces: the header, then each tensor's own memory (not copied). */
export function encodeSafetensors({ tensors, metadata }: NamedTensors, sha256: Sha256): Uint8Array[] {
  invariant(!('__metadata__' in tensors), 'safetensors: a tensor cannot be named "__metadata__"');
  for (const key of reservedMetadata)
    invariant(!(key in metadata), `safetensors: metadata "${key}" is written by the store`);
  const sorted = Object.entries(tensors).sort(
    ([a, { dtype: wide }], [b, { dtype }]) => bytesPerElement(dtype) - bytesPerElement(wide) || (a < b ? -1 : 1),
  );
  let end = 0;
  const entries = sorted.map(([name, { dtype, shape, data }]) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: safetensorsNames[dtype], shape, data_offsets: [begin, end] }];
  });
  const complete = { ...metadata, ...mark, [digestKey]: contentDigest({ tensors, metadata }, sha256) };
  const header = Object.fromEntries([['__metadata__', complete], ...entries]) as object;
  return [encodeHeader(header), ...sorted.map(([, tensor]) => bytesOf(tensor.data))];
}

function encodeHeader(header: object): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + Math.ceil(json.length / alignment) * alignment).fill(space);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 8), true);
  bytes.set(json, 8);
  return bytes;
}

/**
 * Reads a safetensors file and checks all of it: header, names, shapes, types, offsets, length, and the SHA-256 where the
 * metadata has one (what the store added is left out of the result). Throws `CHECKPOINT_INVALID` with the first thing
 * that is wrong.
 */
export function decodeSafetensors(source: ByteSource, subject: string, sha256: Sha256): NamedTensors {
  const fail: Fail = (message) => {
    throw new ThalwegError('CHECKPOINT_INVALID', `${subject}: ${message}`);
  };
  const { arrays, metadata: all } = parseSafetensors(source, fail, dtypes);
  const { [digestKey]: digest, writer, ...others } = all;
  const ours = writer === mark.writer;
  const metadata = ours || writer === undefined ? others : { ...others, writer };
  const tensors = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, hostTensorOf(array)]));
  if ((ours || digest !== undefined) && digest !== contentDigest({ tensors, metadata }, sha256)) {
    fail('expected the content that its SHA-256 was taken of, got other bytes: the file is damaged');
  }
  return { tensors, metadata };
}

/** SHA-256 over metadata, names, types, shapes and elements in the order of names: the same for every layout of a file. */
function contentDigest({ tensors, metadata }: NamedTensors, sha256: Sha256): string {
  const byName = <T>(record: Record<string, T>): [string, T][] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const sorted = byName(tensors);
  const types = sorted.map(([name, { dtype, shape }]) => [name, safetensorsNames[dtype], shape]);
  const head = new TextEncoder().encode(JSON.stringify([byName(metadata), types]));
  return sha256([head, ...sorted.map(([, tensor]) => bytesOf(tensor.data))]);
}

const bytesOf = (data: TensorData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
