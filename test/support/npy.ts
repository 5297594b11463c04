/** What a test's `.npy` file is written with. */
export interface NpyOptions {
  readonly version?: number;
  readonly fortran?: boolean;
  readonly magic?: string;
}

/** Bytes of a `.npy` file as NumPy writes it: the header is padded so that the data begin at a multiple of 64. */
export function npyBytes(
  type: string,
  shape: readonly number[],
  data: ArrayBufferView,
  options: NpyOptions = {},
): Buffer {
  const { version = 1, fortran = false, magic = '\x93NUMPY' } = options;
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${sizes}), }`;
  const prefix = version === 1 ? 10 : 12;
  const length = Math.ceil((prefix + text.length + 1) / 64) * 64 - prefix;
  const start = Buffer.alloc(prefix);
  start.write(magic, 'latin1');
  start.writeUInt8(version, 6);
  if (version === 1) start.writeUInt16LE(length, 8);
  else start.writeUInt32LE(length, 8);
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat([start, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1'), bytes]);
}
