import { describe, expect, it } from 'vitest';
import { SeriesBuffer } from '../../web/src/lib/series-buffer.ts';
import { EpochClock } from '../../src/contract/index.ts';
import { epochWindows, moved, zoomed } from '../../web/src/lib/windows.ts';

function interpolated(...iterations: number[]): SeriesBuffer {
  const buffer = new SeriesBuffer('consecutive');
  const nothing = iterations.map(() => null);
  buffer.append({
    seq: iterations.map((_, index) => index + 1),
    iteration: iterations,
    coordinate: iterations.map(() => 0),
    value: iterations.map(() => 1),
    standardError: nothing,
    examples: nothing,
  });
  return buffer;
}

describe('epochWindows', () => {
  it('gives the interpolated part of each epoch that has one, counted from 1', () => {
    expect(epochWindows(interpolated(0, 1, 2, 20, 21), new EpochClock(10))).toEqual([
      { epoch: 1, range: [0, 3] },
      { epoch: 3, range: [20, 22] },
    ]);
  });

  it('parts iterations that follow each other where an epoch ends', () => {
    expect(epochWindows(interpolated(9, 10), new EpochClock(10)).map(({ range }) => range)).toEqual([
      [9, 10],
      [10, 11],
    ]);
  });

  it('follows epochs whose length changes', () => {
    expect(epochWindows(interpolated(3, 4, 5, 12), new EpochClock(1).changed(4, 8))).toEqual([
      { epoch: 4, range: [3, 4] },
      { epoch: 5, range: [4, 6] },
      { epoch: 6, range: [12, 13] },
    ]);
  });
});

describe('zooming and moving', () => {
  it('keeps the centre where it is', () => {
    expect(zoomed([0, 40], 0.5, 10, [0, 40])).toEqual([5, 25]);
  });

  it('does not leave what was recorded', () => {
    expect(zoomed([10, 20], 8, 15, [0, 40])).toEqual([0, 40]);
    expect(moved([10, 20], -15, [0, 40])).toEqual([0, 10]);
    expect(moved([10, 20], 50, [0, 40])).toEqual([30, 40]);
  });

  it('does not go below a tenth of an iteration', () => {
    const [from, to] = zoomed([1, 1.1], 0.5, 1.05, [0, 40]);
    expect(to - from).toBeCloseTo(0.1);
  });
});
