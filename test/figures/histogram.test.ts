import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { histogramFigure, type HistogramFigureData } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { pathsOf } from './drawing.ts';

const random = randomStream(1, 'histogram figure');
const normal = (count: number, mean: number) => Array.from({ length: count }, () => mean + random.normal());
const data: HistogramFigureData = {
  id: 'histogram',
  title: 'Margins',
  subtitle: 'made up',
  x: { label: 'margin' },
  means: true,
  references: [{ kind: 'vertical', at: 0, label: 'no margin' }],
  groups: [
    { label: 'batch 256', values: normal(900, 0) },
    { label: 'batch 4096', values: normal(300, 1) },
  ],
};

describe('a figure of histograms', () => {
  it('looks as its snapshot', async () => {
    await expect(renderSvg(histogramFigure(data, { width: 640 }))).toMatchFileSnapshot('snapshots/histogram.svg');
  });

  it('gives groups of different sizes with the same shape the same outline', () => {
    const values = [1, 1, 2, 3];
    const groups = [
      { label: 'a', values },
      { label: 'b', values: [...values, ...values] },
    ];
    const [a, b] = pathsOf(histogramFigure({ ...data, references: [], groups, bins: 4 }), 'line');
    expect(a!.length).toBeGreaterThan(8);
    expect(a).toEqual(b);
  });

  it('has one panel for each group on request, with the same axes', () => {
    const { panels } = histogramFigure({ ...data, layout: 'panels', columns: 2 });
    expect(panels.map(({ title }) => title)).toEqual(['batch 256', 'batch 4096']);
    expect(panels[0]!.plot.x).toEqual(panels[1]!.plot.x);
    expect(panels[0]!.plot.y).toEqual(panels[1]!.plot.y);
  });

  it('counts numbers that no bin can hold', () => {
    const groups = [{ label: 'a', values: [1, 10, NaN, 0, -3, Infinity] }];
    expect(histogramFigure({ ...data, groups, x: { label: 'x', scale: 'log' } }).panels[0]!.notes).toEqual([
      'not shown: 2 values not finite; 2 values ≤ 0, which a logarithmic axis cannot show',
    ]);
    expect(() => histogramFigure({ ...data, groups: [{ label: 'a', values: [NaN] }] })).toThrow(
      'histogram: expected at least one finite number, got none',
    );
  });
});
