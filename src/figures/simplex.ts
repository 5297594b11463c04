import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { ThalwegError } from '../base/index.ts';
import { panelMargins } from './panel.ts';
import { defaultWidth } from './specification.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';
import { figureThemes } from './theme.ts';
import type { FigureTheme } from './theme.ts';

/** What the figure of a three-point interpolation shows. */
export interface SimplexFigureData {
  readonly title: string;
  readonly subtitle: string;
  /** Parts that an edge of the simplex is cut into. */
  readonly steps: number;
  /** (λ₁, λ₂, λ₃) of each point of the triangular grid. */
  readonly coordinates: readonly (readonly number[])[];
  /** Loss at each point, nat. */
  readonly loss: readonly number[];
  /** What the three vertices are. */
  readonly vertices: readonly [string, string, string];
}

const [leftLabel, rightLabel, topLabel] = [
  { textAnchor: 'end', dx: -6, dy: 8 },
  { textAnchor: 'start', dx: 6, dy: 8 },
  { textAnchor: 'middle', dx: 0, dy: -10 },
] as const;

/**
 * The loss over the simplex of three networks and beyond its edges (row R-labels): a hexagon for each point of the triangular
 * grid, nothing between points is made up; the colour grows with the logarithm of the loss (with the loss where one is not
 * positive). θ₁ is left, θ₂ right, θ₃ on top. Points that are not finite are left blank, and the heading counts them.
 *
 * Throws `NO_DATA` when fewer than two different losses are finite.
 */
export function simplexFigure(
  { title, subtitle, steps, coordinates, loss, vertices }: SimplexFigureData,
  options: Omit<FigureOptions, 'window'> = {},
): FigureSpecification {
  const width = options.width ?? defaultWidth;
  const theme = figureThemes[options.theme ?? 'light'];
  const x = coordinates.map(([, second, third]) => second! + third! / 2);
  const y = coordinates.map(([, , third]) => (Math.sqrt(3) / 2) * third!);
  const finite = loss.filter(Number.isFinite);
  const [low, high] = [least(finite), most(finite)];
  if (!(high > low)) throw new ThalwegError('NO_DATA', 'simplex figure: expected at least two different finite losses');
  const half = 1 / steps / 2;
  const extent = {
    x: [least(x) - half, most(x) + half] as const,
    y: [least(y) - 2 * half, most(y) + 2 * half] as const,
  };
  const pixels = (width - panelMargins.left - panelMargins.right) / (extent.x[1] - extent.x[0]);
  const height = Math.round(pixels * (extent.y[1] - extent.y[0])) + 2 * panelMargins.top;
  const plot: PlotOptions = {
    width,
    height,
    marginLeft: panelMargins.left,
    marginRight: panelMargins.right,
    marginTop: panelMargins.top,
    marginBottom: panelMargins.top,
    x: { domain: extent.x, axis: null },
    y: { domain: extent.y, axis: null },
    // Taken as they are: the colours are computed.
    color: { type: 'identity' },
    marks: [
      Plot.dot(
        { length: finite.length },
        {
          x: x.filter((_, index) => Number.isFinite(loss[index])),
          y: y.filter((_, index) => Number.isFinite(loss[index])),
          fill: colours(finite, low, high, theme),
          symbol: 'hexagon',
          // A little larger than its cell, so that no seam shows between two.
          r: 1.02 * half * pixels,
        },
      ),
      ...outlineMarks(vertices, theme),
    ],
  };
  const lost = loss.length - finite.length;
  const heading = lost > 0 ? `Loss (${lost} of ${loss.length} points are not finite)` : 'Loss';
  const legend = [
    { label: `lowest ${brief(low)}`, color: mix(theme.loss, theme.faint, 0) },
    { label: `highest ${brief(high)}`, color: mix(theme.loss, theme.faint, 1) },
  ];
  return {
    id: 'simplex',
    title,
    subtitle,
    width,
    theme,
    panels: [{ title: heading, unit: 'nat', legend, plot, height }],
  };
}

const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
const brief = (value: number): string => String(Number(value.toPrecision(3)));

function colours(values: readonly number[], low: number, high: number, theme: FigureTheme): string[] {
  const scale = low > 0 ? Math.log : (value: number): number => value;
  const [from, to] = [scale(low), scale(high)];
  return values.map((value) => mix(theme.loss, theme.faint, (scale(value) - from) / (to - from)));
}

/** Between two colours `#rrggbb`, component by component. */
function mix(from: string, to: string, share: number): string {
  const part = (colour: string, at: number): number => parseInt(colour.slice(at, at + 2), 16);
  const mixed = [1, 3, 5].map((at) => Math.round(part(from, at) + share * (part(to, at) - part(from, at))));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** The edges of the simplex, and what its vertices are. */
function outlineMarks(vertices: SimplexFigureData['vertices'], theme: FigureTheme): Markish[] {
  const height = Math.sqrt(3) / 2;
  const corners: [x: number, y: number][] = [
    [0, 0],
    [1, 0],
    [0.5, height],
  ];
  return [
    Plot.line([...corners, corners[0]!], { stroke: theme.floor, strokeWidth: 1.5 }),
    ...[leftLabel, rightLabel, topLabel].flatMap((label, index) => [
      Plot.dot([corners[index]!], { r: 3, fill: theme.floor }),
      Plot.text([corners[index]!], {
        text: [vertices[index]!],
        fill: theme.ink,
        stroke: theme.background,
        strokeWidth: 4,
        ...label,
      }),
    ]),
  ];
}
