import type { RecordColumns } from '../../src/contract/index.ts';

/** Columns of records given as [seq, iteration, coordinate, value]. */
export const columns = (
  ...rows: readonly (readonly [number, number, number | null, RecordColumns['value'][number]])[]
): RecordColumns => ({
  seq: rows.map((row) => row[0]),
  iteration: rows.map((row) => row[1]),
  coordinate: rows.map((row) => row[2]),
  value: rows.map((row) => row[3]),
  standardError: rows.map(() => null),
  examples: rows.map(() => null),
});
