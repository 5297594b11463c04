import type { CurveWindowFacts } from '../../../src/contract/index.ts';
import type { Grid, RowColumns, SeriesPoint } from '../../../src/figures/index.ts';

/** Records of which no line can show anything, by kind. */
export type Unshown = Pick<CurveWindowFacts, 'notANumber' | 'infinite' | 'negativeInfinite' | 'notPositive'>;

/** What a plot can draw, and a reader can point at. */
export interface PlottedCurve {
  /** Number of records. */
  readonly points: number;
  /** Smallest and largest `x`, or null while there is none. */
  readonly extent: readonly [first: number, last: number] | null;
  readonly last: SeriesPoint | null;
  /** A view of the curve for one plot, which may stand at another window than other plots of the same curve. */
  lens(): CurveLens;
}

/** A curve as one plot sees it. */
export interface CurveLens {
  /** What the columns of the screen show: rows thinned to the minimum and maximum of each. */
  rows(grid: Grid): RowColumns;
  /** The record nearest to `x` among those that were shown last; null when there is none within `within`. */
  nearest(x: number, within: number): SeriesPoint | null;
  /** Records in the window that was shown last of which no line can show anything; null while that is being asked. */
  readonly unshown: Unshown | null;
  /** Whether what was shown last is as fine as the screen; otherwise a finer picture follows. */
  readonly isSharp: boolean;
  close(): void;
}

/** No record that a line could not show. */
export const nothingUnshown: Unshown = { notANumber: 0, infinite: 0, negativeInfinite: 0, notPositive: 0 };
