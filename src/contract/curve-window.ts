import { ThalwegError } from '../base/index.ts';

/**
 * What a part of a curve looks like on a screen: rows by ascending `x`, thinned to the minimum and maximum of each pixel
 * column, with the counts of everything that the part has. A row whose `iteration` is NaN is a break of the curve; any other row
 * is a record, whose `y` may be NaN or infinite. `coordinate` NaN is "none".
 */
export interface CurveWindow extends CurveWindowFacts {
  /** Rows. */
  readonly length: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly iteration: Float64Array;
  readonly coordinate: Float64Array;
}

/** The counts of a {@link CurveWindow}, and of the curve that it is a part of. */
export interface CurveWindowFacts {
  /** Last place in the run's history of records that the answer knows. */
  readonly newest: number;
  /** Records of the curve, and the smallest and largest `x` of them (NaN where there are none). */
  readonly points: number;
  readonly first: number;
  readonly last: number;
  /** Records of the curve that have no place on the axis: before its first or after its last known place, or ≤ 0 on a logarithmic one. */
  readonly unplaced: number;
  /** Records in the window, and how many of them are NaN, +∞, −∞, and finite but not positive. */
  readonly inWindow: number;
  readonly notANumber: number;
  readonly infinite: number;
  readonly negativeInfinite: number;
  readonly notPositive: number;
}

/** "TWCW" read as a little-endian number. */
const magic = 0x57435754;
const version = 1;
const preamble = 16;
const facts = [
  'newest',
  'points',
  'first',
  'last',
  'unplaced',
  'inWindow',
  'notANumber',
  'infinite',
  'negativeInfinite',
  'notPositive',
] as const satisfies readonly (keyof CurveWindowFacts)[];
const columns = ['x', 'y', 'iteration', 'coordinate'] as const;
const start = preamble + 8 * facts.length;
const bytesPerRow = 8 * columns.length;

/** Media type of an encoded window. */
export const curveWindowType = 'application/vnd.thalweg.curve';

/**
 * A window as bytes, little-endian: uint32 magic, version, rows, 0; ten float64 of facts in the order of
 * {@link CurveWindowFacts}; then the columns x, y, iteration, coordinate, a float64 for each row.
 */
export function encodeCurveWindow(window: CurveWindow): Uint8Array<ArrayBuffer> {
  const { length } = window;
  const bytes = new Uint8Array(start + bytesPerRow * length);
  const view = new DataView(bytes.buffer);
  [magic, version, length].forEach((value, index) => view.setUint32(4 * index, value, true));
  facts.forEach((name, index) => view.setFloat64(preamble + 8 * index, window[name], true));
  columns.forEach((name, index) => {
    const at = start + 8 * length * index;
    for (let row = 0; row < length; row++) view.setFloat64(at + 8 * row, window[name][row]!, true);
  });
  return bytes;
}

/** The window of bytes that {@link encodeCurveWindow} made. Throws `ANSWER_INVALID` for anything else. */
export function decodeCurveWindow(buffer: ArrayBuffer): CurveWindow {
  const view = new DataView(buffer);
  if (buffer.byteLength < start) throw invalid(`at least ${start} bytes`, `${buffer.byteLength}`);
  const [foundMagic, foundVersion, length] = [0, 4, 8].map((at) => view.getUint32(at, true)) as [
    number,
    number,
    number,
  ];
  if (foundMagic !== magic) throw invalid(`magic 0x${magic.toString(16)}`, `0x${foundMagic.toString(16)}`);
  if (foundVersion !== version) throw invalid(`version ${version}`, `${foundVersion}`);
  const expected = start + bytesPerRow * length;
  if (buffer.byteLength !== expected) throw invalid(`${expected} bytes for ${length} rows`, `${buffer.byteLength}`);
  const fact = (name: (typeof facts)[number]): number => view.getFloat64(preamble + 8 * facts.indexOf(name), true);
  const column = (index: number): Float64Array => {
    const at = start + 8 * length * index;
    return Float64Array.from({ length }, (_, row) => view.getFloat64(at + 8 * row, true));
  };
  return {
    newest: fact('newest'),
    points: fact('points'),
    first: fact('first'),
    last: fact('last'),
    unplaced: fact('unplaced'),
    inWindow: fact('inWindow'),
    notANumber: fact('notANumber'),
    infinite: fact('infinite'),
    negativeInfinite: fact('negativeInfinite'),
    notPositive: fact('notPositive'),
    length,
    x: column(0),
    y: column(1),
    iteration: column(2),
    coordinate: column(3),
  };
}

const invalid = (expected: string, got: string): ThalwegError =>
  new ThalwegError('ANSWER_INVALID', `curve window: expected ${expected}, got ${got}`);
