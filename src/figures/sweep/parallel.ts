import type { PlotOptions } from '@observablehq/plot';
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
import { axisMarks, lineMarks, type PlacedAxis } from './parallel-marks.ts';
import { quantityText, quantityTitle } from './quantities.ts';

/** What a reader may choose of parallel coordinates. */
export interface ParallelChoices extends Pick<MatrixChoices, 'quantity' | 'scale'> {
  readonly brushes?: Brushes;
}

export interface SweepParallelFigure extends TabledFigure {
  readonly axes: readonly PlacedAxis[];
}

const margins = { left: 44, right: 60, top: 34, bottom: 14 };
/** Room for words at the first axis, pixels. */
const mostLeft = 120;
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
  const widest = (axis: ParallelAxis): number => 16 + Math.max(0, ...axis.ticks.map(({ text }) => textWidth(text)));
  const marginLeft = axes.length > 1 ? Math.min(mostLeft, Math.max(margins.left, widest(axes[0]!))) : margins.left;
  const marginRight = Math.max(margins.right, widest(axes.at(-1)!));
  const step = (width - marginLeft - marginRight) / Math.max(1, axes.length - 1);
  const placed = axes.map((axis, index) => ({
    ...axis,
    x: marginLeft + index * step,
    top: margins.top,
    bottom: margins.top + inner,
  }));
  const plot: PlotOptions = {
    width,
    height: inner + margins.top + margins.bottom,
    ...{ marginLeft, marginRight, marginTop: margins.top, marginBottom: margins.bottom },
    x: { domain: [0, Math.max(1, axes.length - 1)], label: null, axis: null },
    y: { domain: [0, 1], label: null, axis: null },
    color: { type: 'identity' },
    marks: [
      ...lineMarks(lines, brushes, (value) => colorOf(value, colors, theme), theme),
      ...placed.flatMap((axis, index) => axisMarks(axis, { index, step, marginLeft }, brushes[axis.key], theme)),
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
