import { clockOf, type RunFile, type SeriesName } from '../../contract/index.ts';
import type { SeriesColumns } from '../core/index.ts';

/** Everything that a run recorded: its file and each series, none of it thinned. */
export interface Recording {
  readonly file: RunFile;
  readonly series: ReadonlyMap<SeriesName, SeriesColumns>;
}

/** Columns of the tables that are exported, in their order. */
export const tableColumns = [
  'series',
  'iteration',
  'epoch',
  'coordinate',
  'value',
  'standard_error',
  'examples',
] as const;

/** Epochs done at each record, with the share of the one that has begun. */
export function epochs(columns: SeriesColumns, file: RunFile): Float64Array<ArrayBuffer> {
  const clock = clockOf(file);
  return columns.iteration.map((iteration) => clock.epochs(iteration));
}

/** Number of records. */
export const countRows = (recording: Recording): number =>
  [...recording.series.values()].reduce((sum, columns) => sum + columns.length, 0);
