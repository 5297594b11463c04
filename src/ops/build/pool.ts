import { hostTensor } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { apply } from '../apply.ts';
import { constant, full, reshape } from './basic.ts';
import { conv2d } from './convolution.ts';
import { abs, equal, mul, pow, square, sqrt, where } from './elementwise.ts';
import { mean } from './reduce.ts';
import type { Pair, Quad } from './sizes.ts';

export interface PoolOptions {
  readonly kernel: Pair;
  /** Default: the kernel (windows side by side). */
  readonly strides?: Pair;
  /** Top, left, bottom, right; default 0. */
  readonly pads?: Quad;
  /** Distance between the elements of a window; default 1. */
  readonly dilations?: Pair;
  /**
   * Whether a last window may reach beyond the padded image, if it begins inside the image or in front of it; default: what
   * no whole window covers is left out.
   */
  readonly ceilMode?: boolean;
}

/** Rows and columns behind the padded image that the last windows need with `ceilMode`. */
function overhang(x: Tensor, { kernel, strides = kernel, pads, dilations, ceilMode = false }: PoolOptions): Pair {
  const along = (axis: 0 | 1): number => {
    const [size, stride, before] = [x.shape[axis + 2] ?? 1, strides[axis], pads?.[axis] ?? 0];
    const free = size + before + (pads?.[axis + 2] ?? 0) - (dilations?.[axis] ?? 1) * (kernel[axis] - 1) - 1;
    const steps = Math.ceil(free / stride);
    const last = steps * stride >= size + before ? steps - 1 : steps;
    return Math.max(0, last * stride - free);
  };
  return ceilMode ? [along(0), along(1)] : [0, 0];
}

/** Attributes of a pool: an overhang is padding, distances of 1 go without saying. */
function poolAttributes(x: Tensor, options: PoolOptions) {
  const { kernel, strides = kernel, pads = [0, 0, 0, 0], dilations = [1, 1] } = options;
  const [below, right] = overhang(x, options);
  const padded: Quad = [pads[0], pads[1], pads[2] + below, pads[3] + right];
  return { kernel, strides, pads: padded, ...(dilations.every((distance) => distance === 1) ? {} : { dilations }) };
}

/** Largest element of each window, x [n, c, h, w]; of equal ones the first (row by row) takes the derivative. */
export const maxPool2d = (x: Tensor, options: PoolOptions): Tensor => apply('MaxPool', [x], poolAttributes(x, options));

export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding zeros are counted; what lies beyond the padded image never is. Default: true. */
  readonly countPadding?: boolean;
}

/** Mean of each window, x [n, c, h, w]. Padding zeros are counted unless `countPadding` is false. */
export function averagePool2d(x: Tensor, { countPadding = true, ...options }: AveragePoolOptions): Tensor {
  const { kernel, strides, pads, ...distances } = poolAttributes(x, options);
  const reachesBeyond = countPadding && overhang(x, options).some((width) => width > 0);
  if (!('dilations' in distances) && !reachesBeyond)
    return apply('AveragePool', [x], { kernel, strides, pads, countPadding });
  const sums = windowSums(x, { kernel, strides, pads, ...distances });
  return mul(sums, inverseCounts(x, sums.shape.slice(2), options, countPadding));
}

/** Sums of windows: a convolution of each channel with ones. */
const windowSums = (x: Tensor, { kernel, ...windows }: PoolOptions): Tensor =>
  conv2d(x, full(1, { dtype: x.dtype, shape: [x.shape[1]!, 1, ...kernel] }), undefined, {
    ...windows,
    group: x.shape[1]!,
  });

/** One over the number of counted elements of each window: [1, 1, rows, columns]. */
function inverseCounts(x: Tensor, windows: readonly number[], options: PoolOptions, countPadding: boolean): Tensor {
  const { kernel, strides = kernel, pads = [0, 0, 0, 0], dilations = [1, 1] } = options;
  const along = (axis: 0 | 1): number[] => {
    const size = x.shape[axis + 2]!;
    const [first, end] = countPadding ? [-pads[axis], size + pads[axis + 2]!] : [0, size];
    return Array.from({ length: windows[axis]! }, (_, p) => {
      const seen = Array.from(
        { length: kernel[axis] },
        (__, k) => p * strides[axis] + k * dilations[axis] - pads[axis],
      );
      return Math.max(1, seen.filter((at) => at >= first && at < end).length);
    });
  };
  const [rows, columns] = [along(0), along(1)];
  const inverse = rows.flatMap((row) => columns.map((column) => 1 / (row * column)));
  return constant(hostTensor(x.dtype, [1, 1, ...windows], inverse));
}

/** `(Σ |x|^p)^(1/p)` of each window, x [n, c, h, w]; the derivative of a window of zeros is 0. */
export function lpPool2d(x: Tensor, { p = 2, ...options }: PoolOptions & { readonly p?: number }): Tensor {
  const powers = p === 2 ? square(x) : p === 1 ? abs(x) : pow(abs(x), p);
  const sums = windowSums(powers, poolAttributes(x, options));
  if (p === 1) return sums;
  const isZero = equal(sums, 0);
  const safe = where(isZero, 1, sums);
  return where(isZero, 0, p === 2 ? sqrt(safe) : pow(safe, 1 / p));
}

/** Mean of each channel over all positions, x [n, c, …] → [n, c, 1, …]. */
export const globalAveragePool = (x: Tensor): Tensor =>
  mean(x, { axes: x.shape.flatMap((_, axis) => (axis < 2 ? [] : [axis])), keep: true });

/** Largest element of each channel, x [n, c, …] → [n, c, 1, …]; of equal ones the first takes the derivative. */
export function globalMaxPool(x: Tensor): Tensor {
  const [n, c, ...image] = x.shape as [number, number, ...number[]];
  const flat = reshape(x, [n, c, 1, -1]);
  return reshape(maxPool2d(flat, { kernel: [1, flat.shape[3]!] }), [n, c, ...image.map(() => 1)]);
}
