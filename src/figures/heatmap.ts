import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import { ThalwegError } from '../base/index.ts';
import { fitAxis, isOnAxis } from './axis.ts';
import type { Axis, Domain, FittedAxis } from './axis.ts';
import { contourLevels, contourMark, contourRim, gridExtent, reachBeyond } from './contours.ts';
import type { SurfaceGrid } from './contours.ts';
import { legendWord, sequenceColor } from './groups.ts';
import { countOmitted, omittedNotes } from './omitted.ts';
import { axisBelow, axisBeside, lookOf, panelMargins } from './panel.ts';
import type { FigureCaption, FigureLook, FigurePanel, FigureSpecification, LegendEntry } from './specification.ts';
import type { FigureTheme } from './theme.ts';
import { shortNumber } from './ticks.ts';

/** What one panel shows: points that are counted in cells, or the probability of each cell, (i, j) in `j·columns + i`. */
export type HeatmapContent = { readonly title: string } & (
  | { readonly points: { readonly x: ArrayLike<number>; readonly y: ArrayLike<number> } }
  | { readonly probabilities: ArrayLike<number> }
);

/** What a figure of densities over the plane shows. */
export interface HeatmapFigureData extends FigureCaption {
  readonly id: string;
  readonly x: PlaneAxis;
  readonly y: PlaneAxis;
  /** Cells along x and along y; default 50 each. */
  readonly cells?: { readonly x: number; readonly y: number };
  readonly panels: readonly HeatmapContent[];
  /** Panels beside each other; default 1. */
  readonly columns?: number;
  /** What the points live on: its contour lines lie over the colours. */
  readonly surface?: SurfaceGrid;
  /** Places with a name, such as minima. */
  readonly places?: readonly { readonly label: string; readonly x: number; readonly y: number }[];
}

/** A linear axis with limits. */
export interface PlaneAxis {
  readonly label: string;
  readonly unit?: string;
  readonly domain: Domain;
}

/**
 * Where in the plane points lie (rows R-surface, R-rosen, R-boltz): the share of the points in each cell, coloured by its logarithm with
 * one scale for all panels, under the contour lines of a surface. Cells without a point have no colour. Points beyond the limits or
 * not finite are counted in a note, and count in the share. Throws `NO_DATA` where no panel has anything to show, `USAGE`
 * for limits that are not ascending, cells that are not whole numbers from 1 on, probabilities for another number of cells, and
 * what the contour lines refuse.
 */
export function heatmapFigure(data: HeatmapFigureData, look: FigureLook = {}): FigureSpecification {
  const { id, title, subtitle, panels, columns = 1, cells = { x: 50, y: 50 } } = data;
  requireCells(cells);
  const { width, panelWidth, theme } = lookOf(look, columns);
  const plane: Plane = { x: fitAxis(linear(data.x), []), y: fitAxis(linear(data.y), []), cells };
  const shares = panels.map((content) => sharesOf(content, plane));
  const range = rangeOf(shares);
  const drawn = panels.map((content, index) =>
    heatmapPanel(panelWidth, theme, plane, data, {
      title: content.title,
      shares: shares[index]!,
      range,
      notes: notesOf(content, plane),
    }),
  );
  return { id, title, subtitle, width, theme, columns, legend: legendOf(data, range, theme), panels: drawn };
}

const linear = ({ label, unit, domain }: PlaneAxis): Axis => ({ label, domain, ...(unit !== undefined && { unit }) });

interface Plane {
  readonly x: FittedAxis;
  readonly y: FittedAxis;
  readonly cells: { readonly x: number; readonly y: number };
}

function requireCells({ x, y }: Plane['cells']): void {
  for (const count of [x, y])
    if (!Number.isInteger(count) || count < 1)
      throw new ThalwegError('USAGE', `heatmap figure: expected a whole number of cells from 1 on, got ${count}`);
}

/** The share of each cell, (i, j) in `j·cells.x + i`. */
function sharesOf(content: HeatmapContent, { x, y, cells }: Plane): Float64Array {
  const size = cells.x * cells.y;
  if ('probabilities' in content) {
    if (content.probabilities.length === size) return Float64Array.from(content.probabilities);
    throw new ThalwegError(
      'USAGE',
      `heatmap figure: expected ${size} probabilities of cells, got ${content.probabilities.length}`,
    );
  }
  const shares = new Float64Array(size);
  const { points } = content;
  for (let index = 0; index < points.x.length; index++) {
    const [a, b] = [points.x[index]!, points.y[index]!];
    if (isOnAxis(x, a) && isOnAxis(y, b))
      shares[cellOf(b, y, cells.y) * cells.x + cellOf(a, x, cells.x)]! += 1 / points.x.length;
  }
  return shares;
}

/** The cell of a value; the last one holds its upper end too. */
const cellOf = (value: number, { domain: [low, high] }: FittedAxis, count: number): number =>
  Math.min(count - 1, Math.floor(((value - low) / (high - low)) * count));

function notesOf(content: HeatmapContent, { x, y }: Plane): string[] {
  return 'points' in content ? omittedNotes(countOmitted([content.points], x, y)) : [];
}

/** The shares that a scale of colours tells apart: from the smallest positive one, but at most some powers of ten below the largest. */
export function shareRange(shares: Iterable<number>): Domain {
  const [low, high] = fitAxis({ label: null, scale: 'log' }, shares).domain;
  return [Math.max(low, high / 10 ** decades), high];
}

/** Smaller shares have the colour of the lowest one: a density falls below anything that points could show. */
const decades = 4;

function rangeOf(all: readonly Float64Array[]): Domain {
  if (!positive(all).next().done) return shareRange(positive(all));
  throw new ThalwegError('NO_DATA', 'heatmap figure: expected at least one point within the limits, got none');
}

function* positive(all: readonly Float64Array[]): Generator<number> {
  for (const shares of all) for (const share of shares) if (share > 0) yield share;
}

interface PanelData {
  readonly title: string;
  readonly shares: Float64Array;
  readonly range: Domain;
  readonly notes: readonly string[];
}

function heatmapPanel(
  width: number,
  theme: FigureTheme,
  plane: Plane,
  data: HeatmapFigureData,
  panel: PanelData,
): FigurePanel {
  const { x, y } = plane;
  const margins = {
    left: panelMargins.left + 16,
    right: panelMargins.right,
    top: 14,
    bottom: panelMargins.bottom + 16,
  };
  const inner = width - margins.left - margins.right;
  const height = Math.round(Math.min(460, Math.max(150, inner * 0.8))) + margins.top + margins.bottom;
  const pixels = {
    a: inner / (x.domain[1] - x.domain[0]),
    b: (height - margins.top - margins.bottom) / (y.domain[1] - y.domain[0]),
  };
  const plot: PlotOptions = {
    width,
    height,
    marginLeft: margins.left,
    marginRight: margins.right,
    marginTop: margins.top,
    marginBottom: margins.bottom,
    x: { domain: [...x.domain], label: null },
    y: { domain: [...y.domain], label: null },
    color: { type: 'identity' },
    marks: [
      cellMarks(panel, plane, theme),
      ...(data.surface ? surfaceMarks(data.surface, pixels, theme) : []),
      Plot.frame({ stroke: theme.iteration }),
      ...placeMarks(data.places ?? [], theme),
      axisBelow(theme, x, width, true),
      axisBeside(theme, y),
    ],
  };
  return { title: panel.title, unit: null, legend: [], notes: panel.notes, plot, height };
}

function cellMarks({ shares, range }: PanelData, { x, y, cells }: Plane, theme: FigureTheme): Markish {
  const filled = Array.from(shares.keys()).filter((index) => shares[index]! > 0);
  const edge = ({ domain: [low, high] }: FittedAxis, count: number, at: number): number =>
    low + ((high - low) * at) / count;
  const column = (index: number): number => index % cells.x;
  const row = (index: number): number => Math.floor(index / cells.x);
  return Plot.rect(
    { length: filled.length },
    {
      x1: filled.map((index) => edge(x, cells.x, column(index))),
      x2: filled.map((index) => edge(x, cells.x, column(index) + 1)),
      y1: filled.map((index) => edge(y, cells.y, row(index))),
      y2: filled.map((index) => edge(y, cells.y, row(index) + 1)),
      // Neighbours share an edge: smoothed edges would let the background through.
      shapeRendering: 'crispEdges',
      fill: filled.map((index) => shareColor(shares[index]!, range, theme)),
    },
  );
}

/** The colour of a positive share, even in its logarithm. */
export const shareColor = (value: number, [low, high]: Domain, theme: FigureTheme): string =>
  sequenceColor(theme, high > low ? Math.log(value / low) / Math.log(high / low) : 1);

function surfaceMarks(surface: SurfaceGrid, pixels: { a: number; b: number }, theme: FigureTheme): Markish[] {
  const levels = contourLevels(Array.from(surface.loss));
  return [
    contourMark(surface, levels, { stroke: theme.muted, strokeWidth: 0.8, strokeOpacity: 0.7 }),
    contourRim(gridExtent(surface), reachBeyond(surface, pixels), theme),
  ];
}

const placeMarks = (places: NonNullable<HeatmapFigureData['places']>, theme: FigureTheme): Markish[] =>
  places.flatMap(({ label, x, y }) => [
    Plot.dot({ length: 1 }, { x: [x], y: [y], symbol: 'times', r: 4, stroke: theme.floor, strokeWidth: 2 }),
    Plot.text(
      { length: 1 },
      { x: [x], y: [y], text: [label], dy: -12, fill: theme.ink, stroke: theme.background, strokeWidth: 4 },
    ),
  ]);

const rampSteps = 8;

/** What colours of shares mean. */
export function shareLegend([low, high]: Domain, theme: FigureTheme): LegendEntry[] {
  const ramp = Array.from({ length: rampSteps }, (_, index) => sequenceColor(theme, index / (rampSteps - 1)));
  return [
    legendWord(`share in a cell: ${shortNumber(low)}`, theme),
    { label: `${shortNumber(high)} (logarithmic)`, color: theme.muted, symbol: 'ramp', ramp },
  ];
}

const legendOf = (data: HeatmapFigureData, range: Domain, theme: FigureTheme): LegendEntry[] => [
  ...shareLegend(range, theme),
  ...(data.surface ? [{ label: 'contour lines of the surface', color: theme.muted }] : []),
];
