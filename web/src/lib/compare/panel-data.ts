import type { Band } from '../../../../src/figures/index.ts';
import type { Range } from '../windows.ts';
import type { CurveData, OffScaleCounts } from './picture.ts';

/** A run's curve in a window, thinned to minimum and maximum of each pixel, with the counts of all its values there. */
export interface RunWindow extends CurveData {
  readonly counts: OffScaleCounts;
  /** Values in the window, drawn or not. */
  readonly inWindow: number;
  /** Ends of the whole curve; NaN where it has no value. */
  readonly first: number;
  readonly last: number;
}

/** The mean of a group in a window, one row for each pixel that has one. */
export interface MeanWindow {
  readonly data: CurveData;
  readonly band: Band | null;
  /** Runs behind each row: those with finite values there. */
  readonly counts: Float64Array;
  /** Runs that each row leaves out, since they have a NaN or an infinity there. */
  readonly leftOut: Float64Array;
}

/** What the server told of one panel. */
export interface PanelData {
  /** By run. */
  readonly windows: ReadonlyMap<string, RunWindow>;
  /** By label of the group. */
  readonly means: ReadonlyMap<string, MeanWindow>;
  /** Why there is nothing of a run, by its name. */
  readonly problems: ReadonlyMap<string, string>;
  /** From the first to the last place of all its curves, in the window or not; null: they have none. */
  readonly extent: Range | null;
}

export const noPanelData: PanelData = { windows: new Map(), means: new Map(), problems: new Map(), extent: null };
