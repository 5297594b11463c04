import type { RunFile, SeriesName } from '../contract/index.ts';
import type { Curve, CurveColumns, Joining } from './curve.ts';

/** Records of one series as columns. NaN in `examples` means "none"; an exact value has the standard error null. */
export interface FigureRecords extends CurveColumns {
  readonly standardError: readonly (number | null)[];
  readonly examples: Float64Array;
}

/** Where a figure's data come from: a run's reader, or anything with the same two methods. */
export interface FigureSource {
  file(): RunFile;
  /** All records of a series. */
  records(series: SeriesName): FigureRecords;
}

/** What a figure is made from. */
export interface FigureInput {
  readonly run: RunFile;
  readonly title: string;
  readonly subtitle: string;
  /** All records of a series that the figure names. */
  readonly records: (series: SeriesName) => FigureRecords;
  readonly required: (series: SeriesName, joining: Joining) => Curve;
  /** Null: the run did not record it. */
  readonly optional: (series: SeriesName, joining: Joining) => Curve | null;
}
