import { describe, expect, it } from 'vitest';
import type { RecordColumns } from '../../src/contract/index.ts';
import { SeriesBuffer } from '../../web/src/lib/series-buffer.ts';
import { columns } from './record-columns.ts';

const xs = (buffer: SeriesBuffer): number[] => [...buffer.after(0).x];
const ys = (buffer: SeriesBuffer): number[] => [...buffer.after(0).y];

describe('SeriesBuffer', () => {
  it('counts a record once that was sent twice, and not one that is known', () => {
    const buffer = new SeriesBuffer('interpolation.loss');
    buffer.append(columns([4, 0, 0, 1], [5, 0, 1, 2]));
    buffer.append(columns([5, 0, 1, 2], [9, 1, 0, 3]));
    buffer.append(columns([10, 1, 0.5, 3], [11, 1, 1, 3]), 10);
    expect(buffer.points).toBe(4);
    expect(xs(buffer)).toEqual([0, 1, 1, 2]);
    expect(buffer.lastSeq).toBe(11);
  });

  it('breaks the curve where iterations are missing, without counting the break', () => {
    const buffer = new SeriesBuffer('interpolation.loss');
    buffer.append(columns([1, 0, null, 5], [2, 10, null, 6]));
    expect(xs(buffer)).toEqual([0, 5, 10]);
    expect(ys(buffer)).toEqual([5, NaN, 6]);
    expect(buffer.points).toBe(2);
  });

  it('stands at the iteration where the coordinate is no α', () => {
    const buffer = new SeriesBuffer('update.tensorSize');
    buffer.append(columns([1, 3, 7, 5], [2, 4, 8, 6]));
    expect(xs(buffer)).toEqual([3, 4]);
    expect(buffer.last).toEqual({ iteration: 4, coordinate: 8, value: 6 });
  });

  it('takes values that JSON has no number for', () => {
    const buffer = new SeriesBuffer('batch.loss');
    buffer.append(columns([1, 0, null, 'NaN'], [2, 10, null, '-Infinity']));
    expect(ys(buffer)).toEqual([NaN, -Infinity]);
  });

  it('drops what a rewind withdrew, break included, and takes what is recorded anew', () => {
    const buffer = new SeriesBuffer('interpolation.loss');
    buffer.append(columns([1, 0, null, 5], [2, 1, null, 6], [3, 40, null, 7]));
    buffer.rewind(2);
    expect(xs(buffer)).toEqual([0, 1]);
    expect(buffer.lastSeq).toBe(2);
    buffer.append(columns([7, 2, null, 8]));
    expect(ys(buffer)).toEqual([5, 6, 8]);
    buffer.rewind(0);
    expect([buffer.points, buffer.lastSeq, buffer.last]).toEqual([0, 0, null]);
  });

  it('applies a rewind and its records again to the same effect', () => {
    const buffer = new SeriesBuffer('batch.loss');
    const replay = (): void => {
      buffer.rewind(1);
      buffer.append(columns([5, 1, null, 7], [6, 2, null, 8]));
    };
    buffer.append(columns([1, 0, null, 5], [2, 1, null, 6]));
    replay();
    replay();
    expect(ys(buffer)).toEqual([5, 7, 8]);
  });

  it('gives and keeps what came after a place, without a break at its start', () => {
    const buffer = new SeriesBuffer('interpolation.loss');
    const rows: [number, number, number, RecordColumns['value'][number]][] = [
      [3, 0, 0, 1],
      [5, 4, 0, 2],
      [8, 9, 0, 3],
      [9, 9, 0.5, 4],
    ];
    buffer.append(columns(...rows));
    expect([...buffer.after(5).y]).toEqual([3, 4]);
    expect([...buffer.after(4).y]).toEqual([2, NaN, 3, 4]);
    expect(buffer.after(9).length).toBe(0);
    buffer.forget(3);
    expect(buffer.points).toBe(3);
    expect(ys(buffer)).toEqual([2, NaN, 3, 4]);
    buffer.append(columns([10, 10, 0, 5]));
    expect(ys(buffer)).toEqual([2, NaN, 3, 4, 5]);
  });

  it('grows beyond its first columns and keeps everything', () => {
    const buffer = new SeriesBuffer('batch.loss');
    for (let t = 0; t < 5000; t++) buffer.append(columns([t + 1, t, null, t]));
    expect(buffer.points).toBe(5000);
    expect(xs(buffer)).toEqual(Array.from({ length: 5000 }, (_, t) => t));
  });
});
