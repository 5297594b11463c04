import { sizeOf } from '../../base/index.ts';
import { arrayFrom, bytesOfType, type ArrayType, type FileArray } from './types.ts';

/**
 * The safetensors format: 8 bytes with the length of the header (little-endian), a JSON header, then the tensors without
 * holes, little-endian and row-major.
 */

/** Reads bytes of a file at an offset, as many as `target` has. */
export interface ByteSource {
  readonly size: number;
  readInto(target: Uint8Array, offset: number): void;
}

/** What the format calls each type of element. */
export const safetensorsNames = {
  float32: 'F32',
  float64: 'F64',
  int64: 'I64',
  bool: 'BOOL',
  float16: 'F16',
  bfloat16: 'BF16',
  int32: 'I32',
  int16: 'I16',
  int8: 'I8',
  uint8: 'U8',
  uint16: 'U16',
  uint32: 'U32',
  uint64: 'U64',
} as const satisfies Record<ArrayType, string>;
const typesByName = new Map(
  Object.entries(safetensorsNames).map(([type, name]) => [name as string, type as ArrayType]),
);

const headerLimit = 100_000_000;

interface Entry {
  readonly name: string;
  readonly type: ArrayType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Throws what is wrong with a file. */
export type Fail = (message: string) => never;

/** The arrays of a file by name, and its metadata. */
export interface SafetensorsContent {
  readonly arrays: Record<string, FileArray>;
  readonly metadata: Record<string, string>;
}

/**
 * Reads a safetensors file and checks all of it before memory is taken for tensors: header, names, shapes, types, offsets,
 * length. `fail` gets the first thing that is wrong.
 *
 * @param types element types that are taken; default: all that the format has
 */
export function parseSafetensors(
  source: ByteSource,
  fail: Fail,
  types: readonly ArrayType[] = [...typesByName.values()],
): SafetensorsContent {
  const { header, dataStart } = readHeader(source, fail);
  const metadata = readMetadata(header, fail);
  const entries = readEntries(header, types, fail);
  checkLayout(entries, source.size - dataStart, fail);
  const arrays = Object.fromEntries(entries.map((entry) => [entry.name, readArray(source, dataStart, entry, fail)]));
  return { arrays, metadata };
}

function readHeader(source: ByteSource, fail: Fail): { header: Record<string, unknown>; dataStart: number } {
  if (source.size < 8) fail(`expected at least 8 bytes, got ${source.size}`);
  const length = Number(new DataView(read(source, 0, 8).buffer).getBigUint64(0, true));
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

function readEntries(header: Record<string, unknown>, types: readonly ArrayType[], fail: Fail): Entry[] {
  return Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => readEntry(name, value, types, fail))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
}

function readEntry(name: string, value: unknown, types: readonly ArrayType[], fail: Fail): Entry {
  const subject = `tensor "${name}"`;
  if (!isObject(value)) return fail(`${subject}: expected an object, got ${JSON.stringify(value)}`);
  const { dtype, shape, data_offsets: offsets } = value;
  const type = typesByName.get(dtype as string);
  if (!type || !types.includes(type))
    return fail(`${subject}: expected dtype ${listed(types)}, got ${JSON.stringify(dtype)}`);
  if (!isSizes(shape)) return fail(`${subject}: expected a shape of whole numbers, got ${JSON.stringify(shape)}`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    return fail(`${subject}: expected two data_offsets, got ${JSON.stringify(offsets)}`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = sizeOf(shape) * bytesOfType(type);
  if (end - begin !== bytes) {
    fail(`${subject}: expected ${bytes} bytes for ${safetensorsNames[type]}[${shape.join(',')}], got ${end - begin}`);
  }
  return { name, type, shape, begin, end };
}

function listed(types: readonly ArrayType[]): string {
  const names = types.map((type) => safetensorsNames[type]);
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
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

function readArray(source: ByteSource, dataStart: number, entry: Entry, fail: Fail): FileArray {
  const { name, type, shape, begin, end } = entry;
  const bytes = read(source, dataStart + begin, end - begin);
  if (type === 'bool' && bytes.some((byte) => byte > 1)) {
    fail(`tensor "${name}": expected 0 or 1 in every byte of a BOOL`);
  }
  return arrayFrom(type, shape, bytes);
}

function read(source: ByteSource, offset: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  source.readInto(bytes, offset);
  return bytes;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
