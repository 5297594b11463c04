import { describe, expect, it } from 'vitest';
import { clipCurve, curveOf, extentOf } from '../../src/figures/index.ts';

/** Columns of records given as [iteration, coordinate, value]. */
const columns = (...rows: readonly [number, number, number][]) => ({
  length: rows.length,
  iteration: Float64Array.from(rows, (row) => row[0]),
  coordinate: Float64Array.from(rows, (row) => row[1]),
  value: Float64Array.from(rows, (row) => row[2]),
});

describe('curveOf', () => {
  it('places a record at x = t + α', () => {
    const curve = curveOf(columns([3, 0, 1], [3, 0.5, 2], [3, 1, 3]), 'consecutive');
    expect([...curve.x]).toEqual([3, 3.5, 4]);
    expect([...curve.y]).toEqual([1, 2, 3]);
  });

  it('leaves a gap where iterations were not measured', () => {
    const curve = curveOf(columns([0, 0, 1], [0, 1, 2], [40, 0, 3], [40, 1, 4]), 'consecutive');
    expect([...curve.x]).toEqual([0, 1, 20.5, 40, 41]);
    expect([...curve.y]).toEqual([1, 2, NaN, 3, 4]);
  });

  it('joins evaluations that are epochs apart when all are joined', () => {
    const curve = curveOf(columns([0, NaN, 1], [600, NaN, 2]), 'all');
    expect([...curve.y]).toEqual([1, 2]);
  });

  it('orders records that came out of order', () => {
    const curve = curveOf(columns([2, NaN, 2], [1, NaN, 1]), 'consecutive');
    expect([...curve.x]).toEqual([1, 2]);
  });
});

describe('clipCurve', () => {
  const curve = { x: Float64Array.of(0, 1, 2, 3), y: Float64Array.of(0, 10, 20, 30) };

  it('interpolates the points on both edges', () => {
    const clipped = clipCurve(curve, 0.5, 2.25);
    expect([...clipped.x]).toEqual([0.5, 1, 2, 2.25]);
    expect([...clipped.y]).toEqual([5, 10, 20, 22.5]);
  });

  it('cuts a line that crosses the whole window', () => {
    expect([...clipCurve(curve, 1.25, 1.75).y]).toEqual([12.5, 17.5]);
  });

  it('is empty beyond the curve', () => {
    expect(clipCurve(curve, 5, 6).x).toHaveLength(0);
  });
});

describe('extentOf', () => {
  it('ignores what is not finite and is null when nothing is', () => {
    expect(extentOf([{ x: Float64Array.of(0, 1, 2), y: Float64Array.of(NaN, 3, Infinity) }])).toEqual([3, 3]);
    expect(extentOf([])).toBeNull();
  });
});
