import type { Markish, PlotOptions } from '@observablehq/plot';
import { canShow, fitAxis } from '../axis.ts';
import { legendWord, sequenceColor } from '../groups.ts';
import { countOffScale, omittedNotes } from '../omitted.ts';
import { lookOf } from '../panel.ts';
import type { FigureLook, FigurePanel, LegendEntry } from '../specification.ts';
import type { FigureTable, TabledFigure } from '../table.ts';
import { textWidth } from '../text-width.ts';
import type { FigureTheme } from '../theme.ts';
import type { MatrixChoices, SweepSource } from './choice.ts';
import { fixedText, sweepMatrix, type SweepMatrix } from './matrix-cells.ts';
import { isPartial, placesOf, type ColorRange, type MatrixFrame, type PlacedCell } from './matrix-frame.ts';
import { cellMarks, nameRoom, sideMarks } from './matrix-marks.ts';
import { quantityText, quantityTitle } from './quantities.ts';

export interface SweepMatrixFigure extends TabledFigure {
  readonly cells: readonly PlacedCell[];
}

/**
 * Cells of a sweep over two of its axes, coloured by a final quantity: the mean over the runs of the cell, with a perceptually uniform
 * scale whose ends are the smallest and the largest mean. Where there is room, a cell says its mean, sample standard deviation and number of runs; the
 * title of each cell (what a pointer shows) always does. Cells without a value have no colour and say why: failed, not finite,
 * ended by a halving, running, or not made yet; a corner marks a mean from which failed or non-finite runs are missing. Throws `USAGE`
 * for axes and places that the sweep does not have.
 */
export function sweepMatrixFigure(
  source: SweepSource,
  choices: MatrixChoices = {},
  look: FigureLook = {},
): SweepMatrixFigure {
  const { width, theme } = lookOf(look);
  const matrix = sweepMatrix(source, choices);
  const scale = choices.scale ?? 'linear';
  const means = matrix.cells.flatMap(({ spread }) => spread.mean ?? []);
  const range = means.some((mean) => canShow(scale, mean)) ? fitAxis({ label: null, scale }, means).domain : null;
  const frame = frameOf(matrix, width, theme, { scale, range });
  const panel = matrixPanel(matrix, frame, means);
  return {
    id: 'sweep.matrix',
    title: source.record.name,
    subtitle: subtitleOf(source, matrix),
    ...{ width, theme, columns: 1, legend: [], panels: [panel] },
    table: () => matrixTable(matrix),
    cells: placesOf(matrix, frame),
  };
}

const longestLabel = 150;

function frameOf({ columns, rows }: SweepMatrix, width: number, theme: FigureTheme, colors: ColorRange): MatrixFrame {
  const widest = Math.max(0, ...(rows?.labels ?? []).map((label) => textWidth(label)));
  const left = rows ? Math.min(longestLabel, Math.ceil(widest)) + 14 + nameRoom : 20;
  const [right, top, bottom] = [18, 6, 44];
  const counts = { x: columns.labels.length, y: rows?.labels.length ?? 1 };
  const cellWidth = Math.min(140, (width - left - right) / counts.x);
  const cellHeight = Math.max(10, Math.min(58, 480 / counts.y));
  const height = Math.round(cellHeight * counts.y) + top + bottom;
  return { width, height, left, top, bottom, cellWidth, cellHeight, counts, theme, colors };
}

function matrixPanel(matrix: SweepMatrix, frame: MatrixFrame, means: readonly number[]): FigurePanel {
  const { width, height, left, top, bottom, cellWidth, counts, theme, colors } = frame;
  const plot: PlotOptions = {
    width,
    height,
    marginLeft: left,
    marginRight: width - left - cellWidth * counts.x,
    marginTop: top,
    marginBottom: bottom,
    x: { domain: [0, counts.x], label: null },
    y: { domain: matrix.rows?.isNumeric === false ? [counts.y, 0] : [0, counts.y], label: null },
    color: { type: 'identity' },
    marks: [...cellMarks(matrix.cells, matrix.quantity, frame), ...sideMarks(matrix, frame)] satisfies Markish[],
  };
  const omitted = countOffScale(means, colors.scale);
  return {
    title: quantityTitle(matrix.quantity),
    unit: null,
    legend: legendOf(matrix, colors, theme),
    notes: omittedNotes({ ...omitted, beyond: 0 }),
    plot,
    height,
  };
}

const rampSteps = 8;

function legendOf({ cells, quantity }: SweepMatrix, { scale, range }: ColorRange, theme: FigureTheme): LegendEntry[] {
  const has = (name: 'failed' | 'notFinite' | 'dropped' | 'running' | 'waiting'): boolean =>
    cells.some(({ spread }) => spread.mean === null && spread[name] > 0);
  const words = [
    [has('failed'), '× failed'],
    [has('notFinite'), '∞ not finite'],
    [has('dropped'), '⊣ ended early'],
    [has('running'), '… running'],
    [has('waiting'), '· not made yet'],
    [cells.some(isPartial), '◥ without failed or non-finite runs'],
  ] as const;
  const ramp = Array.from({ length: rampSteps }, (_, index) => sequenceColor(theme, index / (rampSteps - 1)));
  const colors: LegendEntry[] = range
    ? [
        legendWord(quantityText(quantity, range[0]), theme),
        {
          label: `${quantityText(quantity, range[1])}${scale === 'log' ? ' (logarithmic)' : ''}`,
          color: theme.muted,
          symbol: 'ramp',
          ramp,
        },
      ]
    : [];
  return [...colors, ...words.flatMap(([isThere, label]) => (isThere ? [legendWord(label, theme)] : []))];
}

function subtitleOf({ record, runs }: SweepSource, matrix: SweepMatrix): string {
  const over = ['seeds', ...matrix.merged.map(({ title }) => title)].join(', ');
  return [
    `${runs.length} runs in ${record.cells.length} ${record.cells.length === 1 ? 'cell' : 'cells'}`,
    `mean ± standard deviation over ${over}`,
    ...matrix.fixed.map(fixedText),
  ].join(' · ');
}

function matrixTable({ columns, rows, cells, quantity }: SweepMatrix): FigureTable {
  const names = rows ? [columns.key, rows.key] : [columns.key];
  return {
    columns: [
      ...names,
      quantity,
      'standard_deviation',
      'n',
      'failed',
      'not_finite',
      'ended_early',
      'running',
      'waiting',
    ],
    rows: cells.map(({ column, row, spread }) => [
      columns.labels[column]!,
      ...(rows ? [rows.labels[row]!] : []),
      ...[spread.mean, spread.deviation, spread.count],
      ...[spread.failed, spread.notFinite, spread.dropped, spread.running, spread.waiting],
    ]),
  };
}
