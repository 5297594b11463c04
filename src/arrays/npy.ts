import { sizeOf, ThalwegError } from '../base/index.ts';
import { arrayFrom, bytesOfType, type ArrayType, type FileArray } from './core/index.ts';

/** What NumPy calls the element types that are read. */
const types = {
  '|b1': 'bool',
  '|u1': 'uint8',
  '|i1': 'int8',
  '<u2': 'uint16',
  '<i2': 'int16',
  '<u4': 'uint32',
  '<i4': 'int32',
  '<u8': 'uint64',
  '<i8': 'int64',
  '<f2': 'float16',
  '<f4': 'float32',
  '<f8': 'float64',
} as const satisfies Record<string, ArrayType>;

/** Where an array comes from, for messages. */
export interface ArrayPlace {
  /** What it is read for: a data set, weights. */
  readonly subject: string;
  /** Its file, and where there are several arrays in it, its name. */
  readonly path: string;
}

/**
 * Reads the `.npy` format, versions 1 to 3. Throws `DATA_INVALID` for other files and versions, Fortran order, big-endian
 * numbers and other types than NumPy's booleans, integers and real numbers, and for a wrong length.
 */
export function parseNpy(bytes: Uint8Array<ArrayBuffer>, { subject, path }: ArrayPlace): FileArray {
  const fail = (expected: string, got: string): never => {
    throw new ThalwegError('DATA_INVALID', `${subject}: expected ${expected} in ${path}, got ${got}`);
  };
  const { text, start } = headerOf(bytes, fail);
  const { descr, shape, fortranOrder } =
    parseHeader(text) ?? fail('descr, fortran_order and shape in the header', text.trim());
  const type: ArrayType | undefined = Object.hasOwn(types, descr) ? types[descr as keyof typeof types] : undefined;
  if (type === undefined) return fail(`elements of type ${Object.keys(types).join(', ')}`, descr);
  // A vector is the same in both orders.
  if (fortranOrder && shape.length > 1) fail('C order (numpy.ascontiguousarray)', 'Fortran order');
  const expected = start + sizeOf(shape) * bytesOfType(type);
  if (bytes.length !== expected) fail(`${expected} bytes for the shape (${shape.join(', ')})`, `${bytes.length} bytes`);
  // A copy, because elements must be aligned.
  return arrayFrom(type, shape, new Uint8Array(bytes.subarray(start)));
}

function headerOf(
  bytes: Uint8Array<ArrayBuffer>,
  fail: (expected: string, got: string) => never,
): { text: string; start: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  if (magic !== '\x93NUMPY') fail('the magic \\x93NUMPY of a .npy file', JSON.stringify(magic));
  if (bytes.length < 12) fail('a header', `${bytes.length} bytes`);
  const version = bytes[6]!;
  if (version < 1 || version > 3) fail('version 1, 2 or 3 of the format', `version ${version}`);
  const lengthBytes = version === 1 ? 2 : 4;
  const start = 8 + lengthBytes + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < start) fail(`a header of ${start} bytes`, `${bytes.length} bytes`);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(bytes.subarray(8 + lengthBytes, start));
  return { text, start };
}

/** The three entries of the header, which is the text of a Python dictionary; null when one is not there. */
function parseHeader(text: string): { descr: string; fortranOrder: boolean; shape: number[] } | null {
  const descr = /'descr':\s*'([^']+)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) return null;
  const sizes = shape.split(',').filter((size) => size.trim() !== '');
  return { descr, fortranOrder: order === 'True', shape: sizes.map(Number) };
}
