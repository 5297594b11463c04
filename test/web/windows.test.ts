import { describe, expect, it } from 'vitest';
import { moved, parseWindow, wholeWindow, windowText, zoomed } from '../../web/src/lib/windows.ts';

describe('a window of whole iterations', () => {
  it('is the nearest one, at least one wide and within the extent', () => {
    expect(wholeWindow([4.4, 9.6], [0, 20])).toEqual([4, 10]);
    expect(wholeWindow([7.1, 7.3], [0, 20])).toEqual([7, 8]);
    expect(wholeWindow([-3, 40], [0, 20])).toEqual([0, 20]);
    expect(wholeWindow([19.8, 20], [0, 20])).toEqual([19, 20]);
    expect(wholeWindow([0, 0.2], [0, 1])).toEqual([0, 1]);
  });
});

describe('zooming and moving', () => {
  it('keeps the centre where it is', () => {
    expect(zoomed([0, 40], 0.5, 10, [0, 40])).toEqual([5, 25]);
  });

  it('does not leave what was recorded', () => {
    expect(zoomed([10, 20], 8, 15, [0, 40])).toEqual([0, 40]);
    expect(moved([10, 20], -1.5, [0, 40])).toEqual([0, 10]);
    expect(moved([10, 20], 5, [0, 40])).toEqual([30, 40]);
  });

  it('does not go below a tenth of an iteration, or a part of a short axis', () => {
    const [from, to] = zoomed([1, 1.1], 0.5, 1.05, [0, 40]);
    expect(to - from).toBeCloseTo(0.1);
    const [low, high] = zoomed([0, 0.001], 0.5, 0, [0, 2]);
    expect(high - low).toBeCloseTo(0.005);
  });

  it('works on powers of ten where the axis is logarithmic', () => {
    const [from, to] = zoomed([1, 10_000], 0.5, 100, [1, 10_000], 'log');
    expect([from, to].map((edge) => Math.round(edge * 1e6) / 1e6)).toEqual([10, 1000]);
    const [low, high] = moved([10, 100], 1, [1, 10_000], 'log');
    expect([low, high].map((edge) => Math.round(edge * 1e6) / 1e6)).toEqual([100, 1000]);
  });
});

describe('a window in an address', () => {
  it('is read back to a millionth of its width', () => {
    for (const window of [
      [0, 40],
      [12.25, 12.35],
      [1e6, 1e6 + 0.125],
      [0.000125, 0.00025],
    ] as const) {
      const read = parseWindow(windowText(window))!;
      const width = window[1] - window[0];
      for (const edge of [0, 1] as const) expect(Math.abs(read[edge] - window[edge])).toBeLessThanOrEqual(width * 1e-6);
    }
    expect(windowText([0, 40])).toBe('0~40');
    expect(windowText(null)).toBeNull();
  });

  it.each([null, '', '5', '5~', '~5', '5~4', '5~5', '1~2~3', 'a~b', '0~Infinity'])('is none for %j', (text) => {
    expect(parseWindow(text)).toBeNull();
  });
});
