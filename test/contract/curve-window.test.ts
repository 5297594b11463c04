import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCurveWindow, encodeCurveWindow, type CurveWindow } from '../../src/contract/index.ts';
import { errorOf } from '../store/fixtures.ts';

const number = fc.double();
const anyWindow: fc.Arbitrary<CurveWindow> = fc
  .tuple(
    fc.array(fc.tuple(number, number, number, number), { maxLength: 40 }),
    fc.array(number, { minLength: 10, maxLength: 10 }),
  )
  .map(([rows, facts]) => {
    const column = (index: 0 | 1 | 2 | 3): Float64Array => Float64Array.from(rows, (row) => row[index]);
    return {
      newest: facts[0]!,
      points: facts[1]!,
      first: facts[2]!,
      last: facts[3]!,
      unplaced: facts[4]!,
      inWindow: facts[5]!,
      notANumber: facts[6]!,
      infinite: facts[7]!,
      negativeInfinite: facts[8]!,
      notPositive: facts[9]!,
      length: rows.length,
      x: column(0),
      y: column(1),
      iteration: column(2),
      coordinate: column(3),
    };
  });

const encoded = (): Uint8Array<ArrayBuffer> => {
  const one = Float64Array.of(1);
  const facts = { newest: 1, points: 1, first: 1, last: 1, unplaced: 0, inWindow: 1 };
  const counts = { notANumber: 0, infinite: 0, negativeInfinite: 0, notPositive: 0 };
  return encodeCurveWindow({ ...facts, ...counts, length: 1, x: one, y: one, iteration: one, coordinate: one });
};

describe('the encoding of a window', () => {
  it('gives back every number as it was, those that are not finite and −0 included', () => {
    fc.assert(
      fc.property(anyWindow, (window) => {
        expect(decodeCurveWindow(encodeCurveWindow(window).buffer)).toEqual(window);
      }),
    );
  });

  it.each([
    ['too short', (bytes: Uint8Array) => bytes.slice(0, 60), 'expected at least 96 bytes, got 60'],
    ['cut', (bytes: Uint8Array) => bytes.slice(0, -1), 'expected 128 bytes for 1 rows, got 127'],
    ['too long', (bytes: Uint8Array) => Uint8Array.of(...bytes, 0), 'expected 128 bytes for 1 rows, got 129'],
    ['of another kind', (bytes: Uint8Array) => bytes.with(0, 0), 'expected magic 0x57435754, got 0x57435700'],
    ['of another version', (bytes: Uint8Array) => bytes.with(4, 9), 'expected version 1, got 9'],
    ['of another number of rows', (bytes: Uint8Array) => bytes.with(8, 2), 'expected 160 bytes for 2 rows, got 128'],
  ])('is refused when it is %s', (_, damage, message) => {
    const damaged = Uint8Array.from(damage(encoded()));
    expect(errorOf(() => decodeCurveWindow(damaged.buffer))).toEqual({
      code: 'ANSWER_INVALID',
      message: `curve window: ${message}`,
    });
  });
});
