import { randomStream } from '../base/index.ts';
import { requireWhole, wrongUse } from './check.ts';

/** Points of d dimensions: the states of all chains at one time, starts, end points. */
export interface Points {
  /** n */
  readonly count: number;
  /** d */
  readonly dimension: number;
  /** Row by row: coordinate j of point i at `i·d + j`. */
  readonly coordinates: Float64Array<ArrayBuffer>;
}

/** K: a lower and an upper bound for each coordinate. */
export interface Box {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** `[low, high]^d` */
export const cube = (low: number, high: number, dimension: number): Box => ({
  low: new Array<number>(dimension).fill(low),
  high: new Array<number>(dimension).fill(high),
});

/** Throws `USAGE` unless the box has bounds low < high for each of `dimension` coordinates. */
export function requireBox(subject: string, { low, high }: Box, dimension: number): void {
  if (low.length !== dimension || high.length !== dimension)
    throw wrongUse(subject, `a box of ${dimension} dimensions`, `bounds of ${low.length} and ${high.length}`);
  const flat = low.findIndex((bound, axis) => !(bound < high[axis]!));
  if (flat >= 0) throw wrongUse(subject, `low < high along axis ${flat}`, `[${low[flat]!}, ${high[flat]!}]`);
}

/** Points from rows of coordinates. Throws `USAGE` for no rows, or rows of different lengths. */
export function pointsOf(rows: readonly (readonly number[])[]): Points {
  const dimension = rows[0]?.length ?? 0;
  if (dimension === 0) throw wrongUse('points', 'at least one point of at least one coordinate', 'none');
  const uneven = rows.find((row) => row.length !== dimension);
  if (uneven) throw wrongUse('points', `rows of ${dimension} coordinates`, `one of ${uneven.length}`);
  return { count: rows.length, dimension, coordinates: Float64Array.from(rows.flat()) };
}

/** The same point `count` times: independent chains from one start. */
export const repeated = (point: readonly number[], count: number): Points => {
  requireWhole('repeated', 'points', count, 1);
  return pointsOf(new Array<readonly number[]>(count).fill(point));
};

/** `count` points drawn uniformly from the box, from the stream of `seed` for starts. Throws `USAGE`. */
export function uniformPoints(box: Box, count: number, seed: number): Points {
  const dimension = box.low.length;
  requireBox('uniform points', box, dimension);
  requireWhole('uniform points', 'points', count, 1);
  const stream = randomStream(seed, 'theory', 'starts');
  const coordinates = new Float64Array(count * dimension);
  for (let index = 0; index < coordinates.length; index++) {
    const axis = index % dimension;
    coordinates[index] = box.low[axis]! + (box.high[axis]! - box.low[axis]!) * stream.uniform();
  }
  return { count, dimension, coordinates };
}

/** Coordinate `axis` of all points. */
export const coordinate = ({ count, dimension, coordinates }: Points, axis: number): Float64Array<ArrayBuffer> =>
  Float64Array.from({ length: count }, (_, point) => coordinates[point * dimension + axis]!);

/** Point `index` as a list of its coordinates. */
export const pointAt = ({ dimension, coordinates }: Points, index: number): Float64Array =>
  coordinates.subarray(index * dimension, (index + 1) * dimension);

/** Points of several sets, one set after the other. Throws `USAGE` for none, or different dimensions. */
export function joinPoints(sets: readonly Points[]): Points {
  const [first] = sets;
  if (!first) throw wrongUse('points', 'at least one set', 'none');
  const { dimension } = first;
  const other = sets.find((set) => set.dimension !== dimension);
  if (other) throw wrongUse('points', `sets of ${dimension} dimensions`, `one of ${other.dimension}`);
  const count = sets.reduce((total, set) => total + set.count, 0);
  const coordinates = new Float64Array(count * dimension);
  sets.reduce((at, set) => (coordinates.set(set.coordinates, at), at + set.coordinates.length), 0);
  return { count, dimension, coordinates };
}
