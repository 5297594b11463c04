import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimate } from '../../src/figures/index.ts';
import type { Curve } from '../../src/figures/index.ts';

const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
);
const points = fc
  .array(fc.tuple(fc.double({ min: 0, max: 100, noNaN: true }), value), { minLength: 1, maxLength: 400 })
  .map((pairs) => {
    const sorted = pairs.sort((a, b) => a[0] - b[0]);
    return {
      x: Float64Array.from(sorted, (p) => p[0]),
      y: Float64Array.from(sorted, (p) => p[1]),
      length: sorted.length,
    };
  });
const pixels = fc.integer({ min: 1, max: 30 });
const finite = (curve: Curve): number[] => Array.from(curve.y).filter(Number.isFinite);

describe('decimate', () => {
  it('keeps the first and the last point and every extreme', () => {
    fc.assert(
      fc.property(points, pixels, (all, width) => {
        const out = decimate(all, 0, 100, width);
        expect(out.x[0]).toBe(all.x[0]);
        expect(out.x.at(-1)).toBe(all.x[all.length - 1]);
        const before = Array.from(all.y).filter(Number.isFinite);
        expect(Math.min(...finite(out))).toBe(Math.min(...before));
        expect(Math.max(...finite(out))).toBe(Math.max(...before));
      }),
    );
  });

  it('keeps the minimum and maximum of every pixel column', () => {
    fc.assert(
      fc.property(points, pixels, (all, width) => {
        const out = decimate(all, 0, 100, width);
        expect(extremes(out, width)).toEqual(extremes(all, width));
      }),
    );
  });

  it('returns points of the curve only, in order, at most six a column', () => {
    fc.assert(
      fc.property(points, pixels, (all, width) => {
        const out = decimate(all, 0, 100, width);
        const known = new Set(Array.from(all.x, (x, i) => `${x}:${Number.isFinite(all.y[i]) ? all.y[i] : NaN}`));
        for (let i = 0; i < out.x.length; i++) expect(known.has(`${out.x[i]}:${out.y[i]}`)).toBe(true);
        for (let i = 1; i < out.x.length; i++) expect(out.x[i]!).toBeGreaterThanOrEqual(out.x[i - 1]!);
        expect(out.x.length).toBeLessThanOrEqual(6 * (width + 2));
      }),
    );
  });

  it('never bridges a gap: neighbours in the result had no gap between them', () => {
    const distinct = points.filter((all) => new Set(all.x).size === all.length);
    fc.assert(
      fc.property(distinct, pixels, (all, width) => {
        const out = decimate(all, 0, 100, width);
        for (let i = 1; i < out.x.length; i++) {
          if (!Number.isFinite(out.y[i]) || !Number.isFinite(out.y[i - 1])) continue;
          const from = all.x.indexOf(out.x[i - 1]!);
          const to = all.x.indexOf(out.x[i]!);
          const gap = all.y.subarray(from, to).some((y) => !Number.isFinite(y));
          // A gap and what surrounds it may only be lost inside one pixel column, where it could not be seen.
          if (gap) expect(Math.floor((out.x[i]! * width) / 100)).toBe(Math.floor((out.x[i - 1]! * width) / 100));
        }
      }),
    );
  });

  it('keeps the nearest point outside each edge, so that lines run to the edge', () => {
    const length = 100_000;
    const x = Float64Array.from({ length }, (_, i) => i);
    const out = decimate({ x, y: x, length }, 500.5, 90_000.5, 100);
    expect(out.x[0]).toBe(500);
    expect(out.x.at(-1)).toBe(90_001);
    expect(out.x.length).toBeLessThan(450);
  });

  it('reads only the filled part of longer columns', () => {
    const out = decimate({ x: Float64Array.of(1, 2, 0, 0), y: Float64Array.of(3, 4, 9, 9), length: 2 }, 0, 10, 5);
    expect([...out.x]).toEqual([1, 2]);
  });
});

function extremes({ x, y }: Curve, width: number): Map<number, [number, number]> {
  const found = new Map<number, [number, number]>();
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(y[i])) continue;
    const column = Math.min(width, Math.floor(x[i]! * (width / 100)));
    const [low, high] = found.get(column) ?? [Infinity, -Infinity];
    found.set(column, [Math.min(low, y[i]!), Math.max(high, y[i]!)]);
  }
  return found;
}
