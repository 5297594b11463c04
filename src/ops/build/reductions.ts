import type { Tensor } from '../../graph/index.ts';
import { axisOf } from '../apply.ts';
import { reshape } from './basic.ts';
import { abs, equal, log, mul, sqrt, square, where } from './elementwise.ts';
import { concat, slice, transpose } from './movement.ts';
import { sum, type ReduceOptions } from './reduce.ts';

/** Reductions that are made of sums and products. */

/** `√x`, with derivative 0 where x is 0. */
export function sqrtOrZero(x: Tensor): Tensor {
  const isZero = equal(x, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, x)));
}

/** `Σ|x|` over axes. */
export const norm1 = (x: Tensor, options: ReduceOptions = {}): Tensor => sum(abs(x), options);

/** `Σx²` over axes. */
export const sumOfSquares = (x: Tensor, options: ReduceOptions = {}): Tensor => sum(square(x), options);

/** `√(Σx²)` over axes; the derivative at 0 is 0. */
export const norm2 = (x: Tensor, options: ReduceOptions = {}): Tensor => sqrtOrZero(sumOfSquares(x, options));

/** `log Σx` over axes. */
export const logSum = (x: Tensor, options: ReduceOptions = {}): Tensor => log(sum(x, options));

/** `Πx` over axes, by products of halves: derivatives are right for zeros as well. */
export function product(x: Tensor, { axes, keep = false }: ReduceOptions = {}): Tensor {
  const reduced = new Set(axes?.map((axis) => axisOf('Mul', x, axis)) ?? x.shape.keys());
  const others = x.shape.flatMap((_, axis) => (reduced.has(axis) ? [] : [axis]));
  const sizes = others.map((axis) => x.shape[axis]!);
  let rows = reshape(transpose(x, [...others, ...[...reduced].sort((a, b) => a - b)]), [...sizes, -1]);
  for (let count = rows.shape.at(-1)!; count > 1; count = rows.shape.at(-1)!) {
    const half = Math.floor(count / 2);
    const pairs = mul(slice(rows, -1, 0, half), slice(rows, -1, half, 2 * half));
    rows = count % 2 === 0 ? pairs : concat([pairs, slice(rows, -1, count - 1, count)], -1);
  }
  return reshape(rows, keep ? x.shape.map((size, axis) => (reduced.has(axis) ? 1 : size)) : sizes);
}
