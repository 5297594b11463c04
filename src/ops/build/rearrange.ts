import { hostTensor, type DType, type Shape } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { apply, axisOf, explained } from '../apply.ts';
import { attributeError, shapeError } from '../infer.ts';
import { constant, expand, reshape } from './basic.ts';
import { where } from './elementwise.ts';
import { slice, transpose } from './movement.ts';

/** Rearrangements made of reshaping, transposing and slicing. */

/** `x` repeated along each axis, as whole: NumPy's `tile` with one number for each axis. */
export function tile(x: Tensor, repeats: readonly number[]): Tensor {
  if (repeats.length !== x.rank) explained('Expand', [x], () => attributeError(`${x.rank} repeats`));
  const apart = x.shape.flatMap((size) => [1, size]);
  const repeated = expand(
    reshape(x, apart),
    apart.map((size, axis) => (axis % 2 === 0 ? repeats[axis / 2]! : size)),
  );
  return reshape(
    repeated,
    x.shape.map((size, axis) => size * repeats[axis]!),
  );
}

/** Consecutive parts of `x` along an axis, with these sizes, whose sum is the axis's. */
export function split(x: Tensor, sizes: readonly number[], axis = 0): Tensor[] {
  const along = axisOf('Slice', x, axis);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total !== x.shape[along]!)
    explained('Slice', [x], () => attributeError(`parts that make ${x.shape[along]!}, not [${sizes.join(',')}]`));
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return slice(x, along, start - size, start);
  });
}

/** 1 where `column − row = offset`, else 0: a constant [rows, columns]. */
export function eye(rows: number, columns = rows, offset = 0, dtype: DType = 'float32'): Tensor {
  return constant(byPlace(rows, columns, dtype, (row, column) => column - row === offset));
}

const byPlace = (rows: number, columns: number, dtype: DType, holds: (row: number, column: number) => boolean) =>
  hostTensor(
    dtype,
    [rows, columns],
    Array.from({ length: rows * columns }, (_, at) => Number(holds(Math.floor(at / columns), at % columns))),
  );

/** The part of matrices (the last two axes) on and above (or below) the diagonal `column − row = offset`; zeros elsewhere. */
export function triangle(x: Tensor, part: 'upper' | 'lower', offset = 0): Tensor {
  if (x.rank < 2) explained('Where', [x], () => shapeError('matrices (rank at least 2)'));
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const inside = byPlace(rows, columns, 'bool', (row, column) =>
    part === 'upper' ? column - row >= offset : column - row <= offset,
  );
  return where(constant(inside), x, 0);
}

/** The order in which channels hold the pixels of a block: block first (`depth-column-row`) or channel first. */
export type BlockOrder = 'DCR' | 'CRD';

/** x [n, c·b², h, w] → [n, c, h·b, w·b]: channels become blocks of b×b pixels. */
export function depthToSpace(x: Tensor, block: number, order: BlockOrder = 'DCR'): Tensor {
  const [n, channels, h, w] = images(x);
  const c = channels / (block * block);
  const [apart, permutation] =
    order === 'DCR'
      ? [[n, block, block, c, h, w], [0, 3, 4, 1, 5, 2]]
      : [[n, c, block, block, h, w], [0, 1, 4, 2, 5, 3]];
  return reshape(transpose(reshape(x, apart as Shape), permutation), [n, c, h * block, w * block]);
}

/** x [n, c, h, w] → [n, c·b², h/b, w/b]: blocks of b×b pixels become channels; the inverse of {@link depthToSpace}. */
export function spaceToDepth(x: Tensor, block: number): Tensor {
  const [n, c, h, w] = images(x);
  const apart = reshape(x, [n, c, h / block, block, w / block, block]);
  return reshape(transpose(apart, [0, 3, 5, 1, 2, 4]), [n, c * block * block, h / block, w / block]);
}

const images = (x: Tensor): [number, number, number, number] =>
  x.rank === 4
    ? (x.shape as unknown as [number, number, number, number])
    : explained('Reshape', [x], () => shapeError('a tensor of rank 4'));

/** Elements of matrices (the axes `a` and `b`, equally long) on their diagonal, in place of `a`: axis `b` goes. */
export function diagonal(x: Tensor, a: number, b: number): Tensor {
  const [first, second] = [axisOf('GatherND', x, a), axisOf('GatherND', x, b)];
  const size = x.shape[first]!;
  if (x.shape[second] !== size || first === second)
    explained('GatherND', [x], () => shapeError(`axes ${a} and ${b} of one length`));
  const others = x.shape.flatMap((_, axis) => (axis === first || axis === second ? [] : [axis]));
  const places = Array.from({ length: 2 * size }, (_, at) => Math.floor(at / 2));
  const picked = apply(
    'GatherND',
    [transpose(x, [first, second, ...others]), constant(hostTensor('int64', [size, 2], places))],
    { axis: 0 },
  );
  const order = [first, ...others];
  const kept = [...order].sort((one, other) => one - other);
  return transpose(
    picked,
    kept.map((axis) => order.indexOf(axis)),
  );
}
