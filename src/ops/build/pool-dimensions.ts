import type { Tensor } from '../../graph/index.ts';
import { reshape } from './basic.ts';
import { averagePool2d, maxPool2d, type PoolOptions } from './pool.ts';
import type { Triple } from './sizes.ts';

/** Pools along one axis and over three, made of pools over images. */

export interface Pool1dOptions {
  readonly kernel: number;
  /** Default: the kernel. */
  readonly stride?: number;
  /** At both ends; default 0. */
  readonly pads?: readonly [number, number];
  /** Default 1. */
  readonly dilation?: number;
  /** See {@link PoolOptions.ceilMode}. */
  readonly ceilMode?: boolean;
}

const asRow = ({ kernel, stride = kernel, pads = [0, 0], dilation = 1, ceilMode = false }: Pool1dOptions) =>
  ({
    kernel: [1, kernel],
    strides: [1, stride],
    pads: [0, pads[0], 0, pads[1]],
    dilations: [1, dilation],
    ceilMode,
  }) as const satisfies PoolOptions;

/** `pool` over the signals of x [n, c, l] as images of one row. */
function overRows(x: Tensor, pool: (image: Tensor) => Tensor): Tensor {
  const [n, c, ...rest] = x.shape as [number, number, ...number[]];
  const pooled = pool(reshape(x, [n, c, 1, ...rest]));
  return reshape(pooled, [n, c, ...pooled.shape.slice(3)]);
}

/** {@link maxPool2d} along one axis: x [n, c, l]. */
export const maxPool1d = (x: Tensor, options: Pool1dOptions): Tensor =>
  overRows(x, (image) => maxPool2d(image, asRow(options)));

/** {@link averagePool2d} along one axis: x [n, c, l]. */
export const averagePool1d = (
  x: Tensor,
  { countPadding = true, ...options }: Pool1dOptions & { readonly countPadding?: boolean },
): Tensor => overRows(x, (image) => averagePool2d(image, { ...asRow(options), countPadding }));

export interface Pool3dOptions {
  readonly kernel: Triple;
  /** Default: the kernel. */
  readonly strides?: Triple;
  /** Front, top, left, back, bottom, right; default 0. */
  readonly pads?: readonly [...Triple, ...Triple];
  /** Default 1. */
  readonly dilations?: Triple;
  /** See {@link PoolOptions.ceilMode}. */
  readonly ceilMode?: boolean;
}

/** A box is pooled plane by plane, then along the depth: the first of equal maxima stays the first in row-major order. */
function overBoxes(x: Tensor, options: Pool3dOptions, pool: (image: Tensor, options: PoolOptions) => Tensor): Tensor {
  const { kernel, strides = kernel, pads = [0, 0, 0, 0, 0, 0], dilations = [1, 1, 1], ceilMode = false } = options;
  const [n, c, depth, height, width] = x.shape as [number, number, number, number, number];
  const planes = pool(reshape(x, [n, c * depth, height, width]), {
    kernel: [kernel[1], kernel[2]],
    strides: [strides[1], strides[2]],
    pads: [pads[1], pads[2], pads[4], pads[5]],
    dilations: [dilations[1], dilations[2]],
    ceilMode,
  });
  const [rows, columns] = planes.shape.slice(2) as [number, number];
  const boxes = pool(reshape(planes, [n, c, depth, rows * columns]), {
    kernel: [kernel[0], 1],
    strides: [strides[0], 1],
    pads: [pads[0], 0, pads[3], 0],
    dilations: [dilations[0], 1],
    ceilMode,
  });
  return reshape(boxes, [n, c, boxes.shape[2]!, rows, columns]);
}

/** {@link maxPool2d} over three axes: x [n, c, d, h, w]. */
export const maxPool3d = (x: Tensor, options: Pool3dOptions): Tensor => overBoxes(x, options, maxPool2d);

/** {@link averagePool2d} over three axes: x [n, c, d, h, w]. */
export const averagePool3d = (
  x: Tensor,
  { countPadding = true, ...options }: Pool3dOptions & { readonly countPadding?: boolean },
): Tensor => overBoxes(x, options, (image, windows) => averagePool2d(image, { ...windows, countPadding }));
