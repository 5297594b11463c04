import { describe, expect, it } from 'vitest';
import { connectivityFigure, simplexFigure } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';

const alphas = [0, 0.25, 0.5, 0.75, 1];
const line = {
  title: 'a line',
  subtitle: 'from one to two',
  alphas,
  loss: [0.1, 0.8, 1.2, 0.9, 0.2],
  accuracy: [0.9, 0.5, 0.2, 0.4, 0.8],
  barrier: 1.05,
};
const steps = 2;
const coordinates = [
  [1, 0, 0],
  [0.5, 0.5, 0],
  [0, 1, 0],
  [0.5, 0, 0.5],
  [0, 0.5, 0.5],
  [0, 0, 1],
];
const triangle = {
  title: 'a simplex',
  subtitle: 'three-point interpolation',
  steps,
  coordinates,
  loss: [0.1, 1, 0.1, 2, 3, 0.2],
  vertices: ['one', 'two', 'three'] as [string, string, string],
};

describe('the figure of a line', () => {
  it('looks as its snapshot', async () => {
    await expect(renderSvg(connectivityFigure(line, { width: 500 }))).toMatchFileSnapshot('snapshots/connectivity.svg');
  });

  it('has a dot for each point, and a gap where one is not finite', () => {
    const dots = (loss: number[]): number => renderSvg(connectivityFigure({ ...line, loss })).match(/<circle/g)!.length;
    expect(dots(line.loss)).toBe(10);
    expect(dots(line.loss.with(2, NaN))).toBe(9);
    expect(dots(line.loss.with(2, Infinity))).toBe(9);
  });
});

describe('the figure of a simplex', () => {
  it('looks as its snapshot', async () => {
    await expect(renderSvg(simplexFigure(triangle, { width: 500 }))).toMatchFileSnapshot('snapshots/simplex.svg');
  });

  it('has a hexagon for each point: the lowest in the darkest colour, none that is not finite', () => {
    const fills = (loss: number[]): string[] =>
      [...renderSvg(simplexFigure({ ...triangle, loss })).matchAll(/<path[^>]*fill="(#\w+)"/g)].map(
        ([, fill]) => fill!,
      );
    const all = fills(triangle.loss);
    expect(all).toHaveLength(6);
    expect([all[0], all[4]]).toEqual(['#1b62ad', '#b3cde6']);
    expect(fills(triangle.loss.with(3, NaN))).toHaveLength(5);
    expect(simplexFigure({ ...triangle, loss: triangle.loss.with(3, NaN) }).panels[0]!.title).toBe(
      'Loss (1 of 6 points are not finite)',
    );
  });

  it('refuses losses that are all equal', () => {
    expect(() => simplexFigure({ ...triangle, loss: [1, 1, 1, 1, 1, NaN] })).toThrow(
      'simplex figure: expected at least two different finite losses',
    );
  });
});
