import { sameShape, type Shape } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { apply, axisOf, explained } from '../apply.ts';
import { shapeError } from '../infer.ts';
import { reshape } from './basic.ts';

/** Axes in another order; by default reversed. */
export function transpose(x: Tensor, order?: readonly number[]): Tensor {
  const permutation = order ?? x.shape.map((_, axis) => x.rank - 1 - axis);
  return apply('Transpose', [x], { order: permutation });
}

/** A range along each axis, as full-rank lists. `ends` is exclusive; a negative step runs backwards, then an end of −1 includes index 0. */
export interface SliceRange {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly steps: readonly number[];
}

/** The elements that `range` selects. */
export function sliceRange(x: Tensor, range: SliceRange): Tensor {
  return apply('Slice', [x], { starts: range.starts, ends: range.ends, steps: range.steps });
}

/** Elements `start, start+step, …` below `end` along one axis. */
export function slice(x: Tensor, axis: number, start: number, end: number, step = 1): Tensor {
  const along = axisOf('Slice', x, axis);
  const zeros = x.shape.map(() => 0);
  const ones = x.shape.map(() => 1);
  return sliceRange(x, {
    starts: zeros.with(along, start),
    ends: x.shape.with(along, end),
    steps: ones.with(along, step),
  });
}

/** Elements along `axes` in reverse order. */
export function flip(x: Tensor, axes: readonly number[]): Tensor {
  const flipped = new Set(axes.map((axis) => axisOf('Slice', x, axis)));
  return sliceRange(x, {
    starts: x.shape.map((size, axis) => (flipped.has(axis) ? size - 1 : 0)),
    ends: x.shape.map((size, axis) => (flipped.has(axis) ? -1 : size)),
    steps: x.shape.map((_, axis) => (flipped.has(axis) ? -1 : 1)),
  });
}

/** `value` before and after the elements of each axis. */
export function pad(x: Tensor, before: readonly number[], after: readonly number[], value = 0): Tensor {
  return apply('Pad', [x], { before, after, value });
}

/** Tensors one after the other along `axis`. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  const first = tensors[0] ?? explained('Concat', [], () => shapeError('at least one tensor'));
  return apply('Concat', tensors, { axis: axisOf('Concat', first, axis) });
}

/** Tensors of one shape along a new axis. */
export function stack(tensors: readonly Tensor[], axis: number): Tensor {
  const inserted = (shape: Shape): Shape => shape.toSpliced(axis < 0 ? axis + shape.length + 1 : axis, 0, 1);
  return concat(
    tensors.map((tensor) => reshape(tensor, inserted(tensor.shape))),
    axis,
  );
}

/** `steps[a] − 1` zeros between neighbours along each axis: the transpose of a strided slice. */
export function dilate(x: Tensor, steps: readonly number[]): Tensor {
  if (steps.every((step) => step === 1)) return x;
  const split = x.shape.flatMap((size) => [size, 1]);
  const none = split.map(() => 0);
  const after = steps.flatMap((step) => [0, step - 1]);
  const spread = reshape(
    pad(reshape(x, split), none, after),
    x.shape.map((size, axis) => size * steps[axis]!),
  );
  const ends = x.shape.map((size, axis) => (size - 1) * steps[axis]! + 1);
  if (sameShape(spread.shape, ends)) return spread;
  return sliceRange(spread, { starts: ends.map(() => 0), ends, steps: ends.map(() => 1) });
}

/** Rows of `x` along `axis`, picked by an int64 tensor of indices: `out[…, i, …] = x[…, indices[i], …]`. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return apply('Gather', [x, indices], { axis: axisOf('Gather', x, axis) });
}
