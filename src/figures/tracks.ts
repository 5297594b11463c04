import type { Band } from './band.ts';
import { curveOf } from './curve.ts';
import type { Curve, CurveColumns, Joining } from './curve.ts';
import type { FigureRecords } from './source.ts';

/** How one number of a series goes along training. */
export interface Track {
  /** NaN where the series has none. */
  readonly coordinate: number;
  readonly curve: Curve;
  /** Value ± standard error; null where every value is exact, or where points are not joined one to one. */
  readonly band: Band | null;
}

/**
 * One track for each coordinate of a series, by ascending coordinate, over iterations. Values are multiplied by `factor`.
 *
 * @param coordinate only this one
 */
export function tracksOf(
  records: FigureRecords,
  joining: Joining,
  { factor = 1, coordinate }: { readonly factor?: number; readonly coordinate?: number } = {},
): Track[] {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < records.length; row++) {
    const at = records.coordinate[row]!;
    if (coordinate !== undefined && at !== coordinate) continue;
    const known = rows.get(at);
    if (known) known.push(row);
    else rows.set(at, [row]);
  }
  return [...rows]
    .sort(([a], [b]) => a - b)
    .map(([at, members]) => ({ coordinate: at, ...trackOf(records, members, joining, factor) }));
}

function trackOf(
  { iteration, value, standardError }: FigureRecords,
  rows: number[],
  joining: Joining,
  factor: number,
): Omit<Track, 'coordinate'> {
  rows.sort((a, b) => iteration[a]! - iteration[b]!);
  const curve = curveOf(
    {
      length: rows.length,
      iteration: Float64Array.from(rows, (row) => iteration[row]!),
      coordinate: new Float64Array(rows.length).fill(NaN),
      value: Float64Array.from(rows, (row) => factor * value[row]!),
    },
    joining,
  );
  const errors = rows.map((row) => factor * (standardError[row] ?? 0));
  const isJoined = curve.x.length === rows.length;
  if (!isJoined || errors.every((error) => !(error > 0))) return { curve, band: null };
  return {
    curve,
    band: {
      lower: curve.y.map((middle, index) => middle - errors[index]!),
      upper: curve.y.map((middle, index) => middle + errors[index]!),
    },
  };
}

/** The iterations at which a series was measured, within the window, ascending. */
export function measuredIterations({ iteration, length }: CurveColumns, window: readonly [number, number]): number[] {
  const all = new Set(iteration.subarray(0, length));
  return [...all].filter((t) => t >= window[0] && t <= window[1]).sort((a, b) => a - b);
}

/** Coordinates and values of a series at one iteration, by ascending coordinate. */
export function sliceAt(records: FigureRecords, at: number): { coordinates: number[]; values: number[] } {
  const rows = Array.from({ length: records.length }, (_, row) => row).filter((row) => records.iteration[row] === at);
  rows.sort((a, b) => records.coordinate[a]! - records.coordinate[b]!);
  return {
    coordinates: rows.map((row) => records.coordinate[row]!),
    values: rows.map((row) => records.value[row]!),
  };
}
