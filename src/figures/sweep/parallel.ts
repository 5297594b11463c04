import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import type { Brushes } from '../../contract/index.ts';
import { fitAxis } from '../axis.ts';
import { legendWord, sequenceColor } from '../groups.ts';
import { lookOf } from '../panel.ts';
import type { FigureLook, FigurePanel, LegendEntry } from '../specification.ts';
import type { FigureTable, TabledFigure } from '../table.ts';
import { textWidth } from '../text-width.ts';
import type { FigureTheme } from '../theme.ts';
import { shownQuantity, type MatrixChoices, type SweepSource } from './choice.ts';
import { colorOf, type ColorRange } from './matrix-frame.ts';
import { isWithin, parallelLines, type ParallelAxis, type ParallelLine } from './parallel-lines.ts';
import { quantityText, quantityTitle } from './quantities.ts';

/** What a reader may choose of parallel coordinates. */
export interface ParallelChoices extends Pick<MatrixChoices, 'quantity' | 'scale'> {
  readonly brushes?: Brushes;
}

/** An axis as it is drawn. */
export interface PlacedAxis extends ParallelAxis {
  /** Pixels from the left and upper edge of the panel's plot: the axis goes from `bottom` up to `top`. */
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
}

export interface SweepParallelFigure extends TabledFigure {
  readonly axes: readonly PlacedAxis[];
}

const margins = { left: 44, right: 60, top: 34, bottom: 14 };
const inner = 260;

/**
 * All axes of a sweep beside each other, the final quantity last: a line for each cell, in the colour of its mean over the seeds, as in
 * {@link sweepMatrixFigure}. Settings stand evenly in their order; many numbers stand by their size. Cells without a value end before the last axis, and are
 * counted in a note. Lines outside of a brush are faint. A brush on what is no axis leaves no line.
 */
export function sweepParallelFigure(
  source: SweepSource,
  choices: ParallelChoices = {},
  look: FigureLook = {},
): SweepParallelFigure {
  const { width, theme } = lookOf(look);
  const quantity = shownQuantity(source, choices.quantity);
  const scale = choices.scale ?? 'linear';
  const { axes, lines } = parallelLines(source, quantity, scale);
  const brushes = choices.brushes ?? {};
  const means = lines.flatMap(({ spread }) => spread.mean ?? []);
  const colors: ColorRange = { scale, range: means.length > 0 ? fitAxis({ label: null, scale }, means).domain : null };
  const marginRight = Math.max(
    margins.right,
    14 + Math.max(0, ...axes.at(-1)!.ticks.map(({ text }) => textWidth(text))),
  );
  const step = (width - margins.left - marginRight) / Math.max(1, axes.length - 1);
  const placed = axes.map((axis, index) => ({
    ...axis,
    x: margins.left + index * step,
    top: margins.top,
    bottom: margins.top + inner,
  }));
  const plot: PlotOptions = {
    width,
    height: inner + margins.top + margins.bottom,
    ...{ marginLeft: margins.left, marginRight, marginTop: margins.top, marginBottom: margins.bottom },
    x: { domain: [0, Math.max(1, axes.length - 1)], label: null, axis: null },
    y: { domain: [0, 1], label: null, axis: null },
    color: { type: 'identity' },
    marks: [
      ...lineMarks(lines, brushes, (value) => colorOf(value, colors, theme), theme),
      ...placed.flatMap((axis, index) => axisMarks(axis, index, step, brushes[axis.key], theme)),
    ],
  };
  const within = lines.filter((line) => isWithin(line, brushes));
  const panel: FigurePanel = {
    title: quantityTitle(quantity),
    unit: null,
    legend: legendOf(colors, (value) => quantityText(quantity, value), theme),
    notes: notesOf(lines),
    plot,
    height: inner + margins.top + margins.bottom,
  };
  const chosen = Object.keys(brushes).length > 0 ? ` · ${within.length} of them within the marked parts` : '';
  return {
    id: 'sweep.parallel',
    title: source.record.name,
    subtitle: `a line for each of ${lines.length} ${lines.length === 1 ? 'cell' : 'cells'}: mean over its seeds${chosen}`,
    ...{ width, theme, columns: 1, legend: [], panels: [panel] },
    table: () => parallelTable(source, quantity, lines, brushes),
    axes: placed,
  };
}

/** Faint lines first, then the others by their value, so that the ends of the scale are not hidden. */
function lineMarks(
  lines: readonly ParallelLine[],
  brushes: Brushes,
  colorOfValue: (value: number) => string | null,
  theme: FigureTheme,
): Markish[] {
  const faint = lines.filter((line) => !isWithin(line, brushes));
  const strong = lines
    .filter((line) => isWithin(line, brushes))
    .sort((a, b) => (a.spread.mean ?? -Infinity) - (b.spread.mean ?? -Infinity));
  const many = strong.length > 150;
  const drawn = (
    own: readonly ParallelLine[],
    color: (line: ParallelLine) => string,
    strokeWidth: number,
    opacity: number,
  ) => {
    const points = own.flatMap((line) => line.points.map((point) => ({ line, point })));
    return Plot.line(
      { length: points.length },
      {
        x: points.map(({ point }) => point.axis),
        y: points.map(({ point }) => point.height),
        z: points.map(({ line }) => line.cell),
        stroke: points.map(({ line }) => color(line)),
        strokeWidth,
        strokeOpacity: opacity,
        title: points.map(({ line }) => line.words),
      },
    );
  };
  const strongColor = ({ spread }: ParallelLine): string =>
    (spread.mean === null ? null : colorOfValue(spread.mean)) ?? theme.muted;
  return [
    ...(faint.length > 0 ? [drawn(faint, () => theme.iteration, 0.8, 0.6)] : []),
    ...(strong.length > 0 ? [drawn(strong, strongColor, many ? 1 : 1.75, many ? 0.55 : 0.85)] : []),
  ];
}

function axisMarks(
  { ticks, title, isLast }: PlacedAxis,
  index: number,
  step: number,
  brush: Brushes[string] | undefined,
  theme: FigureTheme,
): Markish[] {
  const place = { x: ticks.map(() => index), y: ticks.map(({ height }) => height) };
  const halo = { stroke: theme.background, strokeWidth: 4 };
  const anchor = isLast || index > 0 ? 'start' : 'end';
  const half = 7;
  return [
    Plot.ruleX({ length: 1 }, { x: [index], y1: [0], y2: [1], stroke: theme.muted, strokeWidth: 1 }),
    ...(brush
      ? [
          Plot.ruleX(
            { length: 1 },
            {
              x: [index],
              y1: [brush[0]],
              y2: [brush[1]],
              stroke: theme.loss,
              strokeWidth: 2 * half,
              strokeOpacity: 0.25,
            },
          ),
        ]
      : []),
    Plot.dot({ length: ticks.length }, { ...place, r: 1.5, fill: theme.muted }),
    Plot.text(
      { length: ticks.length },
      {
        ...place,
        text: ticks.map(({ text }) => text),
        dx: anchor === 'start' ? 7 : -7,
        textAnchor: anchor,
        fill: theme.muted,
        ...halo,
      },
    ),
    Plot.text(
      { length: 1 },
      {
        x: [index],
        y: [1],
        text: [shortened(title, Math.max(48, step - 8))],
        title: [title],
        dy: -18,
        textAnchor: index === 0 ? 'start' : isLast ? 'end' : 'middle',
        dx: index === 0 ? -margins.left + 20 : isLast ? 40 : 0,
        fill: theme.ink,
        fontWeight: 600,
        ...halo,
      },
    ),
  ];
}

function shortened(text: string, room: number): string {
  if (textWidth(text) <= room) return text;
  let kept = text.length - 1;
  while (kept > 1 && textWidth(`${text.slice(0, kept)}…`) > room) kept--;
  return `${text.slice(0, kept)}…`;
}

function legendOf({ scale, range }: ColorRange, text: (value: number) => string, theme: FigureTheme): LegendEntry[] {
  if (!range) return [];
  const ramp = Array.from({ length: 8 }, (_, index) => sequenceColor(theme, index / 7));
  const label = `${text(range[1])}${scale === 'log' ? ' (logarithmic)' : ''}`;
  return [legendWord(text(range[0]), theme), { label, color: theme.muted, symbol: 'ramp', ramp }];
}

function notesOf(lines: readonly ParallelLine[]): string[] {
  const without = lines.filter(({ spread }) => spread.mean === null).length;
  return without > 0
    ? [`${without} ${without === 1 ? 'cell has' : 'cells have'} no value yet, or none that is finite`]
    : [];
}

function parallelTable(
  { record }: SweepSource,
  quantity: string,
  lines: readonly ParallelLine[],
  brushes: Brushes,
): FigureTable {
  const keys = record.axes.map(({ key }) => key);
  const field = (value: unknown): string | number =>
    typeof value === 'number'
      ? value
      : value === undefined
        ? ''
        : typeof value === 'string'
          ? value
          : JSON.stringify(value);
  return {
    columns: [...keys, quantity, 'standard_deviation', 'n', 'failed', 'not_finite', 'within_marked_parts'],
    rows: lines.map((line) => [
      ...keys.map((key) => field(record.cells[line.cell]?.[key])),
      ...[line.spread.mean, line.spread.deviation, line.spread.count, line.spread.failed, line.spread.notFinite],
      isWithin(line, brushes) ? 1 : 0,
    ]),
  };
}
