import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import type { Domain } from './axis.ts';
import { contourLevels, contourMark, contourRim, gridExtent, gridSteps, reachBeyond } from './contours.ts';
import type { GridExtent, SurfaceGrid } from './contours.ts';
import { lookOf, panelMargins, stackedFigure } from './panel.ts';
import type { FigureLook, LegendEntry } from './specification.ts';
import type { FigureTheme } from './theme.ts';
import { surfaceTable } from './drawn-tables.ts';
import type { TabledFigure } from './table.ts';

export type Trajectory = readonly (readonly [a: number, b: number])[];

/** What the figure of a loss surface shows. */
export interface SurfaceFigureData extends SurfaceGrid {
  readonly title: string;
  /** What the plane is, and what a reader must know of it: cosine of the directions, explained variance. */
  readonly subtitle: string;
  /** What the axes are called; default a and b. */
  readonly axes?: { readonly a: string; readonly b: string };
  /** Points in their order, e.g. projections of checkpoints; those outside the grid are counted, not drawn. */
  readonly trajectory?: Trajectory;
}

/**
 * Contour lines of a loss surface, at levels that grow by one factor (by one difference where a loss is not positive), with a
 * trajectory on it. Points that are not finite leave holes, and the heading counts them. One unit is as long on both axes.
 *
 * Throws `USAGE` for a grid that is not even and ascending, `NO_DATA` when fewer than two different losses are finite.
 */
export function surfaceFigure(data: SurfaceFigureData, look: FigureLook = {}): TabledFigure {
  const { width, theme } = lookOf(look);
  const { trajectory = [] } = data;
  const values = Array.from(data.loss);
  gridSteps(data);
  const levels = contourLevels(values);
  const extent = gridExtent(data);
  const inner = width - panelMargins.left - panelMargins.right;
  const pixelsPerUnit = inner / length(extent.a);
  const outside = reachBeyond(data, { a: pixelsPerUnit, b: pixelsPerUnit });
  const marginTop = Math.max(panelMargins.top, Math.ceil(outside.b * pixelsPerUnit));
  const marginBottom = panelMargins.bottom + 16;
  const height = Math.round(length(extent.b) * pixelsPerUnit) + marginTop + marginBottom;
  const lost = values.filter((value) => !Number.isFinite(value)).length;
  const plot: PlotOptions = {
    width,
    height,
    marginLeft: panelMargins.left,
    marginRight: panelMargins.right,
    marginTop,
    marginBottom,
    x: { domain: [...extent.a], label: null },
    y: { domain: [...extent.b], label: null },
    color: {
      type: levels[0]! > 0 ? 'log' : 'linear',
      domain: [levels[0]!, levels.at(-1)!],
      range: [theme.loss, theme.faint],
    },
    marks: [
      contourMark(data, levels, { stroke: Plot.identity, strokeWidth: 1.1 }),
      contourRim(extent, outside, theme),
      ...trajectoryMarks(trajectory, extent, theme),
      ...axisMarks(data.axes ?? { a: 'a', b: 'b' }, theme),
    ],
  };
  const title = lost > 0 ? `Loss (${lost} of ${values.length} points are not finite)` : 'Loss';
  const panel = { title, unit: 'nat', legend: legendOf(levels, trajectory, extent, theme), notes: [], plot, height };
  return { ...stackedFigure('surface', data, { width, theme }, [panel]), table: () => surfaceTable(data) };
}

const length = ([from, to]: Domain): number => to - from;

/** The trajectory, broken where it leaves the grid. */
function trajectoryMarks(trajectory: Trajectory, extent: GridExtent, theme: FigureTheme): Markish[] {
  const columns = {
    x: trajectory.map(([a]) => a),
    y: trajectory.map((point) => (isInside(extent, point) ? point[1] : NaN)),
  };
  return [
    Plot.line({ length: trajectory.length }, { ...columns, stroke: theme.floor, strokeWidth: 1.5 }),
    Plot.dot({ length: trajectory.length }, { ...columns, r: 2.5, fill: theme.floor }),
  ];
}

const isInside = ({ a, b }: GridExtent, [x, y]: Trajectory[number]): boolean =>
  x >= a[0] && x <= a[1] && y >= b[0] && y <= b[1];

const axisMarks = (names: { a: string; b: string }, theme: FigureTheme): Markish[] => [
  Plot.axisX({
    label: names.a,
    labelAnchor: 'center',
    labelArrow: 'none',
    labelOffset: 38,
    color: theme.muted,
    tickSize: 4,
  }),
  Plot.axisY({ label: names.b, labelAnchor: 'center', labelArrow: 'none', color: theme.muted, tickSize: 4 }),
];

function legendOf(
  levels: readonly number[],
  trajectory: Trajectory,
  extent: GridExtent,
  theme: FigureTheme,
): LegendEntry[] {
  const level = (value: number): string => String(Number(value.toPrecision(3)));
  const seen = trajectory.filter((point) => isInside(extent, point)).length;
  const part = seen < trajectory.length ? ` (${seen} of ${trajectory.length} points)` : '';
  return [
    { label: `lowest line ${level(levels[0]!)}`, color: theme.loss },
    { label: `highest line ${level(levels.at(-1)!)}`, color: theme.faint },
    ...(trajectory.length > 0 ? [{ label: `trajectory, projected${part}`, color: theme.floor }] : []),
  ];
}
