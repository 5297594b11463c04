import { describe, expect, it } from 'vitest';
import type { SweepCell, SweepRecord } from '../../src/contract/index.ts';
import {
  isWithin,
  parallelLines,
  sweepMatrix,
  sweepMatrixFigure,
  sweepParallelFigure,
  sweepSource,
  tableCsv,
} from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { listEntry } from '../web/sweeps/list-entry.ts';
import { finished, recordOf, unfinished, type MadeUpEnd } from '../web/sweeps/recorded-sweep.ts';
import { textsOf } from './drawing.ts';

type EndOf = (run: SweepRecord['runs'][number], cell: SweepCell) => MadeUpEnd | null;

const sourceOf = (record: SweepRecord, endOf: EndOf) =>
  sweepSource(
    record,
    record.runs.flatMap((run) => {
      const end = endOf(run, record.cells[run.cell]!);
      return end ? [listEntry(run.id, run.seed, end)] : [];
    }),
  );

const rate = 'optimizer.learningRate';
const batch = 'optimizer.batchSize';
const grid = recordOf({ name: 'grid', axes: { [rate]: [0.3, 0.03, 0.1], [batch]: [32, 64] }, seeds: 2 });
/** 0.5, 0.6 and 0.7 for the rates, 0.05 less with the larger batches; ± 0.01 by the seed. */
const accuracy = (cell: SweepCell, seed: number): number =>
  0.5 +
  0.1 * [0.03, 0.1, 0.3].indexOf(Number(cell[rate])) -
  (cell[batch] === 64 ? 0.05 : 0) +
  (seed === 1 ? 0.01 : -0.01);
const whole = sourceOf(grid, ({ seed }, cell) => finished(accuracy(cell, seed)));
/** One failed run, a cell of failed ones, one not finite, one that waits, one that runs, one that a halving ended. */
const mixed = sourceOf({ ...grid, dropped: [{ cell: 5, rung: '3 epochs' }] }, ({ cell, seed }, values) => {
  if (cell === 0) return seed === 1 ? unfinished('failed') : finished(accuracy(values, seed));
  if (cell === 1) return unfinished('failed');
  if (cell === 2) return { ...finished(0.5), testAccuracy: null };
  if (cell === 3) return null;
  return unfinished(cell === 4 ? 'running' : 'interrupted');
});

describe('the matrix of a sweep', () => {
  it('has the mean, sample standard deviation and number of the runs of each cell, numbers in their order', () => {
    const { columns, rows, cells } = sweepMatrix(whole, {});
    expect(columns.labels).toEqual(['0.03', '0.1', '0.3']);
    expect(rows!.labels).toEqual(['32', '64']);
    expect(cells).toHaveLength(6);
    const cell = cells.find(({ column, row }) => column === 2 && row === 1)!;
    expect(cell.spread.mean).toBeCloseTo(0.65, 12);
    expect(cell.spread.deviation).toBeCloseTo(0.02 / Math.SQRT2, 12);
    expect(cell.words).toBe('learning rate 0.3, batch size 64: 65.00 % ± 1.4 %, N = 2');
  });

  it('takes the values of other axes together, or one of them', () => {
    const both = sweepMatrix(whole, { y: 'none' });
    expect(both.merged.map(({ key }) => key)).toEqual([batch]);
    expect(both.cells.map(({ spread }) => spread.count)).toEqual([4, 4, 4]);
    const one = sweepMatrix(whole, { y: 'none', at: { [batch]: 1 } });
    expect(one.cells.map(({ spread }) => spread.count)).toEqual([2, 2, 2]);
    expect(one.cells.find(({ column }) => column === 0)!.spread.mean).toBeCloseTo(0.45, 12);
  });

  it('says of cells without a value why, and marks means from which runs are missing', () => {
    const { cells } = sweepMatrix(mixed, {});
    const words = Object.fromEntries(cells.map((cell) => [cell.spread.runs[0]!.cell, cell.words.replace(/^.*: /, '')]));
    expect(words).toEqual({
      0: '69.00 %, N = 1, 1 failed',
      1: '2 failed',
      2: '2 not finite',
      3: '2 not made yet',
      4: '2 running',
      5: '2 ended early',
    });
    const texts = textsOf(sweepMatrixFigure(mixed));
    for (const sign of ['×', '∞', '·', '…', '⊣', '◥']) expect(texts).toContain(sign);
    expect(texts.some((text) => text.includes('∞ not finite'))).toBe(true);
  });

  it('says the ends of its colours, and draws the smallest and the largest mean in them', () => {
    const text = renderSvg(sweepMatrixFigure(whole));
    expect(text).toContain('45.0 %');
    expect(text).toContain('70.0 %');
    expect(text).toMatch(/<rect [^>]*fill="#3da764"[^>]*><title>learning rate 0.03, batch size 64/);
    expect(text).toMatch(/<rect [^>]*fill="#440154"[^>]*><title>learning rate 0.3, batch size 32/);
  });

  it('has seeds as its only axis where nothing else is varied', () => {
    const { columns, rows, cells } = sweepMatrix(
      sourceOf(recordOf({ name: 's', axes: {}, seeds: 3 }), ({ seed }) => finished(0.5 + seed / 100)),
      {},
    );
    expect([columns.key, rows, cells.length]).toEqual(['seed', null, 3]);
  });

  it('takes many numbers together in intervals of equal ratio', () => {
    const rates = Array.from({ length: 60 }, (_, index) => 0.001 * 1.1 ** index);
    const drawn = sourceOf(recordOf({ name: 'r', axes: { [rate]: rates }, seeds: 1 }), () => finished(0.5));
    const { columns, cells } = sweepMatrix(drawn, {});
    expect(columns.labels).toHaveLength(10);
    expect(cells.reduce((sum, { spread }) => sum + spread.count, 0)).toBe(60);
  });

  it('has a column for cells that lack a setting', () => {
    const record = { ...recordOf({ name: 'l', axes: { [rate]: [0.1] }, seeds: 1 }), cells: [{ [rate]: 0.1 }, {}] };
    const runs = [...record.runs, { id: 'l-c1-s1', cell: 1, seed: 1 }];
    expect(
      sweepMatrix(
        sourceOf({ ...record, runs }, () => finished(0.5)),
        {},
      ).columns.labels,
    ).toEqual(['0.1', 'none']);
  });

  it('places each cell where it is drawn', () => {
    const figure = sweepMatrixFigure(whole);
    const [low, high] = [0, 1].map((row) => figure.cells.find((cell) => cell.column === 0 && cell.row === row)!);
    expect(low!.box.y).toBeCloseTo(high!.box.y + high!.box.height, 9);
    const drawn = /<rect ([^>]*)><title>learning rate 0.03, batch size 64/.exec(renderSvg(figure))![1]!;
    const { box } = high!;
    for (const side of ['x', 'y', 'width', 'height'] as const)
      expect(Number(new RegExp(`(?<![a-z])${side}="([^"]+)"`).exec(drawn)![1]), side).toBeCloseTo(box[side], 2);
  });

  it('is a table of numbers', () => {
    const [head, ...rows] = tableCsv(sweepMatrixFigure(mixed).table()).trim().split(/\r?\n/);
    expect(head).toBe(
      `${rate},${batch},testAccuracy,standard_deviation,n,failed,not_finite,ended_early,running,waiting`,
    );
    expect(rows).toContain('0.3,64,,,0,2,0,0,0,0');
    expect(rows).toHaveLength(6);
  });

  it.each([
    [{ x: 'optimizer.learningrate' }, `sweep grid: no axis "optimizer.learningrate"; did you mean "${rate}"?`],
    [{ x: rate, y: rate }, `sweep grid: expected two axes that differ, got "${rate}" twice`],
    [{ y: 'none', at: { [batch]: 2 } }, `sweep grid: ${batch}: expected a place from 0 to 1, got 2`],
  ])('refuses %o', (choices, message) => {
    expect(() => sweepMatrixFigure(whole, choices)).toThrowError(message);
  });
});

describe('the parallel coordinates of a sweep', () => {
  it('have a line for each cell over all axes, evenly in their order, the quantity last', () => {
    const { axes, lines } = parallelLines(whole, 'testAccuracy', 'linear');
    expect(axes.map(({ key }) => key)).toEqual([rate, batch, 'testAccuracy']);
    const heights = lines.map(({ points }) => points.map(({ height }) => height));
    // 0.3 with 32 is the best, 0.03 with 64 the worst.
    expect(heights[0]).toEqual([1, 0, 1]);
    expect(heights[3]).toEqual([0, 1, 0]);
    expect(heights[4]![0]).toBe(0.5);
  });

  it('end before the quantity where a cell has no value', () => {
    const { lines } = parallelLines(mixed, 'testAccuracy', 'linear');
    expect(lines.map(({ points }) => points.length)).toEqual([3, 2, 2, 2, 2, 2]);
    expect(textsOf(sweepParallelFigure(mixed))).toContain('5 cells have no value yet, or none that is finite');
  });

  it('mark what crosses all brushes', () => {
    const { lines } = parallelLines(whole, 'testAccuracy', 'linear');
    const within = (brushes: Record<string, [number, number]>): number[] =>
      lines.filter((line) => isWithin(line, brushes)).map(({ cell }) => cell);
    expect(within({})).toHaveLength(6);
    expect(within({ [rate]: [0.9, 1] })).toEqual([0, 1]);
    expect(within({ [rate]: [0.9, 1], [batch]: [0, 0.2] })).toEqual([0]);
    expect(within({ testAccuracy: [0, 0.3] })).toEqual([2, 3]);
    expect(within({ nothing: [0, 1] })).toEqual([]);
  });

  it('of very many numbers stand by their size', () => {
    const rates = Array.from({ length: 21 }, (_, index) => 10 ** (-3 + index / 10));
    const { lines } = parallelLines(
      sourceOf(recordOf({ name: 'r', axes: { [rate]: rates }, seeds: 1 }), () => finished(0.5)),
      'testAccuracy',
      'linear',
    );
    expect(lines[10]!.points[0]!.height).toBeCloseTo(0.5, 9);
  });

  it('are a table of numbers', () => {
    const table = tableCsv(sweepParallelFigure(whole, { brushes: { [batch]: [0, 0.1] } }).table());
    const [head, first, second] = table.trim().split(/\r?\n/);
    expect(head).toBe(`${rate},${batch},testAccuracy,standard_deviation,n,failed,not_finite,within_marked_parts`);
    expect(first).toMatch(/^0.3,32,0.(7|69+\d*),0.0141\d+,2,0,0,1$/);
    expect(second).toMatch(/,0$/);
  });
});

describe.each(['light', 'dark'] as const)('in %s colours', (theme) => {
  it('both look as their snapshots', async () => {
    const look = { theme, width: 560 };
    await expect(renderSvg(sweepMatrixFigure(mixed, {}, look))).toMatchFileSnapshot(
      `snapshots/sweep-matrix-${theme}.svg`,
    );
    await expect(
      renderSvg(sweepParallelFigure(whole, { brushes: { testAccuracy: [0.5, 1] } }, look)),
    ).toMatchFileSnapshot(`snapshots/sweep-parallel-${theme}.svg`);
  });
});
