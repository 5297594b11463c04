import { describe, expect, it } from 'vitest';
import {
  barsFigure,
  boxesFigure,
  intervalsFigure,
  type BarsFigureData,
  type BoxesFigureData,
  type IntervalsFigureData,
} from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { textsOf } from './drawing.ts';

const boxes: BoxesFigureData = {
  id: 'boxes',
  title: 'Small against large batch',
  subtitle: 'made up',
  quantity: 'Test accuracy after 10,000 updates',
  x: { label: 'accuracy', unit: '%' },
  point: 'seed',
  categories: [
    { label: 'batch 256', values: [98.1, 98.3, 98.2, 98.4, 98.0] },
    { label: 'batch 4096, trained for as many epochs as the small batch', values: [97.1, 97.3, 97.2, 95.4, 97.0] },
  ],
};

describe('a figure of box plots', () => {
  it('looks as its snapshot', async () => {
    await expect(renderSvg(boxesFigure(boxes, { width: 640 }))).toMatchFileSnapshot('snapshots/boxes.svg');
  });

  it('draws each seed, and of many numbers only those beyond the whiskers', () => {
    const circles = (values: readonly number[]): number =>
      renderSvg(boxesFigure({ ...boxes, categories: [{ label: 'a', values }] })).match(/<circle/g)?.length ?? 0;
    expect(circles([1, 2, 3, 4, 5])).toBe(5);
    expect(circles([...Array.from({ length: 99 }, (_, index) => index), 1000])).toBe(1);
  });

  it('leaves out what is not finite, and counts it; a category of nothing else has no box', () => {
    const figure = boxesFigure({
      ...boxes,
      categories: [
        { label: 'a', values: [NaN, NaN] },
        { label: 'b', values: [1, 2, NaN] },
      ],
    });
    expect(figure.panels[0]!.notes).toEqual(['not shown: 3 values not finite']);
    expect(renderSvg(figure).match(/aria-label="rect"/g)).toHaveLength(1);
  });
});

const intervals: IntervalsFigureData = {
  id: 'intervals',
  title: 'Ledger of claims',
  subtitle: 'made up',
  quantity: 'Effect with its 95 % interval',
  x: { label: 'effect', unit: 's.d.' },
  smallestEffect: 0.2,
  rows: [
    { label: 'W-cos: the batch size changes the cosine', estimate: 1.3, interval: [0.9, 1.7], group: 'supported' },
    {
      label: 'W-height: the height grows with the learning rate',
      estimate: 0.1,
      interval: [-0.4, 0.5],
      group: 'undecided',
    },
    { label: 'M-corr', estimate: -0.6, interval: [-Infinity, -0.3], group: 'contradicted' },
    { label: 'F-pred', estimate: NaN, interval: [NaN, NaN] },
  ],
};

describe('a forest plot', () => {
  it.each(['light', 'dark'] as const)('looks as its snapshot, %s', async (theme) => {
    const figure = intervalsFigure(intervals, { width: 800, theme });
    await expect(renderSvg(figure)).toMatchFileSnapshot(`snapshots/intervals-${theme}.svg`);
  });

  it('always shows where there is no effect, and the smallest effect that matters', () => {
    const rows = [{ label: 'a', estimate: 5, interval: [4, 6] as const }];
    const { domain } = intervalsFigure({ ...intervals, rows }).panels[0]!.plot.x as { domain: number[] };
    expect(domain[0]).toBeLessThan(-0.2);
    expect(domain[1]).toBeGreaterThan(6);
  });

  it('writes numbers beside its rows where there is room', () => {
    expect(textsOf(intervalsFigure(intervals, { width: 800 }))).toContain('−0.6 [−∞, −0.3]');
    expect(textsOf(intervalsFigure(intervals, { width: 400 }))).not.toContain('−0.6 [−∞, −0.3]');
  });

  it('names the rows that it cannot draw, and those whose estimate lies beyond the limits', () => {
    expect(intervalsFigure(intervals).panels[0]!.notes).toEqual(['without an estimate or interval: F-pred']);
    const { notes } = intervalsFigure({ ...intervals, x: { label: null, domain: [-1, 1] } }).panels[0]!;
    expect(notes[1]).toBe('estimate beyond the axis: W-cos: the batch size changes the cosine');
  });
});

const bars: BarsFigureData = {
  id: 'bars',
  title: 'Where 10,000 starts end',
  subtitle: 'made up',
  quantity: 'Share of end points',
  x: { label: 'share', unit: '%' },
  interval: '95 % interval',
  expectation: 'by area of the basins',
  categories: [0, 0.1].map((noise) => ({
    label: `γ′ = ${noise}`,
    bars: [
      { group: 'flat', value: 60 + 50 * noise, interval: [58 + 50 * noise, 62 + 50 * noise] as const, expected: 64 },
      { group: 'sharp', value: 40 - 50 * noise, interval: [38 - 50 * noise, 42 - 50 * noise] as const, expected: 36 },
    ],
  })),
};

describe('a bar chart', () => {
  it('looks as its snapshot', async () => {
    await expect(renderSvg(barsFigure(bars, { width: 640 }))).toMatchFileSnapshot('snapshots/bars.svg');
  });

  it('has bars from zero, as long as their values', () => {
    const plain = {
      ...bars,
      categories: [
        {
          label: 'a',
          bars: [
            { group: 'flat', value: 60 },
            { group: 'sharp', value: 40 },
          ],
        },
      ],
    };
    const svg = renderSvg(barsFigure(plain));
    const drawn = [...svg.matchAll(/aria-label="rect"[^>]*><rect ([^>]*)>/g)].map(([, tag]) => tag!);
    const [flat, sharp] = drawn.map((tag) =>
      ['x', 'width'].map((key) => Number(new RegExp(`(?<= |^)${key}="([\\d.]+)"`).exec(tag)![1])),
    );
    expect(flat![0]).toBe(sharp![0]);
    expect(Math.abs(flat![1]! / sharp![1]! - 1.5)).toBeLessThan(0.01);
  });

  it('names a value that has no bar', () => {
    const categories = [
      {
        label: 'γ′ = 0',
        bars: [
          { group: 'flat', value: NaN },
          { group: 'sharp', value: 1 },
        ],
      },
    ];
    expect(barsFigure({ ...bars, categories }).panels[0]!.notes).toEqual(['not finite, no bar: flat of γ′ = 0']);
  });
});

describe('names of rows', () => {
  it('are broken into lines rather than cut', () => {
    const words = textsOf(boxesFigure(boxes, { width: 400 }));
    expect(words.some((line) => line.includes('trained for as many epochs as the small batch'))).toBe(false);
    expect(renderSvg(boxesFigure(boxes, { width: 400 }))).toContain('>batch 4096, trained');
  });
});
