import { decimateRows, isBroken, type Grid, type Joining, type RowColumns } from '../../../src/figures/index.ts';

type ColumnName = 'x' | 'y' | 'iteration' | 'coordinate';

/** The rows that the columns of a screen need (see `decimateRows`). */
export function thinned(rows: RowColumns, grid: Grid): RowColumns {
  const kept = decimateRows(rows, grid);
  const column = (name: ColumnName): Float64Array => Float64Array.from(kept, (row) => rows[name][row]!);
  return {
    length: kept.length,
    x: column('x'),
    y: column('y'),
    iteration: column('iteration'),
    coordinate: column('coordinate'),
  };
}

/** Rows one after the other, with a break between them where the curve has one. */
export function joinedRows(before: RowColumns, after: RowColumns, joining: Joining): RowColumns {
  if (after.length === 0) return before;
  if (before.length === 0) return after;
  const end = before.length - 1;
  const isApart = isBroken(joining, before.iteration[end]!, after.iteration[0]!);
  const length = before.length + (isApart ? 1 : 0) + after.length;
  const column = (name: ColumnName, atBreak: number): Float64Array => {
    const values = new Float64Array(length);
    values.set(before[name].subarray(0, before.length));
    if (isApart) values[before.length] = atBreak;
    values.set(after[name].subarray(0, after.length), length - after.length);
    return values;
  };
  return {
    length,
    x: column('x', (before.x[end]! + after.x[0]!) / 2),
    y: column('y', NaN),
    iteration: column('iteration', NaN),
    coordinate: column('coordinate', NaN),
  };
}

/** The rows of iterations below `iteration`. */
export function rowsBefore(rows: RowColumns, iteration: number): RowColumns {
  let length = rows.length;
  while (length > 0 && !(rows.iteration[length - 1]! < iteration)) length--;
  return length === rows.length ? rows : { ...rows, length };
}

export const noRows: RowColumns = {
  length: 0,
  x: new Float64Array(0),
  y: new Float64Array(0),
  iteration: new Float64Array(0),
  coordinate: new Float64Array(0),
};
