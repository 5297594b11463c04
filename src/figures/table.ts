import { csvLine } from '../base/index.ts';
import type { SeriesName } from '../contract/index.ts';
import { positionOf } from './curve.ts';
import type { FigureInput, FigureRecords } from './source.ts';
import type { FigureOptions, FigureSpecification } from './specification.ts';

/** What stands in a field of a table. */
export type TableValue = number | string | null;

/** Numbers behind a figure. NaN and infinite values stand as they are; null: none. */
export interface FigureTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableValue[])[];
}

/** A figure that tells the numbers it shows, none of them thinned. */
export interface TabledFigure extends FigureSpecification {
  readonly table: () => FigureTable;
}

/** A table as a CSV file (RFC 4180). Numbers read back exactly; NaN and ±Infinity stand as they are, an empty field means "none". */
export const tableCsv = ({ columns, rows }: FigureTable): string =>
  [columns, ...rows.map((row) => row.map((value) => value ?? ''))].map(csvLine).join('');

/** Significant digits of numbers behind drawings: float32 reads back exactly from nine. */
const digitsDrawn = 9;

/** The numbers of a figure as a CSV file, to nine significant digits: a report has many of them. */
export function drawnCsv(figure: TabledFigure): string {
  const { columns, rows } = figure.table();
  const rounded = (value: TableValue): TableValue =>
    typeof value === 'number' ? Number(value.toPrecision(digitsDrawn)) : value;
  return tableCsv({ columns, rows: rows.map((row) => row.map(rounded)) });
}

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
