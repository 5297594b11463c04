import { ThalwegError } from '../../base/index.ts';

/** Images of one IDX file: `pixels` is `[count, rows, columns]`, row-major, 0 to 255. */
export interface IdxImages {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

const imagesMagic = 0x0803; // 2051: unsigned bytes, three axes
const labelsMagic = 0x0801; // 2049: unsigned bytes, one axis

/**
 * Reads an IDX file of images: big-endian magic 2051, count, rows, columns, then unsigned bytes.
 * `where` names data set and file in errors. Throws `DATA_INVALID` for another magic or another length.
 */
export function parseIdxImages(bytes: Uint8Array<ArrayBuffer>, where: IdxSource): IdxImages {
  const { sizes, elements } = parseIdx(bytes, imagesMagic, 3, where);
  const [count, rows, columns] = sizes as [number, number, number];
  return { count, rows, columns, pixels: elements };
}

/**
 * Reads an IDX file of labels: big-endian magic 2049, count, then one unsigned byte each.
 * Throws `DATA_INVALID` for another magic or length, and for a label outside `[0, classes)`.
 */
export function parseIdxLabels(
  bytes: Uint8Array<ArrayBuffer>,
  classes: number,
  where: IdxSource,
): Uint8Array<ArrayBuffer> {
  const { elements } = parseIdx(bytes, labelsMagic, 1, where);
  const wrong = elements.findIndex((label) => label >= classes);
  if (wrong >= 0) throw invalid(where, `labels from 0 to ${classes - 1}`, `${elements[wrong]} for example ${wrong}`);
  return elements;
}

/** The data set and file that an IDX file's bytes come from, for messages. */
export interface IdxSource {
  readonly subject: string;
  readonly path: string;
}

function parseIdx(bytes: Uint8Array<ArrayBuffer>, magic: number, axes: number, where: IdxSource) {
  const header = 4 + 4 * axes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 4 && view.getUint32(0) !== magic) throw invalid(where, `magic ${magic}`, `${view.getUint32(0)}`);
  if (bytes.length < header) throw invalid(where, `a header of ${header} bytes`, `${bytes.length} bytes`);
  const sizes = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = sizes.reduce((product, size) => product * size, 1) + header;
  if (bytes.length !== expected) throw invalid(where, `${expected} bytes`, `${bytes.length} bytes`);
  return { sizes, elements: bytes.subarray(header) };
}

function invalid({ subject, path }: IdxSource, expected: string, got: string): ThalwegError {
  return new ThalwegError('DATA_INVALID', `${subject}: expected ${expected} in ${path}, got ${got}`);
}
