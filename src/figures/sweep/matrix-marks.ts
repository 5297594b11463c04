import * as Plot from '@observablehq/plot';
import type { Markish } from '@observablehq/plot';
import type { FinalQuantity } from '../../contract/index.ts';
import { cutText, textWidth } from '../text-width.ts';
import type { FigureTheme } from '../theme.ts';
import type { MatrixSide } from './axes.ts';
import type { MatrixCell, SweepMatrix } from './matrix-cells.ts';
import { colorOf, isPartial, type MatrixFrame } from './matrix-frame.ts';
import { quantityText } from './quantities.ts';
import type { RunSpread } from './spread.ts';

export function cellMarks(cells: readonly MatrixCell[], quantity: FinalQuantity, frame: MatrixFrame): Markish[] {
  const { theme, colors } = frame;
  const fill = ({ spread }: MatrixCell): string =>
    (spread.mean === null ? null : colorOf(spread.mean, colors, theme)) ?? theme.grid;
  return [
    Plot.rect(
      { length: cells.length },
      {
        x1: cells.map(({ column }) => column),
        x2: cells.map(({ column }) => column + 1),
        y1: cells.map(({ row }) => row),
        y2: cells.map(({ row }) => row + 1),
        fill: cells.map(fill),
        stroke: theme.background,
        strokeWidth: frame.cellWidth > 12 && frame.cellHeight > 12 ? 1.5 : 0.5,
        title: cells.map(({ words }) => words),
      },
    ),
    ...textMarks(cells, quantity, frame, fill),
    cornerMark(cells, frame),
  ];
}

/** What a cell says, from its middle: what fits of value, spread and number of runs, or the sign of why it has none. */
function textMarks(
  cells: readonly MatrixCell[],
  quantity: FinalQuantity,
  { cellWidth, cellHeight, theme }: MatrixFrame,
  fill: (cell: MatrixCell) => string,
): Markish[] {
  const said = cells.flatMap((cell) => {
    const isSign = cell.spread.mean === null;
    const lines = linesOf(cell.spread, quantity).filter((line) => textWidth(line) <= cellWidth - (isSign ? 0 : 6));
    const shown = lines.slice(
      0,
      Math.max(isSign || cellHeight >= 12 ? 1 : 0, Math.floor((cellHeight - 4) / lineHeight)),
    );
    return shown.map((text, index) => ({
      cell,
      text,
      color: textColorOn(fill(cell), theme),
      at: lineHeight * (index - (shown.length - 1) / 2),
    }));
  });
  return [...new Set(said.map(({ at }) => at))].map((at) => {
    const own = said.filter((each) => each.at === at);
    return Plot.text(
      { length: own.length },
      {
        x: own.map(({ cell }) => cell.column + 0.5),
        y: own.map(({ cell }) => cell.row + 0.5),
        text: own.map(({ text }) => text),
        fill: own.map(({ color }) => color),
        dy: at,
        // Whoever points at the words points at the cell.
        pointerEvents: 'none',
      },
    );
  });
}

function linesOf(spread: RunSpread, quantity: FinalQuantity): string[] {
  const { mean, deviation, count } = spread;
  if (mean === null) return [signOf(spread)];
  const reach = deviation === null ? [] : [`± ${quantityText(quantity, deviation, 2)}`];
  return [quantityText(quantity, mean), ...reach, `N = ${count}`];
}

/** The sign of a cell without a value: the worst of what its runs came to, as the legend explains it. */
function signOf({ failed, notFinite, dropped, running }: RunSpread): string {
  if (running > 0) return '…';
  if (failed > 0) return '×';
  if (notFinite > 0) return '∞';
  return dropped > 0 ? '⊣' : '·';
}

function cornerMark(cells: readonly MatrixCell[], { cellWidth, cellHeight, theme }: MatrixFrame): Markish {
  const partial = cells.filter(isPartial);
  const reach = Math.min(10, cellWidth / 2, cellHeight / 2);
  return Plot.text(
    { length: partial.length },
    {
      x: partial.map(({ column }) => column + 0.5),
      y: partial.map(({ row }) => row + 0.5),
      dx: cellWidth / 2 - reach * 0.7,
      dy: -(cellHeight / 2 - reach * 0.7),
      text: partial.map(() => '◥'),
      fontSize: reach,
      fill: theme.floor,
      stroke: theme.background,
      strokeWidth: 2,
      pointerEvents: 'none',
    },
  );
}

/** Ink or paper, whichever stands out more from a colour. */
export function textColorOn(color: string, { name, ink, background }: FigureTheme): string {
  const [dark, light] = name === 'dark' ? [background, ink] : [ink, background];
  const luminance = luminanceOf(color);
  const contrast = (other: number): number => (Math.max(luminance, other) + 0.05) / (Math.min(luminance, other) + 0.05);
  return contrast(luminanceOf(dark)) >= contrast(luminanceOf(light)) ? dark : light;
}

/** Relative luminance of sRGB (WCAG 2). */
function luminanceOf(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((start) => {
    const share = parseInt(color.slice(start, start + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Names and labels of both sides. */
export function sideMarks(
  { columns, rows }: SweepMatrix,
  { theme, cellWidth, cellHeight, left }: MatrixFrame,
): Markish[] {
  const common = { color: theme.muted, tickSize: 0, labelArrow: 'none', labelAnchor: 'center' } as const;
  const across = shownLabels(columns, cellWidth);
  const upwards = rows ? everyOf(rows, Math.ceil(lineHeight / cellHeight)) : [];
  const room = left - nameRoom - 14;
  return [
    Plot.axisX({
      ...common,
      label: columns.title,
      labelOffset: 38,
      ticks: across.map(({ place }) => place + 0.5),
      tickFormat: (_: number, index: number) => across[index]!.text,
    }),
    Plot.axisY({
      ...common,
      label: rows?.title ?? null,
      labelOffset: left - 4,
      ticks: upwards.map(({ place }) => place + 0.5),
      tickFormat: (_: number, index: number) => cutText(upwards[index]!.text, room),
    }),
  ];
}

const lineHeight = 14;
/** Room for the name of the side, pixels. */
export const nameRoom = 20;
/** Words this long are cut rather than left out. */
const wordRoom = 64;

interface ShownLabel {
  readonly place: number;
  readonly text: string;
}

/** The first label and every `step`-th after it. */
const everyOf = ({ labels }: MatrixSide, step: number): ShownLabel[] =>
  labels.flatMap((text, place) => (place % step === 0 ? [{ place, text }] : []));

/** As many labels below the columns as do not run into each other; long ones are cut. */
function shownLabels(side: MatrixSide, room: number): ShownLabel[] {
  const longest = Math.max(0, ...side.labels.map((label) => textWidth(label) + 8));
  const step = Math.ceil(Math.min(longest, Math.max(room, wordRoom)) / room);
  return everyOf(side, step).map(({ place, text }) => ({ place, text: cutText(text, step * room - 6) }));
}
