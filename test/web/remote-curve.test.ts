import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { CurveWindow } from '../../src/contract/index.ts';
import { censusOf, CurveRows, decimateRows, joiningOf } from '../../src/figures/index.ts';
import { windowOf } from '../../src/server/series/index.ts';
import { RemoteCurve, type AskWindow, type WindowRequest } from '../../web/src/lib/remote-curve.ts';
import { columns } from './record-columns.ts';

const series = 'interpolation.loss';

/** A server of one curve, whose k-th record has the place k, and which answers after a moment. */
class Served {
  readonly asked: WindowRequest[] = [];
  rows = new CurveRows(joiningOf(series));
  newest = 0;
  delay = 1;

  add(from: number, to: number, value = (t: number): number => Math.sin(t * 12.9898) * 43758.5453): this {
    for (let t = from; t < to; t++) this.rows.add(t, value(t), t, 0);
    this.newest += to - from;
    return this;
  }

  readonly ask: AskWindow = async (_, request, signal) => {
    this.asked.push(request);
    const { rows, newest } = this;
    const answer = windowOf({ rows, newest, unplaced: 0 }, { pad: 0, ...request });
    await new Promise((resolve) => setTimeout(resolve, this.delay));
    signal.throwIfAborted();
    return answer;
  };
}

function curveOf(served: Served): { curve: RemoteCurve; changes: () => number } {
  vi.useFakeTimers();
  let changes = 0;
  const curve = new RemoteCurve(series, served.ask, () => changes++);
  onTestFinished(() => {
    curve.close();
    vi.useRealTimers();
  });
  return { curve, changes: () => changes };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(500);

/** Smallest and largest value of each column of pixels. */
function extremes({ x, y, length }: Pick<CurveWindow, 'x' | 'y' | 'length'>, from: number, to: number, pixels: number) {
  const found = new Map<number, [number, number]>();
  for (let row = 0; row < length; row++) {
    if (x[row]! < from || x[row]! >= to || !Number.isFinite(y[row])) continue;
    const column = Math.floor((x[row]! - from) * (pixels / (to - from)));
    const [low, high] = found.get(column) ?? [Infinity, -Infinity];
    found.set(column, [Math.min(low, y[row]!), Math.max(high, y[row]!)]);
  }
  return found;
}

describe('a curve that lies on the server', () => {
  it('is drawn from the picture of the whole at once, and finer when the window stands', async () => {
    const served = new Served().add(0, 200_000);
    const { curve, changes } = curveOf(served);
    const lens = curve.lens();
    expect(lens.rows({ from: 0, to: 100, pixels: 50 }).length).toBe(0);
    await settle();
    expect([curve.isLoaded, curve.points, curve.extent, changes()]).toEqual([true, 200_000, [0, 199_999], 1]);
    const grid = { from: 1000, to: 1200, pixels: 100 };
    expect(lens.rows(grid).length).toBeGreaterThan(10);
    expect(lens.isSharp).toBe(false);
    await settle();
    const sharp = lens.rows(grid);
    expect(lens.isSharp).toBe(true);
    const inside = censusOf(sharp, 0, sharp.length).points;
    expect(inside).toBe(203);
    expect(changes()).toBe(2);
  });

  it('shows minimum and maximum of each pixel of what all records show', async () => {
    const served = new Served().add(0, 100_000);
    const { curve } = curveOf(served);
    await settle();
    const lens = curve.lens();
    for (const [from, to, pixels] of [
      [0, 100_000, 1000],
      [20_000, 60_000, 1200],
    ] as const) {
      const grid = { from, to, pixels };
      lens.rows(grid);
      await settle();
      const all = decimateRows(served.rows, grid);
      const pick = (column: Float64Array): Float64Array => Float64Array.from(all, (row) => column[row]!);
      const expected = { x: pick(served.rows.x), y: pick(served.rows.y), length: all.length };
      const shown = extremes(lens.rows(grid), from, to, pixels);
      if (to === 60_000) expect(shown).toEqual(extremes(expected, from, to, pixels));
      // Columns of the picture of the whole are narrower than pixels: nothing lies further from its place than one.
      for (const [column, [low, high]] of extremes(expected, from, to, pixels)) {
        const near = [column - 1, column, column + 1].flatMap((at) => shown.get(at) ?? []);
        expect(Math.min(...near)).toBeLessThanOrEqual(low);
        expect(Math.max(...near)).toBeGreaterThanOrEqual(high);
      }
    }
  });

  it('asks once for a window that stands, and not while it moves', async () => {
    const served = new Served().add(0, 200_000);
    const { curve } = curveOf(served);
    await settle();
    const lens = curve.lens();
    for (let from = 0; from < 60; from++) {
      lens.rows({ from, to: from + 50, pixels: 100 });
      await vi.advanceTimersByTimeAsync(16);
    }
    expect(served.asked).toHaveLength(1);
    await settle();
    for (let frame = 0; frame < 5; frame++) {
      lens.rows({ from: 59, to: 109, pixels: 100 });
      await settle();
    }
    expect(served.asked.slice(1)).toEqual([
      { from: 59, to: 109, pixels: 200, pad: 0.5, xScale: 'linear', yScale: 'linear' },
    ]);
  });

  it('goes on with live records, joined where they follow, and none twice', async () => {
    const served = new Served().add(0, 10);
    const { curve } = curveOf(served);
    curve.append(columns([10, 9, 0, 1], [11, 10, 0, 2]));
    await settle();
    expect(curve.points).toBe(11);
    curve.append(columns([11, 10, 0, 2], [12, 20, 0, 3]));
    expect([curve.points, curve.extent, curve.last?.value]).toEqual([12, [0, 20], 3]);
    const rows = curve.lens().rows({ from: 5, to: 25, pixels: 100 });
    expect([...rows.iteration]).toEqual([4, 5, 6, 7, 8, 9, 10, NaN, 20]);
  });

  it('asks anew until its picture knows what came before the live records', async () => {
    const served = new Served().add(0, 10);
    const { curve } = curveOf(served);
    curve.require(12);
    await settle();
    expect(curve.isLoaded).toBe(false);
    served.add(10, 12);
    await settle();
    expect(curve.points).toBe(12);
  });

  it('loses what is withdrawn at once, and shows what is recorded anew', async () => {
    const served = new Served().add(0, 100);
    const { curve } = curveOf(served);
    await settle();
    const lens = curve.lens();
    const shown = (): number[] => [...lens.rows({ from: 0, to: 100, pixels: 200 }).iteration];
    expect(shown()).toHaveLength(100);
    served.rows.rewind(50);
    served.newest = 101;
    served.add(50, 60);
    curve.rewind(50);
    expect(Math.max(...shown())).toBe(49);
    await settle();
    expect(Math.max(...shown())).toBe(59);
    expect(curve.points).toBe(60);
  });

  it('becomes that of another run that took the name', async () => {
    const served = new Served().add(0, 100);
    const { curve } = curveOf(served);
    await settle();
    served.rows = new CurveRows('all');
    served.newest = 0;
    served.add(0, 3);
    curve.rewind(0);
    await settle();
    expect([curve.points, curve.extent]).toEqual([3, [0, 2]]);
  });

  it('keeps no more live records than it may, and loses none', async () => {
    const served = new Served().add(0, 10);
    const { curve } = curveOf(served);
    await settle();
    for (let t = 10; t < 20_500; t += 500) {
      served.add(t, t + 500);
      const rows = Array.from({ length: 500 }, (_, k) => [t + k + 1, t + k, 0, 1] as const);
      curve.append(columns(...rows));
    }
    await settle();
    expect(curve.tail.points).toBeLessThan(1000);
    expect(curve.points).toBe(served.rows.points);
  });

  it('asks again when there was no answer', async () => {
    const served = new Served().add(0, 10);
    let isAway = true;
    const ask: AskWindow = (...request) => (isAway ? Promise.reject(new Error('away')) : served.ask(...request));
    vi.useFakeTimers();
    const curve = new RemoteCurve(series, ask, () => undefined);
    onTestFinished(() => {
      curve.close();
      vi.useRealTimers();
    });
    await settle();
    isAway = false;
    await vi.advanceTimersByTimeAsync(3000);
    expect(curve.points).toBe(10);
  });

  it('counts what lines cannot show in the very window', async () => {
    const served = new Served().add(0, 100_000, (t) => (t % 100 === 7 ? NaN : t % 1000 === 3 ? Infinity : t - 50_000));
    const { curve } = curveOf(served);
    await settle();
    const lens = curve.lens();
    lens.rows({ from: 0, to: 10_000, pixels: 100 });
    expect(lens.unshown).toBeNull();
    await settle();
    lens.rows({ from: 0, to: 10_000, pixels: 100 });
    expect(lens.unshown).toEqual({ notANumber: 100, infinite: 10, negativeInfinite: 0, notPositive: 0 });
    const logarithmic = { from: 49_990, to: 50_010, pixels: 100, y: 'log' } as const;
    lens.rows(logarithmic);
    await settle();
    lens.rows(logarithmic);
    expect(lens.unshown).toEqual({ notANumber: 1, infinite: 1, negativeInfinite: 0, notPositive: 11 });
  });
});
