import type { Tensor } from '../../graph/index.ts';
import { apply } from '../apply.ts';

export interface PoolOptions {
  readonly kernel: readonly [number, number];
  /** Default: the kernel (windows side by side). */
  readonly strides?: readonly [number, number];
  /** Top, left, bottom, right; default 0. */
  readonly pads?: readonly [number, number, number, number];
}

/** Largest element of each window, x [n, c, h, w]; of equal ones the first (row by row) takes the derivative. */
export function maxPool2d(x: Tensor, { kernel, strides = kernel, pads = [0, 0, 0, 0] }: PoolOptions): Tensor {
  return apply('MaxPool', [x], { kernel, strides, pads });
}

/** Mean of each window, x [n, c, h, w]. Padding zeros are counted unless `countPadding` is false. */
export function averagePool2d(
  x: Tensor,
  {
    kernel,
    strides = kernel,
    pads = [0, 0, 0, 0],
    countPadding = true,
  }: PoolOptions & { readonly countPadding?: boolean },
): Tensor {
  return apply('AveragePool', [x], { kernel, strides, pads, countPadding });
}
