import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeBinaryAnswer,
  decodeCurveWindow,
  encodeBinaryAnswer,
  encodeCurveFacts,
  encodeCurveWindow,
  type CurveWindow,
} from '../../src/contract/index.ts';
import { errorOf } from '../store/fixtures.ts';

const number = fc.double();
const count = fc.nat();
const anyWindow: fc.Arbitrary<CurveWindow> = fc
  .tuple(
    fc.array(fc.tuple(number, number, number, number), { maxLength: 40 }),
    fc.tuple(count, count, count, count, count, count, count, count),
    fc.oneof(fc.tuple(count, count), fc.constant([NaN, NaN] as const)),
  )
  .map(([rows, counts, [first, last]]) => {
    const column = (index: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(rows, (row) => row[index]);
    const [newest, points, unplaced, inWindow, notANumber, infinite, negativeInfinite, notPositive] = counts;
    const facts = { newest, points, first, last, unplaced, inWindow };
    return {
      ...facts,
      ...{ notANumber, infinite, negativeInfinite, notPositive },
      length: rows.length,
      x: column(0),
      y: column(1),
      iteration: column(2),
      coordinate: column(3),
    };
  });

const window: CurveWindow = (() => {
  const one = Float64Array.of(1);
  const facts = { newest: 1, points: 1, first: 1, last: 1, unplaced: 0, inWindow: 1 };
  const counts = { notANumber: 0, infinite: 0, negativeInfinite: 0, notPositive: 0 };
  return { ...facts, ...counts, length: 1, x: one, y: one, iteration: one, coordinate: one };
})();
const size = encodeCurveWindow(window).length;

describe('the encoding of a window', () => {
  it('gives back every number as it was, those that are not finite and −0 included', () => {
    fc.assert(
      fc.property(anyWindow, (window) => {
        expect(decodeCurveWindow(encodeCurveWindow(window).buffer)).toEqual(window);
      }),
    );
  });

  it.each([
    ['too short', (bytes: Uint8Array) => bytes.slice(0, 12), 'answer: expected at least 16 bytes, got 12'],
    [
      'cut in its text',
      (bytes: Uint8Array) => bytes.slice(0, 64),
      'answer: expected a text and lengths of columns, got an end before them',
    ],
    ['cut', (bytes: Uint8Array) => bytes.slice(0, -1), `answer: expected ${size} bytes, got ${size - 1}`],
    ['too long', (bytes: Uint8Array) => Uint8Array.of(...bytes, 0), `answer: expected ${size} bytes, got ${size + 1}`],
    ['of another kind', (bytes: Uint8Array) => bytes.with(0, 0), 'answer: expected magic 0x41425754, got 0x41425700'],
    ['of another version', (bytes: Uint8Array) => bytes.with(4, 9), 'answer: expected version 1, got 9'],
    [
      'no JSON',
      (bytes: Uint8Array) => bytes.with(16, 33),
      'answer: expected JSON before its columns, got something else',
    ],
  ])('is refused when it is %s', (_, damage, message) => {
    const damaged = Uint8Array.from(damage(encodeCurveWindow(window)));
    expect(errorOf(() => decodeCurveWindow(damaged.buffer))).toEqual({ code: 'ANSWER_INVALID', message });
  });

  it('is refused with facts or columns of something else', () => {
    const columns = [0, 1, 2, 3].map(() => Float64Array.of(1));
    const decoding = (header: unknown, given = columns) =>
      errorOf(() => decodeCurveWindow(encodeBinaryAnswer({ header, columns: given }).buffer)).message;
    const facts = encodeCurveFacts(window);
    expect(decoding({ ...facts, points: -1 })).toMatch(/^curve window: points: /);
    expect(decoding(facts, columns.slice(1))).toBe('curve window: expected 4 columns, got 3');
    expect(decoding(facts, [...columns.slice(1), Float64Array.of(1, 2)])).toBe(
      'curve window: expected columns of one length, got 1, 1, 1, 2',
    );
  });

  it('takes any text', () => {
    const header = { label: 'η = 0,1 — „ü“ 🌊\n\u0000', empty: '' };
    expect(decodeBinaryAnswer(encodeBinaryAnswer({ header, columns: [] }).buffer)).toEqual({ header, columns: [] });
  });
});
