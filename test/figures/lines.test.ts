import { describe, expect, it } from 'vitest';
import { figureThemes, linesFigure, type LinesFigureData } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { evenly, pathsOf, textsOf } from './drawing.ts';

const iterations = Float64Array.from(evenly(1, 200, 200));
const decay = (rate: number, floor: number) => ({
  x: iterations,
  y: iterations.map((t) => floor + Math.exp(-rate * t)),
});
const within = (y: Float64Array, by: number) => ({ lower: y.map((v) => v - by), upper: y.map((v) => v + by) });

const curves = [0.01, 0.05, 0.1].flatMap((rate) =>
  [100, 500].map((batch) => {
    const curve = decay(rate, batch / 2000);
    const band = batch === 100 ? { band: within(curve.y, 0.08) } : {};
    return { color: String(rate), dash: String(batch), seeds: 5, curve, ...band };
  }),
);
const data: LinesFigureData = {
  id: 'lines',
  title: 'Sharpness against learning rate',
  subtitle: 'made up',
  x: { label: 'iteration', scale: 'log' },
  columns: 2,
  colors: { title: 'learning rate', coloring: 'sequence' },
  dashes: { title: 'batch size' },
  band: '± 1 s.d.',
  panels: [
    {
      title: 'Sharpness',
      y: { label: null, scale: 'log' },
      curves,
      references: [{ kind: 'horizontal', at: 2, label: '2/η' }],
    },
    {
      title: 'Loss',
      y: { label: 'loss', unit: 'nat' },
      curves,
      references: [{ kind: 'vertical', at: 50, label: 'epoch 1' }],
    },
  ],
};
const one = (
  y: readonly number[],
  axis: LinesFigureData['panels'][number]['y'] = { label: null },
  x?: LinesFigureData['x'],
) =>
  linesFigure({
    id: 'one',
    title: 'One',
    subtitle: '',
    x: x ?? { label: 'x' },
    panels: [
      {
        title: 'y',
        y: axis,
        curves: [{ color: 'a', curve: { x: Float64Array.from(y.keys()), y: Float64Array.from(y) } }],
      },
    ],
  });

describe('a figure of lines', () => {
  it.each(['light', 'dark'] as const)('looks as its snapshot, %s', async (theme) => {
    await expect(renderSvg(linesFigure(data, { width: 640, theme }))).toMatchFileSnapshot(
      `snapshots/lines-${theme}.svg`,
    );
  });

  it('gives each colour and each dash one entry, and says what bands and seeds are', () => {
    expect(linesFigure(data).legend.map(({ label }) => label)).toEqual([
      'learning rate:',
      '0.01',
      '0.05',
      '0.1',
      'batch size:',
      '100',
      '500',
      '± 1 s.d., 5 seeds',
      '2/η',
      'epoch 1',
    ]);
  });

  it('puts panels of one row side by side, and below each other in one column', () => {
    const places = (columns: number) =>
      [
        ...renderSvg(linesFigure({ ...data, columns }, { width: 640 })).matchAll(/translate\((\d+),(\d+)\)"><text/g),
      ].map(([, x]) => Number(x));
    expect(places(2)).toEqual([0, 320]);
    expect(places(1)).toEqual([0, 0]);
  });

  it('breaks a line where a value is not finite, and says how many there are', () => {
    const figure = one([1, 2, NaN, 3, Infinity, 4, 5]);
    expect(figure.panels[0]!.notes).toEqual(['not shown: 2 values not finite']);
    const path = /aria-label="line"[^>]*><path[^>]* d="([^"]*)"/.exec(renderSvg(figure))![1]!;
    expect(path.match(/M/g)).toHaveLength(3);
  });

  it('counts what a logarithmic axis cannot show', () => {
    expect(one([1, 0, -2, 4], { label: null, scale: 'log' }).panels[0]!.notes).toEqual([
      'not shown: 2 values ≤ 0, which a logarithmic axis cannot show',
    ]);
    expect(one([1, 2, 3], { label: null }, { label: 'x', scale: 'log' }).panels[0]!.notes).toEqual([
      'not shown: 1 value ≤ 0, which a logarithmic axis cannot show',
    ]);
    expect(one([1, 2, 3], { label: null, scale: 'log' }).panels[0]!.notes).toEqual([]);
  });

  it('cuts a curve where it leaves stated limits, and counts the points beyond', () => {
    const figure = one([0, 10, 0], { label: null, domain: [0, 5] });
    expect(figure.panels[0]!.notes).toEqual(['not shown: 1 value beyond the axes']);
    const [path] = pathsOf(figure, 'line');
    const { height } = figure.panels[0]!;
    for (const [, y] of path!) {
      expect(y).toBeGreaterThanOrEqual(8);
      expect(y).toBeLessThanOrEqual(height);
    }
    const heights = path!.map(([, y]) => y);
    expect(heights.filter((y) => y === Math.min(...heights))).toHaveLength(2);
  });

  it('keeps single extremes of a long curve', () => {
    const y = new Float64Array(100_000).fill(1);
    y[54_321] = 2;
    const [path] = pathsOf(one(Array.from(y), { label: null, domain: [0, 2] }), 'line');
    expect(path!.length).toBeLessThan(10_000);
    expect(Math.min(...path!.map(([, at]) => at))).toBe(8);
  });

  it('marks a point that stands alone between gaps', () => {
    const y = evenly(0, 1, 60).map((value, index) => (index === 29 || index === 31 ? NaN : value));
    expect(renderSvg(one(y)).match(/aria-label="dot"/g)).toHaveLength(1);
    expect(renderSvg(one(evenly(0, 1, 60)))).not.toContain('aria-label="dot"');
  });

  it('draws a band down to the edge of a logarithmic axis, not to zero', () => {
    const curve = { x: Float64Array.of(1, 2, 3), y: Float64Array.of(1, 1, 1) };
    const band = { lower: Float64Array.of(0.5, -1, 0.5), upper: Float64Array.of(2, 2, 2) };
    const figure = linesFigure({
      ...data,
      columns: 1,
      panels: [{ title: 'y', y: { label: null, scale: 'log' }, curves: [{ color: 'a', curve, band }] }],
    });
    const [area] = pathsOf(figure, 'area');
    expect(area!.flat().every(Number.isFinite)).toBe(true);
    expect(Math.max(...area!.map(([, y]) => y))).toBeLessThanOrEqual(figure.panels[0]!.height - 26);
  });

  it.each(['linear', 'log'] as const)('draws y = x straight where both axes are %s', (scale) => {
    const figure = linesFigure({
      ...data,
      x: { label: 'x', scale, domain: [1, 100] },
      columns: 1,
      panels: [
        {
          title: 'y',
          y: { label: null, scale, domain: [1, 100] },
          curves: [],
          references: [{ kind: 'identity', label: 'y = x' }],
        },
      ],
    });
    const [path] = pathsOf(figure, 'line');
    const slopes = path!.slice(1).map(([x, y], index) => (y - path![index]![1]) / (x - path![index]![0]));
    expect(Math.max(...slopes) - Math.min(...slopes)).toBeLessThan(1e-2);
  });

  it('gives groups without an order dashes of their own, and refuses more than can be told apart', () => {
    const many = (count: number): LinesFigureData => ({
      ...data,
      colors: { coloring: 'categories' },
      panels: [
        {
          title: 'y',
          y: { label: null },
          curves: evenly(1, count, count).map((group) => ({ color: String(group), curve: decay(group, 0) })),
        },
      ],
    });
    const { legend } = linesFigure(many(5));
    expect(new Set(legend.map(({ dash }) => dash)).size).toBe(5);
    expect(new Set(legend.map(({ color }) => color)).size).toBe(5);
    expect(() => linesFigure(many(8))).toThrow('figure: expected at most 7 groups without an order, got 8');
  });

  it('has colours of ordered groups from one end of the sequence to the other', () => {
    const { sequence } = figureThemes.light;
    const colors = linesFigure(data)
      .legend.slice(1, 4)
      .map(({ color }) => color);
    expect([colors[0], colors[2]]).toEqual([sequence[0], sequence.at(-1)]);
  });

  it('breaks a title that is too long for a narrow figure', () => {
    const figure = linesFigure({ ...data, title: 'A title that is much too long for a narrow figure' }, { width: 320 });
    expect(textsOf(figure).filter((words) => words.startsWith('A title'))).toEqual([
      expect.not.stringContaining('narrow figure'),
    ]);
  });
});
