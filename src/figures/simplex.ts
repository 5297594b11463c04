import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { ThalwegError } from '../base/index.ts';
import { canShow, fitAxis, scaled, unscaled } from './axis.ts';
import type { Scale } from './axis.ts';
import { legendWord, sequenceColor } from './groups.ts';
import { countOffScale, omittedNotes } from './omitted.ts';
import { lookOf, panelMargins, stackedFigure } from './panel.ts';
import type { FigureCaption, FigureLook, FigurePanel, LegendEntry } from './specification.ts';
import type { FigureTheme } from './theme.ts';
import { shortNumber } from './ticks.ts';
import { bandOfTriangle, polygonColumns } from './triangles.ts';
import type { Triangle, Vertex } from './triangles.ts';
import { simplexTable } from './drawn-tables.ts';
import type { TabledFigure } from './table.ts';

/** What a figure over the simplex of three things shows. */
export interface SimplexFigureData extends FigureCaption {
  readonly id?: string;
  /** What the values are; default: loss in nat. */
  readonly quantity?: { readonly title: string; readonly unit: string | null };
  /** Parts that an edge of the simplex is cut into. */
  readonly steps: number;
  /** (λ₁, λ₂, λ₃) of each point, on the triangular grid of `steps`; negative ones are beyond an edge. */
  readonly coordinates: readonly (readonly number[])[];
  /** Value at each point. */
  readonly values: ArrayLike<number>;
  /** Whether colours follow the value or its logarithm; default: linear. */
  readonly scale?: Scale;
  /** What the three vertices are: left, right, top. */
  readonly vertices: readonly [string, string, string];
  /** A point to be pointed out. */
  readonly pointed?: readonly number[];
}

/** Bands of colour between the lowest and the highest value. */
const bands = 12;

/**
 * Values over the 3-simplex and beyond its edges, as bands of colour with lines between them (rows M-simplex, R-labels). Between
 * points of the grid values are linear; a triangle with a corner that has no value (not finite, or not positive on a
 * logarithmic scale) is left blank, and a note counts such points. Throws `NO_DATA` when fewer than two different values can be
 * shown, `USAGE` for as many values as points not given.
 */
export function simplexFigure(data: SimplexFigureData, look: FigureLook = {}): TabledFigure {
  const { width, theme } = lookOf(look);
  const panel = simplexPanel(data, width, theme);
  const figure = stackedFigure(data.id ?? 'simplex', data, { width, theme }, [panel]);
  return { ...figure, table: () => simplexTable(panel.title, data) };
}

function simplexPanel(data: SimplexFigureData, width: number, theme: FigureTheme): FigurePanel {
  const { coordinates, values, scale = 'linear', vertices } = data;
  const { title, unit } = data.quantity ?? { title: 'Loss', unit: 'nat' };
  const points = coordinates.map((lambda, index) => place(lambda, values[index]!, scale));
  const edges = bandEdges(data, scale);
  const size = sizeOf(points, width);
  const plot: PlotOptions = {
    width,
    height: size.height,
    marginLeft: size.side,
    marginRight: size.side,
    marginTop: size.above,
    marginBottom: size.below,
    x: { domain: [...size.x], axis: null },
    y: { domain: [...size.y], axis: null },
    marks: [
      ...bandMarks(trianglesOf(data, points), edges, theme),
      ...outlineMarks(vertices, theme),
      ...(data.pointed ? [pointedMark(data.pointed, theme)] : []),
    ],
  };
  return {
    title,
    unit,
    legend: legendOf(edges, scale, theme),
    notes: omittedNotes({ ...countOffScale(Array.from(values), scale), beyond: 0 }),
    plot,
    height: size.height,
  };
}

/** Vertices at (0, 0), (1, 0) and (½, √3/2); the value in the coordinate in which bands are even. */
const place = ([, second, third]: readonly number[], value: number, scale: Scale): Vertex => ({
  x: second! + third! / 2,
  y: (Math.sqrt(3) / 2) * third!,
  value: canShow(scale, value) ? scaled(scale, value) : NaN,
});

function bandEdges({ coordinates, values }: SimplexFigureData, scale: Scale): number[] {
  if (coordinates.length !== values.length)
    throw new ThalwegError(
      'USAGE',
      `simplex figure: expected as many values as points, got ${values.length} for ${coordinates.length}`,
    );
  const shown = Array.from(values).filter((value) => canShow(scale, value));
  if (new Set(shown).size < 2)
    throw new ThalwegError('NO_DATA', 'simplex figure: expected at least two different values that can be shown');
  const [low, high] = fitAxis({ label: null, scale }, shown).domain.map((value) => scaled(scale, value)) as [
    number,
    number,
  ];
  return Array.from({ length: bands + 1 }, (_, index) => low + ((high - low) * index) / bands);
}

/** Widest drawing of the triangle; larger ones say nothing more. */
const widest = 640;

function sizeOf(points: readonly Vertex[], width: number) {
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const x = [least(xs), most(xs)] as const;
  const y = [least(ys), most(ys)] as const;
  const inner = Math.min(widest, width - 2 * panelMargins.left);
  const [above, below] = [26, 26];
  const height = Math.round((inner * (y[1] - y[0])) / (x[1] - x[0])) + above + below;
  return { x, y, side: (width - inner) / 2, above, below, height };
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);

/** The triangles of the grid whose three corners have a value. */
function trianglesOf({ steps, coordinates }: SimplexFigureData, points: readonly Vertex[]): Triangle[] {
  const key = (second: number, third: number): string => `${second},${third}`;
  const cells = coordinates.map((lambda) => [Math.round(lambda[1]! * steps), Math.round(lambda[2]! * steps)] as const);
  const known = new Map(cells.map(([second, third], index) => [key(second, third), points[index]!]));
  return cells.flatMap(([second, third]) => {
    const [here, right, up, across] = [
      [second, third],
      [second + 1, third],
      [second, third + 1],
      [second + 1, third + 1],
    ].map(([a, b]) => known.get(key(a!, b!)));
    return [triangle(here, right, up), triangle(right, across, up)].filter((found) => found !== null);
  });
}

function triangle(...[a, b, c]: readonly (Vertex | undefined)[]): Triangle | null {
  const isKnown = (vertex: Vertex | undefined): vertex is Vertex => vertex !== undefined && !Number.isNaN(vertex.value);
  return isKnown(a) && isKnown(b) && isKnown(c) ? [a, b, c] : null;
}

const colorOf = (theme: FigureTheme, band: number): string => sequenceColor(theme, band / (bands - 1));

/** Each band is one path; a stroke of its own colour closes the hairline between two. */
const bandMarks = (triangles: readonly Triangle[], edges: readonly number[], theme: FigureTheme): Markish[] =>
  Array.from({ length: bands }, (_, band) => {
    const polygons = triangles.map((corners) => bandOfTriangle(corners, edges[band]!, edges[band + 1]!));
    const columns = polygonColumns(polygons);
    const color = colorOf(theme, band);
    return Plot.line(
      { length: columns.x.length },
      { ...columns, curve: 'linear-closed', fill: color, stroke: color, strokeWidth: 0.6, strokeLinejoin: 'round' },
    );
  });

const labels = [
  { textAnchor: 'middle', dx: 0, dy: 14 },
  { textAnchor: 'middle', dx: 0, dy: 14 },
  { textAnchor: 'middle', dx: 0, dy: -14 },
] as const;

/** The edges of the simplex, and what its vertices are. */
function outlineMarks(vertices: SimplexFigureData['vertices'], theme: FigureTheme): Markish[] {
  const corners: [x: number, y: number][] = [
    [0, 0],
    [1, 0],
    [0.5, Math.sqrt(3) / 2],
  ];
  return [
    Plot.line([...corners, corners[0]!], { stroke: theme.ink, strokeWidth: 1.5, strokeLinejoin: 'round' }),
    Plot.dot(corners, { r: 3, fill: theme.ink }),
    ...corners.map((corner, index) =>
      Plot.text([corner], {
        text: [vertices[index]!],
        fill: theme.ink,
        stroke: theme.background,
        strokeWidth: 4,
        ...labels[index]!,
      }),
    ),
  ];
}

const pointedMark = (lambda: readonly number[], theme: FigureTheme): Markish =>
  Plot.dot([place(lambda, 0, 'linear')], {
    x: 'x',
    y: 'y',
    r: 7,
    fill: theme.floor,
    stroke: theme.background,
    strokeWidth: 2,
  });

const legendOf = (edges: readonly number[], scale: Scale, theme: FigureTheme): LegendEntry[] => [
  legendWord(shortNumber(unscaled(scale, edges[0]!)), theme),
  {
    label: `${shortNumber(unscaled(scale, edges.at(-1)!))}${scale === 'log' ? ' (logarithmic)' : ''}`,
    color: theme.muted,
    symbol: 'ramp',
    ramp: Array.from({ length: bands }, (_, band) => colorOf(theme, band)),
  },
];
