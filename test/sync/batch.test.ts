import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBinaryAnswer, seriesNames, type SeriesName } from '../../src/contract/index.ts';
import type { HistoryPage } from '../../src/store/index.ts';
import { batchLimits, decodePage, encodePage } from '../../src/sync/index.ts';
import { errorOf } from '../store/fixtures.ts';
import { forAll } from '../support/property.ts';

const column = (...values: number[]): Float64Array<ArrayBuffer> => Float64Array.from(values);

/** Two records of two series, a rewind before them, and two points of the clock. */
const page = (changes: Partial<HistoryPage> = {}): HistoryPage => ({
  from: 4,
  to: 7,
  records: {
    seq: column(6, 7),
    series: ['own.alignment', 'train.loss'],
    iteration: column(10, 11),
    coordinate: column(NaN, 0.5),
    value: column(NaN, -Infinity),
    standardError: column(NaN, NaN),
    isEstimate: column(0, 1),
    examples: column(NaN, 100),
  },
  rewinds: { seq: column(5), iteration: column(10) },
  clock: { from: 9, iteration: column(9, 10), seconds: column(1.5, 2) },
  isLast: true,
  ...changes,
});

const value = fc.double();
const pages: fc.Arbitrary<HistoryPage> = fc
  .record({
    from: fc.nat(1000),
    rows: fc.array(
      fc.record({
        gap: fc.integer({ min: 1, max: 3 }),
        series: fc.constantFrom<SeriesName>(...seriesNames, 'own.a', 'own.b-2'),
        iteration: fc.nat(),
        numbers: fc.tuple(value, value, value),
        isEstimate: fc.boolean(),
        examples: fc.option(fc.nat(), { nil: NaN }),
      }),
      { maxLength: 50 },
    ),
    times: fc.uniqueArray(fc.nat(), { maxLength: 5 }),
    isLast: fc.boolean(),
  })
  .map(({ from, rows, times, isLast }) => {
    let at = from;
    const seq = Float64Array.from(rows, ({ gap }) => (at += gap));
    const of = (valueOf: (row: (typeof rows)[number]) => number) => Float64Array.from(rows, valueOf);
    return {
      from,
      to: at,
      records: {
        seq,
        series: rows.map((row) => row.series),
        iteration: of((row) => row.iteration),
        coordinate: of((row) => row.numbers[0]),
        value: of((row) => row.numbers[1]),
        standardError: of((row) => row.numbers[2]),
        isEstimate: of((row) => Number(row.isEstimate)),
        examples: of((row) => row.examples),
      },
      rewinds: { seq: column(), iteration: column() },
      clock: { from: 0, iteration: column(...times.sort((a, b) => a - b)), seconds: column(...times.map(() => 1)) },
      isLast,
    };
  });

describe('a page', () => {
  it('comes back as it was, bit for bit', () => {
    expect(decodePage(encodePage(page()))).toEqual(page());
    forAll(pages, (sent) => expect(decodePage(encodePage(sent))).toEqual(sent), 200);
  });

  it('is read from any place of a larger buffer', () => {
    const bytes = encodePage(page());
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodePage(shifted.subarray(3))).toEqual(page());
  });

  it('is as large as the limits say at most', () => {
    const { rows } = batchLimits;
    const seq = Float64Array.from({ length: rows }, (_, row) => row + 1);
    const zeros = new Float64Array(rows);
    const series = Array.from(seq, (_, row) => seriesNames[row % seriesNames.length]!);
    const records = { ...page().records, seq, series, iteration: zeros, coordinate: zeros, value: zeros };
    const full = page({
      from: 0,
      to: rows * 2,
      records: { ...records, standardError: zeros, isEstimate: zeros, examples: zeros },
      rewinds: { seq: seq.map((place) => place + rows), iteration: zeros.map(() => 1) },
      clock: { from: 0, iteration: seq, seconds: zeros },
    });
    expect(encodePage(full).length).toBeLessThanOrEqual(batchLimits.bytes);
    expect(decodePage(encodePage(full)).to).toBe(rows * 2);
  });
});

const of = <Key extends 'records' | 'rewinds' | 'clock'>(key: Key, changes: Partial<HistoryPage[Key]>): HistoryPage =>
  page({ [key]: { ...page()[key], ...changes } });

describe('a page that no worker sends', () => {
  it.each<[string, HistoryPage]>([
    ['at most 8192 rows', of('clock', { iteration: new Float64Array(9000), seconds: new Float64Array(9000) })],
    ['columns of one length', of('records', { value: column(1) })],
    ['columns of one length', of('rewinds', { iteration: column() })],
    ['a whole number', of('records', { iteration: column(1.5, 2) })],
    ['a whole number', of('records', { seq: column(6, -7) })],
    ['a whole number', of('clock', { iteration: column(9, NaN) })],
    ['a number of examples', of('records', { examples: column(0.5, 1) })],
    ['0 or 1', of('records', { isEstimate: column(2, 1) })],
    ['seconds', of('clock', { seconds: column(-1, 2) })],
    ['seconds', of('clock', { seconds: column(1, Infinity) })],
    ['records in ascending order', of('records', { seq: column(7, 6) })],
    ['records in ascending order', of('records', { seq: column(4, 7) })],
    ['iterations of the clock in ascending order', of('clock', { iteration: column(8, 10) })],
    ['a place for each record and rewind', of('rewinds', { seq: column(6) })],
    ['an end at 9', page({ to: 9 })],
    ['no record of 10 or later before its rewind', page({ rewinds: { seq: column(8), iteration: column(10) }, to: 8 })],
  ])('is refused, for %s', (expected, sent) => {
    const { code, message } = errorOf(() => decodePage(encodePage(sent)));
    expect(code).toBe('BATCH_INVALID');
    expect(message).toContain(`page: expected ${expected}`);
  });

  it('is refused with series of another version', () => {
    const header = { from: 0, to: 1, series: ['no.such'], clockFrom: 0, isLast: true };
    const columns = [column(1), column(0), column(0), column(0), column(0), column(0), column(0), column(0)];
    const bytes = encodeBinaryAnswer({ header, columns: [...columns, column(), column(), column(), column()] });
    expect(errorOf(() => decodePage(bytes)).message).toBe('page: expected series of this version, got "no.such"');
    const other = encodeBinaryAnswer({
      header: { ...header, series: [] },
      columns: [...columns, column(), column(), column(), column()],
    });
    expect(errorOf(() => decodePage(other)).message).toBe('page: expected one of 0 series, got number 0');
  });

  it('is refused when bytes of it are other, fewer or more, or is a page again', () => {
    const bytes = encodePage(page());
    const damages = fc.oneof(
      fc.nat(bytes.length - 1).map((end) => bytes.slice(0, end)),
      fc.uint8Array({ minLength: 1, maxLength: 16 }).map((more) => Uint8Array.from([...bytes, ...more])),
      fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)).map(([at, other]) => {
        const changed = bytes.slice();
        changed[at] = other;
        return changed;
      }),
      fc.uint8Array({ maxLength: 100 }),
    );
    const check = (damaged: Uint8Array): void => {
      try {
        decodePage(damaged);
      } catch (error) {
        expect((error as { code: string }).code).toBe('BATCH_INVALID');
      }
    };
    forAll(damages, check, 500);
    expect(errorOf(() => decodePage(bytes.slice(0, 50))).code).toBe('BATCH_INVALID');
  });
});
