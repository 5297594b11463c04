import { describe, expect, it } from 'vitest';
import { surfaceFigure, type SurfaceFigureData } from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';

const axis = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => from + ((to - from) * index) / (count - 1));

/** A bowl around (0.5, −0.25), twice as steep along b. */
const data: SurfaceFigureData = {
  title: 'A bowl',
  subtitle: 'the axes explain 81 % and 12 % of the variance',
  a: axis(-1, 1, 21),
  b: axis(-0.5, 0.5, 11),
  loss: axis(-0.5, 0.5, 11).flatMap((b) => axis(-1, 1, 21).map((a) => 0.1 + (a - 0.5) ** 2 + 4 * (b + 0.25) ** 2)),
  trajectory: [
    [-0.9, 0.4],
    [-0.2, 0.1],
    [0.5, -0.25],
    [3, 3],
  ],
};
const width = 640;
/** Above the plot there is room for half a cell of 28 pixels. */
const inner = { left: 62, width: width - 62 - 18, top: 16 };

/** All corners of the first contour line, in pixels: the hole in the region above its level, behind the border of that. */
const lowestLine = (svg: string): [number, number][] => {
  const region = /aria-label="contour"[^>]*><path[^>]* d="([^"]*)"/.exec(svg)![1]!;
  const [, , path] = region.split('M') as [string, string, string];
  return [...path.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
};

describe('the figure of a surface', () => {
  it('looks as its snapshot', async () => {
    await expect(renderSvg(surfaceFigure(data, { width }))).toMatchFileSnapshot('snapshots/surface.svg');
  });

  it('has its lowest contour line around the minimum, as long in a unit of both axes', () => {
    const line = lowestLine(renderSvg(surfaceFigure(data, { width })));
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const unit = inner.width / 2;
    const [xs, ys] = [line.map(([x]) => x), line.map(([, y]) => y)];
    expect(Math.abs(mean([Math.min(...xs), Math.max(...xs)]) - inner.left - 1.5 * unit)).toBeLessThan(2);
    expect(Math.abs(mean([Math.min(...ys), Math.max(...ys)]) - inner.top - 0.75 * unit)).toBeLessThan(2);
    const ratio = (Math.max(...xs) - Math.min(...xs)) / (Math.max(...ys) - Math.min(...ys));
    expect(Math.abs(ratio - 2)).toBeLessThan(0.3);
  });

  it('draws the trajectory where it is on the grid, and counts the rest', () => {
    const svg = renderSvg(surfaceFigure(data, { width }));
    expect(svg.match(/<circle/g)).toHaveLength(3);
    expect(svg).toContain('trajectory, projected (3 of 4 points)');
    expect(renderSvg(surfaceFigure({ ...data, trajectory: [] }, { width }))).not.toContain('projected');
  });

  it('counts the points that are not finite, and draws the others', () => {
    const loss = Array.from(data.loss).with(3, NaN).with(4, Infinity);
    const { panels } = surfaceFigure({ ...data, loss }, { width });
    expect(panels[0]!.title).toBe('Loss (2 of 231 points are not finite)');
    expect(renderSvg(surfaceFigure({ ...data, loss }, { width }))).not.toContain('NaN,');
  });

  it('takes levels by difference where a loss is not positive', () => {
    const loss = Array.from(data.loss, (value) => value - 1);
    const [panel] = surfaceFigure({ ...data, loss }, { width }).panels;
    expect(panel!.plot.color).toMatchObject({ type: 'linear' });
    expect(panel!.legend[0]!.label).toMatch(/^lowest line -0\.\d/);
  });

  it('refuses a grid that is not even, and losses that are all equal', () => {
    expect(() => surfaceFigure({ ...data, a: data.a.with(3, 0.9) })).toThrow(
      /^surface figure: expected evenly spaced, ascending a, got -1, /,
    );
    expect(() => surfaceFigure({ ...data, b: [1] })).toThrow('ascending b, got 1');
    expect(() => surfaceFigure({ ...data, loss: data.a.flatMap(() => data.b.map(() => 1)) })).toThrow(
      'surface figure: expected at least two different finite losses',
    );
  });
});
