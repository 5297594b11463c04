import { meanEstimate } from '../statistics/index.ts';
import type { BandKind, GroupMean } from '../contract/index.ts';
import { scaled } from './axis.ts';
import { lowerBound } from './curve.ts';
import type { RowColumns } from './curve-rows.ts';
import { upperBound, type Grid } from './decimate.ts';

/** What the records of a run in one column of the screen come to. */
interface Cell {
  readonly value: number;
  readonly x: number;
}

/**
 * The mean of several runs in each column of the screen, `m = (1/N) Σ_r v_r`, where `v_r` is the mean of the values that run r
 * has in the column, and N the number of runs that have any there. Nothing is held or interpolated: a run that was not measured
 * in a column does not count in it, so that N changes where runs have different lengths or were measured elsewhere. A run with a NaN or
 * ±∞ in a column is left out of its mean and counted in `notFinite`. The band is over runs: ± s with divisor N − 1, ± s/√N, or Student's
 * 95 % interval; there is none (NaN) for N = 1. Columns without any record have no row.
 */
export function groupMean(label: string, curves: readonly RowColumns[], grid: Grid, band: BandKind): GroupMean {
  const columns = curves.map((curve) => cellsOf(curve, grid));
  const rows: number[][] = [];
  for (let column = 0; column < grid.pixels; column++) {
    const cells = columns.flatMap((cells) => cells.get(column) ?? []);
    if (cells.length === 0) continue;
    const finite = cells.filter(({ value }) => Number.isFinite(value)).map(({ value }) => value);
    const x = cells.reduce((sum, cell) => sum + cell.x, 0) / cells.length;
    rows.push([x, ...meanAndBand(finite, band), finite.length, cells.length - finite.length]);
  }
  const take = (index: number): Float64Array => Float64Array.from(rows, (row) => row[index]!);
  return {
    label,
    length: rows.length,
    x: take(0),
    mean: take(1),
    low: take(2),
    high: take(3),
    count: take(4),
    notFinite: take(5),
  };
}

function meanAndBand(values: readonly number[], band: BandKind): [mean: number, low: number, high: number] {
  if (values.length < 2) return [values[0] ?? NaN, NaN, NaN];
  const { mean, standardDeviation, standardError, interval } = meanEstimate(values);
  switch (band) {
    case 'none':
      return [mean, NaN, NaN];
    case 'deviation':
      return [mean, mean - standardDeviation, mean + standardDeviation];
    case 'error':
      return [mean, mean - standardError, mean + standardError];
    case 'interval':
      return [mean, ...interval];
  }
}

/** What a run has in each column of the screen in which it has a record: its mean value and mean place. */
function cellsOf(
  { x, y, iteration, length }: RowColumns,
  { from, to, pixels, x: scale = 'linear' }: Grid,
): Map<number, Cell> {
  const origin = scaled(scale, from);
  const width = pixels / (scaled(scale, to) - origin || 1);
  const cells = new Map<number, Cell>();
  const end = upperBound(x, to, length);
  let [column, sum, places, count] = [-1, 0, 0, 0];
  const close = (): unknown => count > 0 && cells.set(column, { value: sum / count, x: places / count });
  for (let row = lowerBound(x, from, length); row < end; row++) {
    if (Number.isNaN(iteration[row]!)) continue;
    const at = Math.min(pixels - 1, Math.floor((scaled(scale, x[row]!) - origin) * width));
    if (at !== column) {
      close();
      [column, sum, places, count] = [at, 0, 0, 0];
    }
    sum += y[row]!;
    places += x[row]!;
    count++;
  }
  close();
  return cells;
}
