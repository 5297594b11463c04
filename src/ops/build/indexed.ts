import { hostTensor } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { apply, axisOf } from '../apply.ts';
import { cast, constant, expand, onesLike, range, reshape } from './basic.ts';
import { add, equal, greater, mul, neg, where } from './elementwise.ts';
import { concat, gather } from './movement.ts';

/** Elements chosen by indices, and running sums. Indices may be negative: they count from the back. */

/** `out[.., i, ..] = x[.., indices[.., i, ..], ..]` along one axis; `indices` int64 has the rank of x. */
export const gatherElements = (x: Tensor, indices: Tensor, axis = 0): Tensor =>
  apply('GatherElements', [x, indices], { axis: axisOf('GatherElements', x, axis) });

/**
 * Blocks of x named by rows of coordinates: `out[i, ..] = x[indices[i, 0], …, indices[i, k−1], ..]` for indices […, k].
 * The first `batchDims` axes of both are the same and not named.
 */
export const gatherND = (x: Tensor, indices: Tensor, batchDims = 0): Tensor =>
  apply('GatherND', [x, withBatch(indices, batchDims)], { axis: 0 });

/** Coordinates with those of the first axes in front. */
function withBatch(indices: Tensor, batchDims: number): Tensor {
  const rows = [...indices.shape.slice(0, -1), 1];
  const own = Array.from({ length: batchDims }, (_, axis) => {
    const along = rows.map((_size, other) => (other === axis ? -1 : 1));
    return expand(reshape(range(rows[axis]!, 'int64'), along), rows);
  });
  return own.length === 0 ? indices : concat([...own, indices], -1);
}

export interface ScatterOptions {
  /** Add to what is there; default: replace it, then no two indices may name the same element. */
  readonly add?: boolean;
}

/** `data` with added updates, or with updates in place of what the indices name. */
function merged(data: Tensor, updates: Tensor, place: (updates: Tensor) => Tensor, options: ScatterOptions): Tensor {
  if (options.add) return add(data, place(updates));
  const isNamed = greater(place(onesLike(updates)), 0);
  return where(isNamed, place(updates), data);
}

/** `data` with `updates` where `indices` say, as {@link gatherElements} reads them. */
export function scatterElements(
  data: Tensor,
  indices: Tensor,
  updates: Tensor,
  { axis = 0, ...options }: ScatterOptions & { readonly axis?: number } = {},
): Tensor {
  const along = axisOf('ScatterElements', data, axis);
  const place = (values: Tensor): Tensor =>
    apply('ScatterElements', [indices, values], { axis: along, shape: data.shape });
  return merged(data, updates, place, options);
}

/** `data` with `updates` where rows of coordinates say, as {@link gatherND} reads them. */
export function scatterND(data: Tensor, indices: Tensor, updates: Tensor, options: ScatterOptions = {}): Tensor {
  const place = (values: Tensor): Tensor => apply('ScatterND', [indices, values], { axis: 0, shape: data.shape });
  return merged(data, updates, place, options);
}

/** Running sum along an axis; `exclusive` leaves out the element itself, `reverse` begins at the end. */
export const cumulativeSum = (x: Tensor, axis: number, { exclusive = false, reverse = false } = {}): Tensor =>
  apply('CumSum', [x], { axis: axisOf('CumSum', x, axis), exclusive, reverse });

export interface ArgOptions {
  /** Default 0. */
  readonly axis?: number;
  /** Keep the axis with size 1; default: false. */
  readonly keep?: boolean;
  /** Of equal elements the last one instead of the first; default: false. */
  readonly last?: boolean;
}

/** Where the largest element along an axis is: int64, without derivative. */
export function argMax(x: Tensor, { axis = 0, keep = false, last = false }: ArgOptions = {}): Tensor {
  const along = axisOf('ArgMax', x, axis);
  const kept = apply('ArgMax', [x], { axis: along, last });
  return keep ? kept : reshape(kept, x.shape.toSpliced(along, 1));
}

/** Where the smallest element along an axis is: int64, without derivative. */
export const argMin = (x: Tensor, options: ArgOptions = {}): Tensor => argMax(neg(x), options);

/** 1 at the first largest element along an axis, else 0; its derivative is zero. */
export function hardmax(x: Tensor, axis = -1): Tensor {
  const along = axisOf('ArgMax', x, axis);
  const places = reshape(
    range(x.shape[along]!, 'int64'),
    x.shape.map((_, other) => (other === along ? -1 : 1)),
  );
  return cast(equal(argMax(x, { axis: along, keep: true }), places), x.dtype);
}

/**
 * The k largest (or smallest) elements along an axis in order, and where they are (int64). Of equal ones the first comes
 * first; the derivative goes to the elements that were chosen.
 */
export function topK(
  x: Tensor,
  k: number,
  { axis = -1, largest = true }: { readonly axis?: number; readonly largest?: boolean } = {},
): { values: Tensor; indices: Tensor } {
  const along = axisOf('TopIndices', x, axis);
  const indices = apply('TopIndices', [largest ? x : neg(x)], { axis: along, k });
  return { values: gatherElements(x, indices, along), indices };
}

/** Values between elements along an axis, at fractional places in [0, size − 1]: linear interpolation. */
export function interpolate(x: Tensor, axis: number, places: readonly number[]): Tensor {
  const along = axisOf('Gather', x, axis);
  const last = x.shape[along]! - 1;
  const clamped = places.map((place) => Math.min(Math.max(place, 0), last));
  const below = clamped.map(Math.floor);
  const share = clamped.map((place, index) => place - below[index]!);
  const picked = (indices: readonly number[]): Tensor =>
    gather(x, constant(hostTensor('int64', [indices.length], indices)), along);
  const shape = x.shape.map((_, other) => (other === along ? places.length : 1));
  const weights = (values: readonly number[]): Tensor => constant(hostTensor(x.dtype, shape, values));
  if (share.every((part) => part === 0)) return picked(below);
  const above = below.map((index) => Math.min(index + 1, last));
  return add(mul(picked(below), weights(share.map((part) => 1 - part))), mul(picked(above), weights(share)));
}
