import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { scatterFigure, type ScatterFigureData, type ScatterGroup } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { pathsOf } from './drawing.ts';

const random = randomStream(1, 'scatter figure');
const x = Array.from({ length: 60 }, () => Math.exp(random.normal()));
const y = x.map((value) => 3 * value ** 2 * Math.exp(0.2 * random.normal()));
const outliers = x.map((_, index) => index % 20 === 3);
const of = (groups: readonly ScatterGroup[], scale: 'linear' | 'log' = 'linear'): ScatterFigureData => ({
  id: 'scatter',
  title: 'Hessian trace against its bound',
  subtitle: 'made up',
  fitted: true,
  panels: [
    {
      title: 'End',
      x: { label: 'bound', scale },
      y: { label: 'trace', scale },
      groups,
      references: [{ kind: 'identity', label: 'y = x' }],
    },
  ],
});
const labels = (data: ScatterFigureData): string[] =>
  scatterFigure(data).panels[0]!.legend.map(({ label }) => label.replaceAll('\u00a0', ' '));

describe('a scatter plot', () => {
  it('looks as its snapshot', async () => {
    const groups = [
      { label: 'correct', x, y, outliers },
      { label: 'wrong', x, y: y.map((value) => 9 * value) },
    ];
    await expect(renderSvg(scatterFigure(of(groups, 'log'), { width: 640 }))).toMatchFileSnapshot(
      'snapshots/scatter.svg',
    );
  });

  it('gives r with its interval, and leaves hollow outliers out of both', () => {
    const line = { label: 'a', x: [1, 2, 3, 4, 5, 6], y: [2, 4, 6, 8, 10, -50] };
    expect(labels(of([{ ...line, outliers: [false, false, false, false, false, true] }]))).toEqual([
      'a: r = 1.00 [1.00, 1.00], n = 5, 1 outlier hollow',
    ]);
    expect(labels(of([line]))[0]).toMatch(/^a: r = −0\.\d\d \[−0\.\d\d, 0\.\d\d\], n = 6$/);
    const figure = scatterFigure(of([{ ...line, outliers: [false, false, false, false, false, true] }]));
    expect(renderSvg(figure).match(/<circle/g)).toHaveLength(6);
  });

  it('fits the logarithms on logarithmic axes: a power law is a straight line', () => {
    const power = { label: 'a', x: [1, 2, 4, 8], y: [3, 12, 48, 192] };
    expect(labels(of([power], 'log'))[0]).toContain('r = 1.00');
    expect(labels(of([power]))[0]).not.toContain('r = 1.00');
    const drawn = pathsOf(scatterFigure(of([power], 'log')), 'line').at(-1)!;
    expect(drawn).toHaveLength(2);
  });

  it('says why there is no line', () => {
    expect(labels(of([{ label: 'a', x: [1, 2], y: [1, 2] }]))).toEqual(['a: too few points for a line, n = 2']);
    expect(labels(of([{ label: 'a', x: [1, 1, 1, 1], y: [1, 2, 3, 4] }]))).toEqual([
      'a: no r, as x or y is constant, n = 4',
    ]);
  });

  it('counts points that cannot be drawn, and refuses x without y', () => {
    const figure = scatterFigure(of([{ label: 'a', x: [1, NaN, 3, -1, 5], y: [1, 2, 0, 4, 5] }], 'log'));
    expect(figure.panels[0]!.notes).toEqual([
      'not shown: 1 value not finite; 2 values ≤ 0, which a logarithmic axis cannot show',
    ]);
    expect(() => scatterFigure(of([{ label: 'a', x: [1, 2], y: [1] }]))).toThrow(
      'scatter figure: expected as many x as y of a, got 2 and 1',
    );
  });
});
