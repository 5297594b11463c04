import type { Tensor } from '../../graph/index.ts';
import { apply } from '../apply.ts';
import { add } from './elementwise.ts';
import { reshape } from './basic.ts';

export interface MatMulOptions {
  /** Use `Aᵀ` (of the last two axes). */
  readonly transA?: boolean;
  /** Use `Bᵀ` (of the last two axes). */
  readonly transB?: boolean;
}

/**
 * Matrix product `op(A)·op(B)` over the last two axes; leading axes broadcast. A batch of matrices times one matrix is
 * computed as one product of stacked rows.
 */
export function matmul(a: Tensor, b: Tensor, { transA = false, transB = false }: MatMulOptions = {}): Tensor {
  if (a.rank > 2 && b.rank === 2 && !transA) {
    const rows = reshape(a, [-1, a.shape[a.rank - 1]!]);
    const product = apply('MatMul', [rows, b], { transA, transB });
    return reshape(product, [...a.shape.slice(0, -1), product.shape[1]!]);
  }
  return apply('MatMul', [a, b], { transA, transB });
}

/** `x·Wᵀ + b`: x [n, in], W [out, in], b [out]. */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const product = matmul(x, weight, { transB: true });
  return bias ? add(product, bias) : product;
}

export interface ConvOptions {
  /** Distance between windows: height, width; default 1. */
  readonly strides?: readonly [number, number];
  /** Zeros around the image: top, left, bottom, right; default 0. */
  readonly pads?: readonly [number, number, number, number];
  /** Distance between the elements of the kernel; default 1. */
  readonly dilations?: readonly [number, number];
}

export function convAttributes({ strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1] }: ConvOptions) {
  return { strides, pads, dilations };
}

/**
 * Cross-correlation (what deep learning calls convolution): x [n, in, h, w], weight [out, in, kh, kw], bias [out].
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvOptions = {}): Tensor {
  const y = apply('Conv', [x, weight], convAttributes(options));
  return bias ? add(y, reshape(bias, [1, -1, 1, 1])) : y;
}

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
