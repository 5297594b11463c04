import { describe, expect, it } from 'vitest';
import type { RecordColumns } from '../../src/contract/index.ts';
import { SeriesBuffer } from '../../web/src/lib/series-buffer.ts';

/** Columns of records given as [seq, iteration, coordinate, value]. */
const columns = (...rows: [number, number, number | null, RecordColumns['value'][number]][]): RecordColumns => ({
  seq: rows.map((row) => row[0]),
  iteration: rows.map((row) => row[1]),
  coordinate: rows.map((row) => row[2]),
  value: rows.map((row) => row[3]),
  standardError: rows.map(() => null),
  examples: rows.map(() => null),
});
const xs = (buffer: SeriesBuffer): number[] => [...buffer.x.subarray(0, buffer.length)];
const ys = (buffer: SeriesBuffer): number[] => [...buffer.y.subarray(0, buffer.length)];

describe('SeriesBuffer', () => {
  it('counts a record once that was sent twice', () => {
    const buffer = new SeriesBuffer('consecutive');
    buffer.append(columns([4, 0, 0, 1], [5, 0, 1, 2]));
    buffer.append(columns([5, 0, 1, 2], [9, 1, 0, 3]));
    expect(buffer.points).toBe(3);
    expect(xs(buffer)).toEqual([0, 1, 1]);
    expect(buffer.lastSeq).toBe(9);
  });

  it('breaks the curve where iterations are missing, without counting the break', () => {
    const buffer = new SeriesBuffer('consecutive');
    buffer.append(columns([1, 0, null, 5], [2, 10, null, 6]));
    expect(xs(buffer)).toEqual([0, 5, 10]);
    expect(ys(buffer)).toEqual([5, NaN, 6]);
    expect(buffer.points).toBe(2);
  });

  it('takes values that JSON has no number for', () => {
    const buffer = new SeriesBuffer('all');
    buffer.append(columns([1, 0, null, 'NaN'], [2, 10, null, '-Infinity']));
    expect(ys(buffer)).toEqual([NaN, -Infinity]);
  });

  it('drops what a rewind withdrew, break included, and takes what is recorded anew', () => {
    const buffer = new SeriesBuffer('consecutive');
    buffer.append(columns([1, 0, null, 5], [2, 1, null, 6], [3, 40, null, 7]));
    buffer.rewind(2);
    expect(xs(buffer)).toEqual([0, 1]);
    expect(buffer.lastSeq).toBe(2);
    buffer.append(columns([7, 2, null, 8]));
    expect(ys(buffer)).toEqual([5, 6, 8]);
    buffer.rewind(0);
    expect([buffer.length, buffer.points, buffer.lastSeq, buffer.last]).toEqual([0, 0, 0, null]);
  });

  it('applies a rewind and its records again to the same effect', () => {
    const buffer = new SeriesBuffer('all');
    const replay = (): void => {
      buffer.rewind(1);
      buffer.append(columns([5, 1, null, 7], [6, 2, null, 8]));
    };
    buffer.append(columns([1, 0, null, 5], [2, 1, null, 6]));
    replay();
    replay();
    expect(ys(buffer)).toEqual([5, 7, 8]);
  });

  it('grows beyond its first columns and keeps everything', () => {
    const buffer = new SeriesBuffer('all');
    for (let t = 0; t < 5000; t++) buffer.append(columns([t + 1, t, null, t]));
    expect(buffer.points).toBe(5000);
    expect(xs(buffer)).toEqual(Array.from({ length: 5000 }, (_, t) => t));
  });

  it('finds the nearest record, never a break', () => {
    const buffer = new SeriesBuffer('consecutive');
    buffer.append(columns([1, 0, 0.5, 5], [2, 10, 0.5, 6]));
    expect(buffer.nearest(5.4, 100)).toEqual({ iteration: 0, coordinate: 0.5, value: 5 });
    expect(buffer.nearest(9, 2)).toEqual({ iteration: 10, coordinate: 0.5, value: 6 });
    expect(buffer.nearest(5, 1)).toBeNull();
  });
});
