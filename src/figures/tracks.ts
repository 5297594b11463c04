import type { Band } from './band.ts';
import { columnOf, curveOf } from './curve.ts';
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

interface TrackOptions {
  /** What values are multiplied by; default: 1. */
  readonly factor?: number;
  /** Only this coordinate; default: all. */
  readonly coordinate?: number;
}

/** Tracks of records that were asked for before, by what was asked. */
const made = new WeakMap<FigureRecords, Map<string, readonly Track[]>>();

/**
 * One track for each coordinate of a series, by ascending coordinate, over iterations. The same records give the same tracks, so
 * that they must not be changed afterwards.
 */
export function tracksOf(records: FigureRecords, joining: Joining, options: TrackOptions = {}): readonly Track[] {
  const { factor = 1, coordinate } = options;
  const known = made.get(records) ?? new Map<string, readonly Track[]>();
  made.set(records, known);
  const key = `${joining} ${factor} ${coordinate ?? 'all'}`;
  const tracks = known.get(key) ?? makeTracks(records, joining, factor, coordinate);
  known.set(key, tracks);
  return tracks;
}

function makeTracks(records: FigureRecords, joining: Joining, factor: number, coordinate?: number): Track[] {
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
  const isAscending = rows.every((row, index) => index === 0 || iteration[row]! >= iteration[rows[index - 1]!]!);
  if (!isAscending) rows.sort((a, b) => iteration[a]! - iteration[b]!);
  const curve = curveOf(
    {
      length: rows.length,
      iteration: columnOf(rows.length, (index) => iteration[rows[index]!]!),
      coordinate: new Float64Array(rows.length).fill(NaN),
      value: columnOf(rows.length, (index) => factor * value[rows[index]!]!),
    },
    joining,
  );
  const isJoined = curve.x.length === rows.length;
  if (!isJoined || !rows.some((row) => factor * (standardError[row] ?? 0) > 0)) return { curve, band: null };
  const errors = rows.map((row) => factor * (standardError[row] ?? 0));
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
