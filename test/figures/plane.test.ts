import { describe, expect, it } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import {
  buildFormulaFigure,
  confidenceSimplexFigure,
  crossEntropyShape,
  formulaFigureIds,
  gcdfShape,
  heatmapFigure,
  hingeShape,
  impurity,
  simplexFigure,
  type HeatmapFigureData,
  type SimplexFigureData,
} from '../../src/figures/index.ts';
import { renderSvg } from '../../src/figures/node/index.ts';
import { bandOfTriangle } from '../../src/figures/triangles.ts';
import { evenly, pathsOf } from './drawing.ts';

const random = randomStream(1, 'figures of the plane');
const axis = evenly(0, 10, 21);
const heatmap: HeatmapFigureData = {
  id: 'end-points',
  title: 'End points',
  subtitle: 'made up',
  x: { label: 'x', domain: [0, 10] },
  y: { label: 'y', domain: [0, 10] },
  cells: { x: 20, y: 20 },
  columns: 2,
  surface: { a: axis, b: axis, loss: axis.flatMap((b) => axis.map((a) => 1 + (a - 4) ** 2 + 0.1 * (b - 5) ** 2)) },
  places: [{ label: 'flat', x: 4, y: 5 }],
  panels: [0.3, 1].map((spread) => ({
    title: `noise ${spread}`,
    points: {
      x: Array.from({ length: 300 }, () => 4 + spread * random.normal()),
      y: Array.from({ length: 300 }, () => 5 + 1.5 * random.normal()),
    },
  })),
};

describe('a heat map', () => {
  it('looks as its snapshot', async () => {
    await expect(renderSvg(heatmapFigure(heatmap, { width: 720 }))).toMatchFileSnapshot('snapshots/heatmap.svg');
  });

  it('colours the cells with points, counts the points beyond, and takes the share of all', () => {
    const points = { x: [0, 9.9, 10, 11, NaN], y: [0, 9.9, 10, 1, 1] };
    const bare = {
      ...heatmap,
      surface: { a: [0, 10], b: [0, 10], loss: [1, 2, 3, 4] },
      places: [],
      cells: { x: 2, y: 2 },
    };
    const figure = heatmapFigure({ ...bare, panels: [{ title: 'a', points }] });
    expect(figure.panels[0]!.notes).toEqual(['not shown: 1 value not finite; 1 value beyond the axes']);
    expect(figure.legend.map(({ label }) => label).slice(0, 2)).toEqual(['share in a cell: 0.2', '0.4 (logarithmic)']);
    expect(
      renderSvg(figure)
        .match(/shape-rendering="crispEdges".*?<\/g>/)![0]
        .match(/<rect/g),
    ).toHaveLength(2);
  });

  it('draws a law’s probabilities like the points’ shares', () => {
    const points = { x: [1, 1, 1, 9], y: [1, 1, 1, 9] };
    const cells = { x: 2, y: 2 };
    const [counted, law] = heatmapFigure({
      ...heatmap,
      cells,
      panels: [
        { title: 'a', points },
        { title: 'a', probabilities: [0.75, 0, 0, 0.25] },
      ],
    }).panels;
    const alone = (panel: typeof counted) => {
      const figure = heatmapFigure({ ...heatmap, cells, columns: 1, panels: [{ title: 'a', points }] });
      return renderSvg({ ...figure, panels: [panel!] });
    };
    expect(alone(counted)).toBe(alone(law));
  });

  it('refuses cells and probabilities that do not fit, and has nothing to show without points', () => {
    expect(() => heatmapFigure({ ...heatmap, cells: { x: 0, y: 2 } })).toThrow(
      'whole number of cells from 1 on, got 0',
    );
    expect(() => heatmapFigure({ ...heatmap, panels: [{ title: 'a', probabilities: [1] }] })).toThrow(
      'heatmap figure: expected 400 probabilities of cells, got 1',
    );
    expect(() => heatmapFigure({ ...heatmap, panels: [{ title: 'a', points: { x: [], y: [] } }] })).toThrow(
      'heatmap figure: expected at least one point within the limits, got none',
    );
  });
});

/** The grid of a simplex with its outside: no λ below −½. */
const steps = 8;
const coordinates = Array.from({ length: 21 }, (_, third) => third - 4).flatMap((third) =>
  Array.from({ length: 17 - third }, (_, index) => index - 4).map((second) =>
    [steps - second - third, second, third].map((part) => part / steps),
  ),
);
const interpolation: SimplexFigureData = {
  title: 'Three-point interpolation',
  subtitle: 'made up',
  steps,
  coordinates,
  values: coordinates.map(([a, b, c]) => 0.05 + Math.min(...[a!, b!, c!].map((part) => (1 - part) ** 2))),
  scale: 'log',
  vertices: ['seed 1', 'seed 2', 'seed 3'],
};

describe('a figure over the simplex', () => {
  it('looks as its snapshot, beyond its edges too', async () => {
    await expect(renderSvg(simplexFigure(interpolation, { width: 480 }))).toMatchFileSnapshot('snapshots/simplex.svg');
  });

  it('leaves blank what touches a point without a value, and counts it', () => {
    const values = Array.from(interpolation.values).with(100, NaN).with(150, -1);
    const figure = simplexFigure({ ...interpolation, values });
    expect(figure.panels[0]!.notes).toEqual([
      'not shown: 1 value not finite; 1 value ≤ 0, which a logarithmic axis cannot show',
    ]);
    const area = (drawn: ReturnType<typeof simplexFigure>): number => renderSvg(drawn).length;
    expect(area(figure)).toBeLessThan(area(simplexFigure(interpolation)));
  });

  it('refuses values that are not one a point, and values that are all equal', () => {
    expect(() => simplexFigure({ ...interpolation, values: [1] })).toThrow('expected as many values as points, got 1');
    expect(() => simplexFigure({ ...interpolation, values: coordinates.map(() => 1) })).toThrow(
      'simplex figure: expected at least two different values that can be shown',
    );
  });

  it('cuts a triangle into bands whose areas add up to its own', () => {
    const triangle = [
      { x: 0, y: 0, value: 0 },
      { x: 1, y: 0, value: 1 },
      { x: 0.2, y: 0.9, value: 0.4 },
    ] as const;
    const area = (polygon: readonly { x: number; y: number }[]): number =>
      Math.abs(
        polygon.reduce(
          (sum, { x, y }, index) =>
            sum + x * polygon[(index + 1) % polygon.length]!.y - y * polygon[(index + 1) % polygon.length]!.x,
          0,
        ),
      ) / 2;
    const bands = [0, 0.2, 0.4, 0.7].map((low, index) => bandOfTriangle(triangle, low, [0.2, 0.4, 0.7, 1][index]!));
    expect(Math.abs(bands.reduce((sum, band) => sum + area(band), 0) - 0.45)).toBeLessThan(1e-12);
    expect(bandOfTriangle(triangle, 2, 3)).toEqual([]);
  });
});

describe('figures of formulas', () => {
  it.each(formulaFigureIds)('%s looks as its snapshot', async (id) => {
    await expect(renderSvg(buildFormulaFigure(id, { width: 900 }))).toMatchFileSnapshot(`snapshots/${id}.svg`);
  });

  it('suggests the nearest for an unknown one', () => {
    expect(() => buildFormulaFigure('loss-shape')).toThrow(
      'figure: no figure of a formula "loss-shape"; did you mean "loss-shapes"?',
    );
  });

  it('1 − Σ a² is 0 at the corners and 2/3 in the middle, where the figure is highest', () => {
    expect(
      [
        [1, 0, 0],
        [0, 1, 0],
      ].map(impurity),
    ).toEqual([0, 0]);
    expect(Math.abs(impurity([1 / 3, 1 / 3, 1 / 3]) - 2 / 3)).toBeLessThan(1e-15);
    const legend = confidenceSimplexFigure().panels[0]!.legend.map(({ label }) => label);
    expect(legend).toEqual(['0', '0.667']);
    expect(pathsOf(confidenceSimplexFigure(), 'line').length).toBeGreaterThan(12);
  });

  it('the three losses have their limits: ½ and log 2 at z = 0, a corner at γ, no overflow', () => {
    expect(gcdfShape(0, 3)).toBe(0.5);
    // Φ(−1) and Φ(1), from tables.
    expect(Math.abs(gcdfShape(Math.SQRT2, 1) - 0.15865525393145707)).toBeLessThan(1e-12);
    expect(Math.abs(gcdfShape(-2 * Math.SQRT2, 2) - 0.8413447460685429)).toBeLessThan(1e-12);
    expect(crossEntropyShape(0, 5)).toBe(Math.LN2);
    expect(Math.abs(crossEntropyShape(1, 2) - Math.log(1 + Math.exp(-0.5)))).toBeLessThan(1e-15);
    expect(crossEntropyShape(-5000, 1)).toBe(5000);
    expect([-1, 2, 3].map((z) => hingeShape(z, 2))).toEqual([3, 0, 0]);
  });
});
