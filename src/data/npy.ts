import { sizeOf, ThalwegError } from '../base/index.ts';

const constructors = {
  '|b1': Uint8Array,
  '|u1': Uint8Array,
  '|i1': Int8Array,
  '<u2': Uint16Array,
  '<i2': Int16Array,
  '<u4': Uint32Array,
  '<i4': Int32Array,
  '<u8': BigUint64Array,
  '<i8': BigInt64Array,
  '<f4': Float32Array,
  '<f8': Float64Array,
} as const;

/** Element types that are read, as NumPy writes them. */
export type NpyType = keyof typeof constructors;

/** An array of a `.npy` file, in C order. */
export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly data: InstanceType<(typeof constructors)[NpyType]>;
}

/**
 * Reads the `.npy` format, versions 1 to 3. `where` names data set and file in errors. Throws `DATA_INVALID` for other
 * files and versions, Fortran order, big-endian numbers and other types than `types`, and for a wrong length.
 */
export function parseNpy(
  bytes: Uint8Array<ArrayBuffer>,
  types: readonly NpyType[],
  where: { readonly subject: string; readonly path: string },
): NpyArray {
  const fail = (expected: string, got: string): never => {
    throw new ThalwegError('DATA_INVALID', `${where.subject}: expected ${expected} in ${where.path}, got ${got}`);
  };
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
  const header = parseHeader(text) ?? fail('descr, fortran_order and shape in the header', text.trim());
  const { type, shape, fortranOrder } = header;
  if (!types.includes(type as NpyType)) fail(`elements of type ${types.join(', ')}`, type);
  // A vector is the same in both orders.
  if (fortranOrder && shape.length > 1) fail('C order (numpy.ascontiguousarray)', 'Fortran order');
  const Constructor = constructors[type as NpyType];
  const size = sizeOf(shape);
  const expected = start + size * Constructor.BYTES_PER_ELEMENT;
  if (bytes.length !== expected) fail(`${expected} bytes for the shape (${shape.join(', ')})`, `${bytes.length} bytes`);
  // A copy, because elements must be aligned.
  return { type: type as NpyType, shape, data: new Constructor(new Uint8Array(bytes.subarray(start)).buffer, 0, size) };
}

/** The three entries of the header, which is the text of a Python dictionary; null when one is not there. */
function parseHeader(text: string): { type: string; fortranOrder: boolean; shape: number[] } | null {
  const type = /'descr':\s*'([^']+)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (type === undefined || order === undefined || shape === undefined) return null;
  const sizes = shape.split(',').filter((size) => size.trim() !== '');
  return { type, fortranOrder: order === 'True', shape: sizes.map(Number) };
}
