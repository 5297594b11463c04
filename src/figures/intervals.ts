import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import { fitAxis, isOnAxis } from './axis.ts';
import type { Axis, FittedAxis } from './axis.ts';
import { groupColors, groupShapes, groupsOf } from './groups.ts';
import { lookOf, panelMargins, stackedFigure } from './panel.ts';
import { rowsPanel } from './rows.ts';
import type { FigureCaption, FigureLook, LegendEntry, MarkerShape } from './specification.ts';
import { textWidth } from './text-width.ts';
import type { FigureTheme } from './theme.ts';
import { shortNumber } from './ticks.ts';
import { intervalsTable } from './drawn-tables.ts';
import type { TabledFigure } from './table.ts';

/** An estimate with its interval. */
export interface IntervalRow {
  readonly label: string;
  readonly estimate: number;
  /** An end that is infinite runs to the edge and ends in an arrow. */
  readonly interval: readonly [lower: number, upper: number];
  /** E.g. the verdict on a claim: colour and shape, and the legend's words. */
  readonly group?: string;
}

/** What a forest plot shows. */
export interface IntervalsFigureData extends FigureCaption {
  readonly id: string;
  /** What is estimated, and the coverage of its intervals; title of the panel. */
  readonly quantity: string;
  readonly x: Axis;
  readonly rows: readonly IntervalRow[];
  /** Where there is no effect; default 0. */
  readonly zero?: number;
  /** The smallest effect that matters, in the axis's unit: a band of this reach around `zero`. */
  readonly smallestEffect?: number;
}

/** Narrower figures leave the numbers beside the rows out. */
const narrow = 560;

/**
 * Estimates with their intervals, row by row, against a line of no effect and a band of effects that are too small to matter: a
 * ledger of claims on one page. A row whose estimate is not finite has no mark but `no estimate`. Throws `USAGE` for
 * limits that are not ascending, and for more groups than there are colours.
 */
export function intervalsFigure(data: IntervalsFigureData, look: FigureLook = {}): TabledFigure {
  const { id, quantity, rows, zero = 0, smallestEffect } = data;
  const { width, theme } = lookOf(look);
  const reach = smallestEffect ?? 0;
  const ends = rows.flatMap(({ estimate, interval }) => [estimate, ...interval]);
  const x = fitAxis(data.x, [...ends, zero - reach, zero + reach], 0.04);
  const groups = groupsOf(rows.flatMap(({ group }) => (group === undefined ? [] : [group])));
  const style: RowStyle = { theme, colors: groupColors(groups, 'categories', theme), shapes: groupShapes(groups) };
  const numbers = rows.map(numbersOf);
  const isWide = width >= narrow;
  const marginRight = isWide
    ? Math.ceil(Math.max(...numbers.map((text) => textWidth(text)), 0)) + 40
    : panelMargins.right;
  const panel = rowsPanel(width, theme, {
    title: quantity,
    unit: null,
    labels: rows.map(({ label }) => label),
    x,
    rowHeight: 26,
    marginRight,
    marks: [
      ...(smallestEffect === undefined ? [] : [bandMark([zero - reach, zero + reach], rows.length, x, theme)]),
      ...(isOnAxis(x, zero) ? [Plot.ruleX([zero], { stroke: theme.muted, strokeWidth: 1.25 })] : []),
      ...rows.flatMap((row, index) => rowMarks(row, index, x, style)),
      ...(isWide ? [numberMarks(numbers, theme)] : []),
    ],
    notes: notesOf(rows, x),
  });
  const legend: LegendEntry[] = [
    ...groups.map(
      (label) => ({ label, color: colorOf(label, style), symbol: 'point', shape: style.shapes.get(label)! }) as const,
    ),
    ...(smallestEffect === undefined
      ? []
      : [{ label: `effects below ${shortNumber(smallestEffect)}`, color: theme.muted, symbol: 'area' } as const]),
  ];
  return { ...stackedFigure(id, data, { width, theme }, [panel]), legend, table: () => intervalsTable(rows) };
}

interface RowStyle {
  readonly theme: FigureTheme;
  readonly colors: ReadonlyMap<string, string>;
  readonly shapes: ReadonlyMap<string, MarkerShape>;
}

const colorOf = (group: string | undefined, { colors, theme }: RowStyle): string =>
  group === undefined ? theme.loss : colors.get(group)!;

const numbersOf = ({ estimate, interval: [lower, upper] }: IntervalRow): string =>
  Number.isFinite(estimate) ? `${shortNumber(estimate)} [${shortNumber(lower)}, ${shortNumber(upper)}]` : 'no estimate';

function bandMark([from, to]: readonly [number, number], rows: number, x: FittedAxis, theme: FigureTheme): Markish {
  const [x1, x2] = [onAxis(x, from), onAxis(x, to)];
  return Plot.rect(
    { length: 1 },
    { x1: [x1], x2: [x2], y1: [-0.5], y2: [rows - 0.5], fill: theme.muted, fillOpacity: 0.15 },
  );
}

const onAxis = ({ domain: [low, high] }: FittedAxis, value: number): number => Math.min(high, Math.max(low, value));

function rowMarks({ estimate, interval, group }: IntervalRow, row: number, x: FittedAxis, style: RowStyle): Markish[] {
  if (!Number.isFinite(estimate) || interval.some(Number.isNaN)) return [];
  const color = colorOf(group, style);
  const symbol = group === undefined ? 'circle' : style.shapes.get(group)!;
  const [from, to] = [onAxis(x, interval[0]), onAxis(x, interval[1])];
  const arrow = (end: number, rotate: number): Markish =>
    Plot.dot({ length: 1 }, { x: [end], y: [row], symbol: 'triangle', rotate, r: 4, fill: color });
  return [
    Plot.ruleY({ length: 1 }, { y: [row], x1: [from], x2: [to], stroke: color, strokeWidth: 1.75 }),
    ...(interval[0] < x.domain[0] ? [arrow(from, -90)] : []),
    ...(interval[1] > x.domain[1] ? [arrow(to, 90)] : []),
    ...(isOnAxis(x, estimate) ? [Plot.dot({ length: 1 }, { x: [estimate], y: [row], symbol, r: 4, fill: color })] : []),
  ];
}

/** Estimates and intervals in numbers, right of their rows. */
const numberMarks = (numbers: readonly string[], theme: FigureTheme): Markish =>
  Plot.text(
    { length: numbers.length },
    {
      y: numbers.map((_, row) => row),
      text: [...numbers],
      frameAnchor: 'right',
      textAnchor: 'start',
      dx: 14,
      fill: theme.muted,
      stroke: 'none',
    },
  );

function notesOf(rows: readonly IntervalRow[], x: FittedAxis): string[] {
  const unknown = rows.filter(({ estimate, interval }) => !Number.isFinite(estimate) || interval.some(Number.isNaN));
  const beyond = rows.filter(({ estimate }) => Number.isFinite(estimate) && !isOnAxis(x, estimate));
  const names = (some: readonly IntervalRow[]): string => some.map(({ label }) => label).join(', ');
  return [
    ...(unknown.length > 0 ? [`without an estimate or interval: ${names(unknown)}`] : []),
    ...(beyond.length > 0 ? [`estimate beyond the axis: ${names(beyond)}`] : []),
  ];
}
