import { ThalwegError } from '../base/index.ts';

/** "TWBA" read as a little-endian number. */
const magic = 0x41425754;
const version = 1;
const preamble = 16;

/** An answer of numbers: what they are, as JSON, and the numbers themselves in columns. */
export interface BinaryAnswer {
  readonly header: unknown;
  readonly columns: readonly Float64Array[];
}

/** Media type of an encoded answer. */
export const binaryAnswerType = 'application/vnd.thalweg.columns';

/**
 * An answer as bytes, little-endian: uint32 magic, version, bytes of the text, number of columns; the text, JSON in ASCII
 * with spaces behind it up to a multiple of 8; a uint32 of length for each column, with zeros up to a multiple of 8; the columns, a
 * float64 each number. NaN and ±∞ are numbers here.
 */
export function encodeBinaryAnswer({ header, columns }: BinaryAnswer): Uint8Array<ArrayBuffer> {
  const text = asciiOf(JSON.stringify(header));
  const lengths = preamble + text.length;
  const start = lengths + evenly(4 * columns.length);
  const bytes = new Uint8Array(start + 8 * columns.reduce((sum, column) => sum + column.length, 0));
  const view = new DataView(bytes.buffer);
  [magic, version, text.length, columns.length].forEach((value, index) => view.setUint32(4 * index, value, true));
  bytes.set(text, preamble);
  let at = start;
  columns.forEach((column, index) => {
    view.setUint32(lengths + 4 * index, column.length, true);
    writeColumn(view, at, column);
    at += 8 * column.length;
  });
  return bytes;
}

/** The answer of bytes that {@link encodeBinaryAnswer} made; its columns may share them. Throws `ANSWER_INVALID` for anything else. */
export function decodeBinaryAnswer(buffer: ArrayBuffer): BinaryAnswer {
  const view = new DataView(buffer);
  if (buffer.byteLength < preamble) throw invalid(`at least ${preamble} bytes`, buffer.byteLength);
  const word = (index: number): number => view.getUint32(4 * index, true);
  if (word(0) !== magic) throw invalid(`magic 0x${magic.toString(16)}`, `0x${word(0).toString(16)}`);
  if (word(1) !== version) throw invalid(`version ${version}`, word(1));
  const lengths = preamble + word(2);
  const start = lengths + evenly(4 * word(3));
  if (word(2) % 8 !== 0 || buffer.byteLength < start)
    throw invalid('a text and lengths of columns', 'an end before them');
  const counts = Array.from({ length: word(3) }, (_, index) => view.getUint32(lengths + 4 * index, true));
  const expected = start + 8 * counts.reduce((sum, count) => sum + count, 0);
  if (buffer.byteLength !== expected) throw invalid(`${expected} bytes`, buffer.byteLength);
  let at = start;
  const columns = counts.map((count) => {
    const column = readColumn(view, at, count);
    at += 8 * count;
    return column;
  });
  return { header: parsed(new Uint8Array(buffer, preamble, word(2))), columns };
}

const evenly = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** JSON as ASCII, its length a multiple of 8: every other character stands as its escape. */
function asciiOf(json: string): Uint8Array {
  const text = json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const bytes = new Uint8Array(evenly(text.length)).fill(32);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function writeColumn(view: DataView, at: number, column: Float64Array): void {
  if (isLittleEndian) new Float64Array(view.buffer as ArrayBuffer, at, column.length).set(column);
  else column.forEach((value, row) => view.setFloat64(at + 8 * row, value, true));
}

function readColumn(view: DataView, at: number, length: number): Float64Array {
  if (isLittleEndian) return new Float64Array(view.buffer as ArrayBuffer, at, length);
  return Float64Array.from({ length }, (_, row) => view.getFloat64(at + 8 * row, true));
}

/** Characters that are put together at a time: a call takes no more arguments than this. */
const piece = 8192;

function parsed(bytes: Uint8Array): unknown {
  let text = '';
  for (let at = 0; at < bytes.length; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ThalwegError('ANSWER_INVALID', 'answer: expected JSON before its columns, got something else', { cause });
  }
}

const invalid = (expected: string, got: string | number): ThalwegError =>
  new ThalwegError('ANSWER_INVALID', `answer: expected ${expected}, got ${got}`);
