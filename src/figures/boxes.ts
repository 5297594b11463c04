import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { boxPlot } from '../statistics/index.ts';
import { canShow, fitAxis, isOnAxis } from './axis.ts';
import type { Axis, FittedAxis } from './axis.ts';
import { groupColors } from './groups.ts';
import type { Coloring } from './groups.ts';
import { countOmitted, omittedNotes } from './omitted.ts';
import { lookOf, stackedFigure } from './panel.ts';
import { rowsPanel } from './rows.ts';
import type { FigureCaption, FigureLook } from './specification.ts';
import type { FigureTheme } from './theme.ts';
import { boxesTable } from './drawn-tables.ts';
import type { TabledFigure } from './table.ts';

/** Numbers of one category. */
export interface BoxCategory {
  readonly label: string;
  readonly values: ArrayLike<number>;
}

/** What a figure of box plots shows. */
export interface BoxesFigureData extends FigureCaption {
  readonly id: string;
  /** What is compared; title of the panel. */
  readonly quantity: string;
  readonly x: Axis;
  readonly categories: readonly BoxCategory[];
  /** What one number is, e.g. `seed` or `example`: the legend's words. */
  readonly point: string;
  /** Default: all boxes have one colour; `sequence` where categories have an order. */
  readonly coloring?: Coloring;
}

/** Categories with at most this many numbers show each one; larger ones only those beyond the whiskers. */
const shownPoints = 60;

/**
 * A box plot for each category, below each other (row M-batch, figure 4): median, quartiles (type 7), whiskers to the outermost numbers
 * within 1.5 interquartile ranges, and points. Quartiles are of the numbers themselves on a logarithmic axis too. Numbers that cannot be
 * drawn are left out of the box, and a note counts them; a category without others has no box. Throws `USAGE` for limits that
 * are not ascending.
 */
export function boxesFigure(data: BoxesFigureData, look: FigureLook = {}): TabledFigure {
  const { id, categories, quantity, point } = data;
  const { width, theme } = lookOf(look);
  const x = fitAxis(
    data.x,
    categories.flatMap(({ values }) => Array.from(values)),
    0.04,
  );
  const labels = categories.map(({ label }) => label);
  const colors = data.coloring ? groupColors(labels, data.coloring, theme) : null;
  const points = categories.map(({ values }) => ({ x: values, y: Array.from(values, () => 0) }));
  const rows = { label: null, scale: 'linear', domain: [0, 0] } as const;
  const panel = rowsPanel(width, theme, {
    title: quantity,
    unit: null,
    labels: categories.map(({ label, values }) => `${label} (n\u00a0=\u00a0${values.length})`),
    x,
    rowHeight: 44,
    marks: categories.flatMap(({ label, values }, row) =>
      boxMarks(Array.from(values), row, x, colors?.get(label) ?? theme.loss, theme),
    ),
    legend: [{ label: `one ${point}`, color: colors ? theme.muted : theme.loss, symbol: 'ring' }],
    notes: omittedNotes(countOmitted(points, x, rows)),
  });
  return { ...stackedFigure(id, data, { width, theme }, [panel]), table: () => boxesTable(data) };
}

const half = 0.26;

function boxMarks(all: readonly number[], row: number, x: FittedAxis, color: string, theme: FigureTheme): Markish[] {
  const values = all.filter((value) => canShow(x.scale, value));
  if (values.length === 0) return [];
  const { median, quartiles, whiskers, outliers } = boxPlot(values);
  const edge = (value: number): number => Math.min(x.domain[1], Math.max(x.domain[0], value));
  const rule = (x1: number, x2: number): Markish =>
    Plot.ruleY({ length: 1 }, { y: [row], x1: [edge(x1)], x2: [edge(x2)], stroke: color, strokeWidth: 1.25 });
  const shown = (values.length <= shownPoints ? values : outliers).filter((value) => isOnAxis(x, value));
  const box = { x1: [edge(quartiles[0])], x2: [edge(quartiles[1])], y1: [row - half], y2: [row + half] };
  return [
    rule(whiskers[0], quartiles[0]),
    rule(quartiles[1], whiskers[1]),
    Plot.rect({ length: 1 }, { ...box, fill: color, fillOpacity: 0.2, stroke: color, strokeWidth: 1.25 }),
    ...(isOnAxis(x, median)
      ? [Plot.ruleX({ length: 1 }, { x: [median], y1: row - half, y2: row + half, stroke: theme.ink, strokeWidth: 2 })]
      : []),
    Plot.dot(
      { length: shown.length },
      { x: shown, y: shown.map((_, index) => row + scatterOf(index)), r: 2.75, stroke: color, strokeWidth: 1.1 },
    ),
  ];
}

/** Where in its row a point stands: golden-ratio steps keep neighbours apart, the same way every time. */
const scatterOf = (index: number): number => 0.36 * (((index * 0.618034) % 1) - 0.5);
