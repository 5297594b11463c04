import { csvLine } from '../base/index.ts';
import type { SeriesName } from '../contract/index.ts';
import { positionOf } from './curve.ts';
import type { FigureInput, FigureRecords } from './source.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';

/** Numbers behind a figure. NaN and infinite values stand as they are; null: none. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | string | null)[])[];
}

/** A figure that tells the numbers it shows, none of them thinned. */
export interface TabledFigure extends FigureSpecification {
  readonly table: () => FigureTable;
}

/** A table as a CSV file (RFC 4180). Numbers read back exactly; NaN and ±Infinity stand as they are, an empty field means "none". */
export const tableCsv = ({ columns, rows }: FigureTable): string =>
  [columns, ...rows.map((row) => row.map((value) => value ?? ''))].map(csvLine).join('');

/** Columns of a table of records. */
const recordColumns = ['series', 'iteration', 'coordinate', 'value', 'standard_error', 'examples'] as const;

/** Series whose coordinate is the α of a point on the way to the next iteration. */
const alongUpdates: ReadonlySet<SeriesName> = new Set<SeriesName>([
  'interpolation.loss',
  'interpolation.floor',
  'interpolation.barrier',
]);

/**
 * The records of some series within the window, in the order of the series: nothing is thinned. `at`: of these series only those of
 * one iteration.
 */
export function recordsTable(
  { records }: FigureInput,
  names: readonly SeriesName[],
  { window = [-Infinity, Infinity] }: FigureOptions,
  at: Readonly<Partial<Record<SeriesName, number>>> = {},
): FigureTable {
  const rows = names.flatMap((name) => {
    const columns = records(name);
    const isShown = (row: number): boolean => {
      const iteration = columns.iteration[row]!;
      const place = alongUpdates.has(name) ? positionOf(iteration, columns.coordinate[row]!) : iteration;
      return place >= window[0] && place <= window[1] && iteration === (at[name] ?? iteration);
    };
    return rowsOf(columns)
      .filter(isShown)
      .map((row) => [name, ...recordAt(columns, row)]);
  });
  return { columns: recordColumns, rows };
}

const rowsOf = ({ length }: FigureRecords): number[] => Array.from({ length }, (_, row) => row);

const recordAt = (columns: FigureRecords, row: number): (number | null)[] => [
  columns.iteration[row]!,
  orNull(columns.coordinate[row]!),
  columns.value[row]!,
  columns.standardError[row] ?? null,
  orNull(columns.examples[row]!),
];

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
