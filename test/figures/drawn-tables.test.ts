import { describe, expect, it } from 'vitest';
import {
  barsFigure,
  boxesFigure,
  curveThrough,
  drawnCsv,
  histogramFigure,
  intervalsFigure,
  joinedTables,
  linesFigure,
  scatterFigure,
  simplexFigure,
  surfaceFigure,
  walkFigure,
} from '../../src/figures/index.ts';
import { boxPlot } from '../../src/statistics/index.ts';

const caption = { id: 'x', title: 'A figure', subtitle: '' };
const label = (text: string) => ({ label: text });

describe('the numbers of a figure', () => {
  it('of lines are its measured points with their bands, those that are not finite too, and no gaps', () => {
    const curve = curveThrough([2, 0, 1], [20, NaN, 10]);
    const gapped = { x: Float64Array.of(0, 0.5, 1), y: Float64Array.of(1, NaN, 2) };
    const band = { lower: Float64Array.of(NaN, 9, 18), upper: Float64Array.of(NaN, 11, 22) };
    const figure = linesFigure({
      ...caption,
      x: label('x'),
      panels: [
        {
          title: 'first',
          y: label('y'),
          curves: [
            { color: 'a', dash: 'b', curve, band, seeds: 3 },
            { color: 'c', dash: 'b', curve: gapped },
            { color: 'c', dash: 'b', curve: gapped, marks: [{ kind: 'infinite', x: 0.25, beside: null }] },
          ],
        },
      ],
    });
    expect(figure.table()).toEqual({
      columns: ['panel', 'group', 'dashes', 'runs', 'x', 'value', 'lower', 'upper'],
      rows: [
        ['first', 'a', 'b', 3, 0, NaN, null, null],
        ['first', 'a', 'b', 3, 1, 10, 9, 11],
        ['first', 'a', 'b', 3, 2, 20, 18, 22],
        ['first', 'c', 'b', null, 0, 1, null, null],
        ['first', 'c', 'b', null, 1, 2, null, null],
        ['first', 'c', 'b', null, 0, 1, null, null],
        ['first', 'c', 'b', null, 0.25, Infinity, null, null],
        ['first', 'c', 'b', null, 1, 2, null, null],
      ],
    });
  });

  it('of a long curve are not thinned', () => {
    const x = Array.from({ length: 20_000 }, (_, index) => index);
    const panels = [{ title: '', y: label('y'), curves: [{ color: 'a', curve: curveThrough(x, x) }] }];
    expect(linesFigure({ ...caption, x: label('x'), panels }, { width: 320 }).table().rows).toHaveLength(20_000);
  });

  it('of a scatter plot are its points, and which are outliers', () => {
    const groups = [{ label: 'g', x: [1, 2, 3], y: [4, 5, NaN], outliers: [false, true, false] }];
    const panels = [{ title: 'p', x: label('x'), y: label('y'), groups }];
    expect(scatterFigure({ ...caption, panels }).table().rows).toEqual([
      ['p', 'g', 1, 4, 0],
      ['p', 'g', 2, 5, 1],
      ['p', 'g', 3, NaN, 0],
    ]);
  });

  it('of histograms are the bins, which hold all of each group', () => {
    const groups = [
      { label: 'a', values: [1, 10, 100, 0] },
      { label: 'b', values: [1000] },
    ];
    const { columns, rows } = histogramFigure({ ...caption, x: { label: 'x', scale: 'log' }, groups, bins: 3 }).table();
    expect(columns).toEqual(['group', 'from', 'to', 'percent']);
    expect(rows.map(([group]) => group)).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
    const edges = rows.slice(0, 3).flatMap(([, from, to]) => [Number(from), Number(to)]);
    for (const [index, edge] of [1, 10, 10, 100, 100, 1000].entries()) expect(edges[index]).toBeCloseTo(edge, 9);
    expect(rows.map(([, , , percent]) => percent)).toEqual([100 / 3, 100 / 3, 100 / 3, 0, 0, 100]);
  });

  it('of boxes are their quartiles, whiskers and outliers', () => {
    const values = [1, 2, 3, 4, 100];
    const { quartiles, whiskers } = boxPlot(values);
    const { rows } = boxesFigure({
      ...caption,
      quantity: 'q',
      x: label('x'),
      point: 'seed',
      categories: [{ label: 'g', values }],
    }).table();
    expect(rows).toEqual([
      ['g', 5, 'lower whisker', whiskers[0]],
      ['g', 5, 'first quartile', quartiles[0]],
      ['g', 5, 'median', 3],
      ['g', 5, 'third quartile', quartiles[1]],
      ['g', 5, 'upper whisker', whiskers[1]],
      ['g', 5, 'outlier', 100],
    ]);
  });

  it('of bars and intervals are values with their ends', () => {
    const bars = [
      { group: 'flat', value: 3, interval: [2, 4] as const, expected: 3.5 },
      { group: 'sharp', value: 1 },
    ];
    const categories = [{ label: 'c', bars }];
    expect(barsFigure({ ...caption, quantity: 'q', x: label('x'), categories }).table().rows).toEqual([
      ['c', 'flat', 3, 2, 4, 3.5],
      ['c', 'sharp', 1, null, null, null],
    ]);
    const row = { label: 'r', estimate: 1, interval: [-Infinity, 2] as const };
    expect(intervalsFigure({ ...caption, quantity: 'q', x: label('x'), rows: [row] }).table().rows).toEqual([
      ['r', null, 1, -Infinity, 2],
    ]);
  });

  it('of simplices, surfaces and walks are their points', () => {
    const coordinates = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const vertices = ['a', 'b', 'c'] as const;
    const quantity = { title: 'loss', unit: null };
    const simplex = simplexFigure({
      ...caption,
      quantity,
      steps: 1,
      coordinates,
      values: [1, 2, 3],
      vertices: [...vertices],
    });
    expect(simplex.table().rows).toEqual(coordinates.map((point, index) => ['loss', ...point, index + 1]));
    const surface = surfaceFigure({ ...caption, a: [0, 1], b: [5, 6], loss: [1, 2, 3, 4], trajectory: [[0.5, 5.5]] });
    expect(surface.table().rows).toEqual([
      ['surface', 0, 5, 1],
      ['surface', 1, 5, 2],
      ['surface', 0, 6, 3],
      ['surface', 1, 6, 4],
      ['trajectory', 0.5, 5.5, null],
    ]);
    const loss = curveThrough([0, 0.5, 1], [3, 2, 1]);
    const walk = walkFigure({ ...caption, loss, floor: curveThrough([0.5], [2]), cosine: null, distance: null });
    expect(walk.table().rows.map(([panel, , , , x, value]) => [panel, x, value])).toEqual([
      ['interpolated loss', 0, 3],
      ['interpolated loss', 0.5, 2],
      ['interpolated loss', 1, 1],
      ['valley floor', 0.5, 2],
    ]);
  });

  it('have nine significant digits as a file, and what is no number stands as it is', () => {
    const x = [0, 1 / 3, 12_345.678_912_3];
    const panels = [
      { title: 'a, b', y: label('y'), curves: [{ color: 'c', curve: curveThrough(x, [NaN, 2e-20 / 3, 1]) }] },
    ];
    expect(drawnCsv(linesFigure({ ...caption, x: label('x'), panels }))).toBe(
      [
        'panel,group,dashes,runs,x,value,lower,upper',
        '"a, b",c,,,0,NaN,,',
        '"a, b",c,,,0.333333333,6.66666667e-21,,',
        '"a, b",c,,,12345.6789,1,,',
        '',
      ].join('\r\n'),
    );
  });

  it('are put below each other where panels of several figures stand in one', () => {
    const one = { columns: ['a'], rows: [[1]] };
    expect(joinedTables([one, { columns: ['a'], rows: [[2], [3]] }])).toEqual({
      columns: ['a'],
      rows: [[1], [2], [3]],
    });
    expect(joinedTables([])).toEqual({ columns: [], rows: [] });
  });
});
