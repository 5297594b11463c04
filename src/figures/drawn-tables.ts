import { boxPlot } from '../statistics/index.ts';
import { canShow } from './axis.ts';
import type { BarCategory } from './bars.ts';
import type { BoxesFigureData } from './boxes.ts';
import type { IntervalRow } from './intervals.ts';
import type { CurvesPanel, GroupedCurve } from './lines.ts';
import type { ScatterPanel } from './scatter.ts';
import type { SimplexFigureData } from './simplex.ts';
import type { SurfaceFigureData } from './surface.ts';
import type { FigureTable } from './table.ts';
import type { OffScale } from './mark-height.ts';

// The numbers behind figures that are drawn from data at hand: what `table` of each of them gives.

type Row = FigureTable['rows'][number];

/** What curves are behind: a row for each point that was measured, whatever its value. */
export function linesTable(panels: readonly Pick<CurvesPanel, 'title' | 'curves'>[]): FigureTable {
  const columns = ['panel', 'group', 'dashes', 'runs', 'x', 'value', 'lower', 'upper'];
  const rows = panels.flatMap(({ title, curves }) => curves.flatMap((curve) => curveRows(title, curve)));
  return { columns, rows };
}

/** Values that have no height on any axis; what a logarithmic one cannot show stands in the curve as it is. */
const offScale: Readonly<Partial<Record<OffScale, number>>> = {
  notANumber: NaN,
  infinite: Infinity,
  negativeInfinite: -Infinity,
};

function curveRows(title: string, { color, dash, seeds, curve, band, marks }: GroupedCurve): Row[] {
  const before = [title, color, dash ?? null, seeds ?? null];
  const lost = marks
    ? marks.flatMap(({ x, kind }) => (kind in offScale ? [[x, offScale[kind]!] as const] : []))
    : Array.from(curve.lost?.x ?? [], (x, index) => [x, curve.lost!.y[index]!] as const);
  const points = Array.from(curve.x, (x, index) => ({ x, value: curve.y[index]!, index }));
  const measured = points
    .filter(({ value }) => Number.isFinite(value))
    .map(({ x, value, index }) => ({ x, value, lower: band?.lower[index] ?? null, upper: band?.upper[index] ?? null }));
  const others = lost.map(([x, value]) => ({ x, value, lower: null, upper: null }));
  return [...measured, ...others]
    .sort((a, b) => a.x - b.x)
    .map(({ x, value, lower, upper }) => [...before, x, value, lower, upper]);
}

/** The points of a scatter plot; `outlier` 1 is one that no fitted line has. */
export function scatterTable(panels: readonly ScatterPanel[]): FigureTable {
  const rows = panels.flatMap(({ title, groups }) =>
    groups.flatMap(({ label, x, y, outliers }) =>
      Array.from(x, (at, index) => [title, label, at, y[index]!, outliers?.[index] ? 1 : 0]),
    ),
  );
  return { columns: ['panel', 'group', 'x', 'y', 'outlier'], rows };
}

/** The bins of histograms; `percent`: of the numbers of the group that have a bin. */
export function histogramTable(
  groups: readonly { readonly label: string; readonly edges: readonly number[]; readonly shares: readonly number[] }[],
): FigureTable {
  const rows = groups.flatMap(({ label, edges, shares }) =>
    shares.map((share, bin) => [label, edges[bin]!, edges[bin + 1]!, share]),
  );
  return { columns: ['group', 'from', 'to', 'percent'], rows };
}

/** What boxes stand for, and each number beyond the whiskers. */
export function boxesTable({ categories, x }: Pick<BoxesFigureData, 'categories' | 'x'>): FigureTable {
  const rows = categories.flatMap(({ label, values }) => {
    const shown = Array.from(values).filter((value) => canShow(x.scale ?? 'linear', value));
    if (shown.length === 0) return [];
    const { median, quartiles, whiskers, outliers } = boxPlot(shown);
    const statistics: [string, number][] = [
      ['lower whisker', whiskers[0]],
      ['first quartile', quartiles[0]],
      ['median', median],
      ['third quartile', quartiles[1]],
      ['upper whisker', whiskers[1]],
      ...outliers.map((value): [string, number] => ['outlier', value]),
    ];
    return statistics.map(([name, value]) => [label, values.length, name, value]);
  });
  return { columns: ['group', 'n', 'statistic', 'value'], rows };
}

export function barsTable(categories: readonly BarCategory[]): FigureTable {
  const rows = categories.flatMap(({ label, bars }) =>
    bars.map(({ group, value, interval, expected }) => [
      label,
      group,
      value,
      interval?.[0] ?? null,
      interval?.[1] ?? null,
      expected ?? null,
    ]),
  );
  return { columns: ['category', 'group', 'value', 'lower', 'upper', 'expected'], rows };
}

export const intervalsTable = (rows: readonly IntervalRow[]): FigureTable => ({
  columns: ['row', 'group', 'estimate', 'lower', 'upper'],
  rows: rows.map(({ label, group, estimate, interval }) => [label, group ?? null, estimate, interval[0], interval[1]]),
});

/** Barycentric coordinates and value of each point. */
export const simplexTable = (panel: string, { coordinates, values }: SimplexFigureData): FigureTable => ({
  columns: ['panel', 'first', 'second', 'third', 'value'],
  rows: coordinates.map(([first, second, third], index) => [panel, first!, second!, third!, values[index]!]),
});

/** The grid of a surface, then the points of a trajectory on it, which have no value of their own. */
export function surfaceTable({ a, b, loss, trajectory = [] }: SurfaceFigureData): FigureTable {
  const grid = b.flatMap((second, j) => a.map((first, i): Row => ['surface', first, second, loss[j * a.length + i]!]));
  const way = trajectory.map(([first, second]): Row => ['trajectory', first, second, null]);
  return { columns: ['part', 'a', 'b', 'loss'], rows: [...grid, ...way] };
}

/** Tables with the same columns below each other: those of figures whose panels stand in one. */
export const joinedTables = (tables: readonly FigureTable[]): FigureTable => ({
  columns: tables[0]?.columns ?? [],
  rows: tables.flatMap(({ rows }) => rows),
});
