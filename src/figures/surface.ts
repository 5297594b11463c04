import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { ThalwegError } from '../base/index.ts';
import { lookOf, panelMargins, stackedFigure } from './panel.ts';
import type { FigureLook, FigureSpecification, LegendEntry } from './specification.ts';
import type { FigureTheme } from './theme.ts';

type Trajectory = readonly (readonly [a: number, b: number])[];

/** What the figure of a loss surface shows. */
export interface SurfaceFigureData {
  readonly title: string;
  /** What the plane is, and what a reader must know of it: cosine of the directions, explained variance. */
  readonly subtitle: string;
  /** Evenly spaced, ascending; at least two. */
  readonly a: readonly number[];
  readonly b: readonly number[];
  /** Loss at (a[i], b[j]) in `j·|a| + i`, nat. */
  readonly loss: ArrayLike<number>;
  /** What the axes are called; default a and b. */
  readonly axes?: { readonly a: string; readonly b: string };
  /** Points in their order, e.g. projections of checkpoints; those outside the grid are counted, not drawn. */
  readonly trajectory?: Trajectory;
}

/** Number of contour lines. */
const contourLines = 16;

/**
 * Contour lines of a loss surface, at levels that grow by one factor (by one difference where a loss is not positive), with a
 * trajectory on it. Points that are not finite leave holes, and the heading counts them. One unit is as long on both axes.
 *
 * Throws `USAGE` for a grid that is not even and ascending, `NO_DATA` when fewer than two different losses are finite.
 */
export function surfaceFigure(data: SurfaceFigureData, look: FigureLook = {}): FigureSpecification {
  const { width, theme } = lookOf(look);
  const [stepA, stepB] = [stepOf('a', data.a), stepOf('b', data.b)];
  const { trajectory = [] } = data;
  const values = Array.from(data.loss);
  const levels = levelsOf(values);
  const extent = { a: extentOf(data.a), b: extentOf(data.b) };
  const inner = width - panelMargins.left - panelMargins.right;
  const pixelsPerUnit = inner / length(extent.a);
  const outside = { a: stepA / 2 + 2 / pixelsPerUnit, b: stepB / 2 + 2 / pixelsPerUnit };
  const marginTop = Math.max(panelMargins.top, Math.ceil(outside.b * pixelsPerUnit));
  const marginBottom = panelMargins.bottom + 16;
  const height = Math.round(length(extent.b) * pixelsPerUnit) + marginTop + marginBottom;
  const contour = Plot.contour(values, {
    width: data.a.length,
    height: data.b.length,
    // Each value stands in the middle of a cell.
    x1: extent.a[0] - stepA / 2,
    x2: extent.a[1] + stepA / 2,
    y1: extent.b[0] - stepB / 2,
    y2: extent.b[1] + stepB / 2,
    stroke: Plot.identity,
    strokeWidth: 1.1,
    thresholds: levels,
  });
  const lost = values.filter((value) => !Number.isFinite(value)).length;
  const plot: PlotOptions = {
    width,
    height,
    marginLeft: panelMargins.left,
    marginRight: panelMargins.right,
    marginTop,
    marginBottom,
    x: { domain: extent.a, label: null },
    y: { domain: extent.b, label: null },
    color: {
      type: levels[0]! > 0 ? 'log' : 'linear',
      domain: [levels[0]!, levels.at(-1)!],
      range: [theme.loss, theme.faint],
    },
    marks: [
      contour,
      rim(extent, outside, theme),
      ...trajectoryMarks(trajectory, extent, theme),
      ...axisMarks(data.axes ?? { a: 'a', b: 'b' }, theme),
    ],
  };
  const title = lost > 0 ? `Loss (${lost} of ${values.length} points are not finite)` : 'Loss';
  const panel = { title, unit: 'nat', legend: legendOf(levels, trajectory, extent, theme), notes: [], plot, height };
  return stackedFigure('surface', data, { width, theme }, [panel]);
}

type Extent = readonly [number, number];

interface GridExtent {
  readonly a: Extent;
  readonly b: Extent;
}

const extentOf = (values: readonly number[]): [number, number] => [values[0]!, values.at(-1)!];
const length = ([from, to]: Extent): number => to - from;

function stepOf(name: string, values: readonly number[]): number {
  const step = (values.at(-1)! - values[0]!) / (values.length - 1);
  const even = values.every((value, index) => Math.abs(value - values[0]! - index * step) <= 1e-6 * step);
  if (values.length < 2 || !(step > 0) || !even)
    throw new ThalwegError(
      'USAGE',
      `surface figure: expected evenly spaced, ascending ${name}, got ${values.join(', ')}`,
    );
  return step;
}

/** Levels strictly between the lowest and the highest finite loss. */
function levelsOf(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const low = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const high = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  if (!(high > low)) throw new ThalwegError('NO_DATA', 'surface figure: expected at least two different finite losses');
  return Array.from({ length: contourLines }, (_, index) => {
    const share = (index + 1) / (contourLines + 1);
    return low > 0 ? low * (high / low) ** share : low + share * (high - low);
  });
}

/**
 * Hides what contours draw in the outer half of the outermost cells, where there are no values: they close their lines
 * there. (A clipping path would need an identifier, which is not the same every time.)
 */
function rim({ a, b }: GridExtent, outside: { a: number; b: number }, theme: FigureTheme): Markish {
  const [outerA, outerB] = [
    [a[0] - outside.a, a[1] + outside.a] as const,
    [b[0] - outside.b, b[1] + outside.b] as const,
  ];
  const strips: readonly (readonly [Extent, Extent])[] = [
    [[outerA[0], a[0]], outerB],
    [[a[1], outerA[1]], outerB],
    [outerA, [outerB[0], b[0]]],
    [outerA, [b[1], outerB[1]]],
  ];
  return Plot.rect(
    { length: strips.length },
    {
      x1: strips.map(([x]) => x[0]),
      x2: strips.map(([x]) => x[1]),
      y1: strips.map(([, y]) => y[0]),
      y2: strips.map(([, y]) => y[1]),
      fill: theme.background,
    },
  );
}

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
