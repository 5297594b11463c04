import { canShow, scaled, type Domain, type Scale } from '../axis.ts';
import { sequenceColor } from '../groups.ts';
import type { FigureTheme } from '../theme.ts';
import type { MatrixCell, SweepMatrix } from './matrix-cells.ts';

/** A cell as it is drawn. */
export interface PlacedCell extends MatrixCell {
  /** Its place in the panel's plot, pixels from its upper left corner. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** What the colours of values are. */
export interface ColorRange {
  readonly scale: Scale;
  /** Null where no value can be coloured. */
  readonly range: Domain | null;
}

/** The colour of a mean; null where the scale cannot show it. */
export function colorOf(value: number, { scale, range }: ColorRange, theme: FigureTheme): string | null {
  if (!range || !canShow(scale, value)) return null;
  const [low, high] = range.map((end) => scaled(scale, end)) as [number, number];
  return sequenceColor(theme, high > low ? (scaled(scale, value) - low) / (high - low) : 1);
}

/** Where the cells of a matrix stand in its plot, pixels, and what their colours mean. */
export interface MatrixFrame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
  readonly counts: { readonly x: number; readonly y: number };
  readonly theme: FigureTheme;
  readonly colors: ColorRange;
}

/** The cells with their places in the plot. */
export function placesOf({ cells, rows }: SweepMatrix, frame: MatrixFrame): PlacedCell[] {
  const { left, top, cellWidth, cellHeight, counts } = frame;
  const isUpwards = rows?.isNumeric !== false;
  return cells.map((cell) => ({
    ...cell,
    box: {
      x: left + cell.column * cellWidth,
      y: top + (isUpwards ? counts.y - 1 - cell.row : cell.row) * cellHeight,
      width: cellWidth,
      height: cellHeight,
    },
  }));
}

/** Whether a mean lacks runs that will never have a value. */
export const isPartial = ({ spread: { mean, failed, notFinite } }: MatrixCell): boolean =>
  mean !== null && failed + notFinite > 0;
