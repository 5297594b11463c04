import * as Plot from '@observablehq/plot';
import type { Markish, PlotOptions } from '@observablehq/plot';
import type { FittedAxis } from './axis.ts';
import { axisBelow, panelMargins } from './panel.ts';
import type { FigurePanel, LegendEntry } from './specification.ts';
import { textWidth, wrapText } from './text-width.ts';
import type { FigureTheme } from './theme.ts';
import { ticksOf } from './ticks.ts';

/** A panel of named rows over a horizontal axis of numbers. */
export interface RowsContent {
  readonly title: string;
  readonly unit: string | null;
  /** What each row is, from the top. */
  readonly labels: readonly string[];
  readonly x: FittedAxis;
  /** Pixels of a row; rows with longer names are higher. */
  readonly rowHeight: number;
  /** Row i lies at y = i, from i − ½ to i + ½. */
  readonly marks: readonly Markish[];
  readonly legend?: readonly LegendEntry[];
  readonly notes?: readonly string[];
  /** Room to the right of the plot, pixels; default: that of other panels. */
  readonly marginRight?: number;
}

/** Part of a panel that names of rows take at most. */
const widestNames = 0.36;
const lineHeight = 13;

/** Rows below each other, their names on the left, in the common style. */
export function rowsPanel(width: number, theme: FigureTheme, content: RowsContent): FigurePanel {
  const { title, unit, labels, x, marks, legend = [], notes = [], marginRight = panelMargins.right } = content;
  const names = labels.map((label) => wrapText(label, widestNames * width));
  const lines = Math.max(1, ...names.map(({ length }) => length));
  const rowHeight = Math.max(content.rowHeight, lineHeight * lines + 6);
  const marginBottom = panelMargins.bottom + (x.label === null ? 0 : 16);
  const height = rowHeight * labels.length + panelMargins.top + marginBottom;
  const marginLeft = Math.ceil(Math.max(40, ...names.flat().map((name) => textWidth(name))) + 30);
  const plot: PlotOptions = {
    width,
    height,
    marginLeft,
    marginRight,
    marginTop: panelMargins.top,
    marginBottom,
    x: { type: x.scale, domain: [...x.domain], label: null },
    y: { domain: [labels.length - 0.5, -0.5], label: null },
    marks: [
      Plot.gridX({ stroke: theme.grid, strokeOpacity: 1, ticks: ticksOf(x, ticksAcross(width - marginLeft)) }),
      ...marks,
      axisBelow(theme, x, width - marginLeft, x.label !== null),
      Plot.axisY({
        color: theme.ink,
        tickSize: 0,
        tickPadding: 10,
        ticks: labels.map((_, index) => index),
        tickFormat: (_: number, index: number) => names[index]!.join('\n'),
        label: null,
      }),
    ],
  };
  return { title, unit, legend, notes, plot, height };
}

const ticksAcross = (width: number): number => Math.max(3, Math.round(width / 90));

/** Offsets of `count` items within a row, from the top, in rows: evenly over its inner part. */
export const offsetsIn = (count: number, part = 0.6): number[] =>
  Array.from({ length: count }, (_, index) => (count === 1 ? 0 : part * (index / (count - 1) - 0.5)));
