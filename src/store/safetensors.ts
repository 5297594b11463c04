import { createHash } from 'node:crypto';
import {
  ThalwegError,
  allocate,
  bytesPerElement,
  sizeOf,
  type DType,
  type HostTensor,
  type TensorData,
} from '../base/index.ts';

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

/** Reads `length` bytes at `offset`. */
export interface ByteSource {
  readonly size: number;
  readInto(target: Uint8Array, offset: number): void;
}

const dtypeNames = { float32: 'F32', float64: 'F64', int64: 'I64', bool: 'BOOL' } as const satisfies Record<
  DType,
  string
>;
const dtypesByName = new Map(Object.entries(dtypeNames).map(([dtype, name]) => [name as string, dtype as DType]));

/** Metadata that the store adds. With the mark, a file whose digest has lost its name is found damaged too. */
const digestKey = 'sha256';
const mark = { writer: 'thalweg' } as const;
export const reservedMetadata: readonly string[] = [digestKey, ...Object.keys(mark)];

const headerLimit = 100_000_000;
const alignment = 8;

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The file's bytes in pieces: the header, then each tensor's own memory (not copied). */
export function encodeSafetensors({ tensors, metadata }: NamedTensors): Uint8Array[] {
  const sorted = Object.entries(tensors).sort(
    ([a, { dtype: wide }], [b, { dtype }]) => bytesPerElement(dtype) - bytesPerElement(wide) || (a < b ? -1 : 1),
  );
  let end = 0;
  const entries = sorted.map(([name, { dtype, shape, data }]) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: dtypeNames[dtype], shape, data_offsets: [begin, end] }];
  });
  const complete = { ...metadata, ...mark, [digestKey]: contentDigest({ tensors, metadata }) };
  const header = Object.fromEntries([['__metadata__', complete], ...entries]) as object;
  return [encodeHeader(header), ...sorted.map(([, tensor]) => bytesOf(tensor.data))];
}

function encodeHeader(header: object): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.alloc(8 + Math.ceil(json.length / alignment) * alignment, ' ');
  bytes.writeBigUInt64LE(BigInt(bytes.length - 8));
  json.copy(bytes, 8);
  return bytes;
}

/**
 * Reads a safetensors file and checks all of it: header, names, shapes, types, offsets, length, and the SHA-256 where the
 * metadata has one (what the store added is left out of the result). Throws `CHECKPOINT_INVALID` with the first thing
 * that is wrong.
 */
export function decodeSafetensors(source: ByteSource, subject: string): NamedTensors {
  const fail: Fail = (message) => {
    throw new ThalwegError('CHECKPOINT_INVALID', `${subject}: ${message}`);
  };
  const { header, dataStart } = readHeader(source, fail);
  const { [digestKey]: digest, writer, ...others } = readMetadata(header, fail);
  const ours = writer === mark.writer;
  const metadata = ours || writer === undefined ? others : { ...others, writer };
  const entries = readEntries(header, fail);
  checkLayout(entries, source.size - dataStart, fail);
  const tensors = Object.fromEntries(entries.map((entry) => [entry.name, readTensor(source, dataStart, entry, fail)]));
  if ((ours || digest !== undefined) && digest !== contentDigest({ tensors, metadata })) {
    fail('expected the content that its SHA-256 was taken of, got other bytes: the file is damaged');
  }
  return { tensors, metadata };
}

type Fail = (message: string) => never;

function readHeader(source: ByteSource, fail: Fail): { header: Record<string, unknown>; dataStart: number } {
  if (source.size < 8) fail(`expected at least 8 bytes, got ${source.size}`);
  const length = Number(Buffer.from(read(source, 0, 8)).readBigUInt64LE());
  if (length > headerLimit) fail(`expected a header of at most ${headerLimit} bytes, got ${length}`);
  if (8 + length > source.size) fail(`expected a header of ${length} bytes, got a file of ${source.size}`);
  const text = decodeText(read(source, 8, length), fail);
  if (!text.startsWith('{')) fail(`expected a header that starts with "{", got ${JSON.stringify(text.slice(0, 1))}`);
  return { header: parseHeader(text, fail), dataStart: 8 + length };
}

function decodeText(bytes: Uint8Array, fail: Fail): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail('expected a header in UTF-8, got other bytes');
  }
}

function parseHeader(text: string, fail: Fail): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return fail('expected a header in JSON, got a text that is none');
  }
}

function readMetadata(header: Record<string, unknown>, fail: Fail): Record<string, string> {
  const metadata = header['__metadata__'] ?? {};
  if (!isObject(metadata)) return fail('__metadata__: expected an object of texts');
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') fail(`__metadata__: expected a text for "${key}", got ${JSON.stringify(value)}`);
  }
  return metadata as Record<string, string>;
}

function readEntries(header: Record<string, unknown>, fail: Fail): Entry[] {
  return Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value, fail))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
}

function readEntry(name: string, value: unknown, fail: Fail): Entry {
  const subject = `tensor "${name}"`;
  if (!isObject(value)) return fail(`${subject}: expected an object, got ${JSON.stringify(value)}`);
  const { dtype: dtypeName, shape, data_offsets: offsets } = value;
  const dtype = dtypesByName.get(dtypeName as string);
  if (!dtype) return fail(`${subject}: expected dtype F32, F64, I64 or BOOL, got ${JSON.stringify(dtypeName)}`);
  if (!isSizes(shape)) return fail(`${subject}: expected a shape of whole numbers, got ${JSON.stringify(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    return fail(`${subject}: expected two data_offsets, got ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = sizeOf(shape) * bytesPerElement(dtype);
  if (end - begin !== bytes) {
    fail(`${subject}: expected ${bytes} bytes for ${dtypeNames[dtype]}[${shape.join(',')}], got ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

/** Tensors must follow each other without hole or overlap and fill the rest of the file. */
function checkLayout(entries: readonly Entry[], dataSize: number, fail: Fail): void {
  let end = 0;
  for (const entry of entries) {
    if (entry.begin !== end) fail(`tensor "${entry.name}": expected data at offset ${end}, got ${entry.begin}`);
    end = entry.end;
  }
  if (end > dataSize) fail(`expected ${end} bytes of data, got ${dataSize}: the file is truncated`);
  if (end < dataSize) fail(`expected ${end} bytes of data, got ${dataSize}: something follows the last tensor`);
}

function readTensor(source: ByteSource, dataStart: number, entry: Entry, fail: Fail): HostTensor {
  const { name, dtype, shape, begin } = entry;
  const data = allocate(dtype, sizeOf(shape));
  source.readInto(bytesOf(data), dataStart + begin);
  if (dtype === 'bool' && (data as Uint8Array).some((byte) => byte > 1)) {
    fail(`tensor "${name}": expected 0 or 1 in every byte of a BOOL`);
  }
  return { dtype, shape, data };
}

/** SHA-256 over metadata, names, types, shapes and elements in the order of names: the same for every layout of a file. */
function contentDigest({ tensors, metadata }: NamedTensors): string {
  const byName = <T>(record: Record<string, T>): [string, T][] =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const sorted = byName(tensors);
  const types = sorted.map(([name, { dtype, shape }]) => [name, dtypeNames[dtype], shape]);
  const hash = createHash('sha256').update(JSON.stringify([byName(metadata), types]));
  for (const [, tensor] of sorted) hash.update(bytesOf(tensor.data));
  return hash.digest('hex');
}

function read(source: ByteSource, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  source.readInto(bytes, offset);
  return bytes;
}

const bytesOf = (data: TensorData): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
