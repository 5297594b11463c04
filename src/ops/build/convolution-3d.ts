import type { Tensor } from '../../graph/index.ts';
import { reshape } from './basic.ts';
import { conv2d } from './convolution.ts';
import { add } from './elementwise.ts';
import { concat, pad, sliceRange, transpose } from './movement.ts';
import type { Triple } from './sizes.ts';

export interface Conv3dOptions {
  /** Distance between windows: depth, height, width; default 1. */
  readonly strides?: Triple;
  /** Zeros around the box: front, top, left, back, bottom, right; default 0. */
  readonly pads?: readonly [...Triple, ...Triple];
  /** Distance between the elements of the kernel; default 1. */
  readonly dilations?: Triple;
  /** See `conv2d`; default 1. */
  readonly group?: number;
}

/**
 * Cross-correlation over three axes: x [n, in, d, h, w], weight [out, in/group, kd, kh, kw], bias [out] → [n, out, …]. Made of
 * one `conv2d` over all planes of all examples, whose channels are those of the kd planes that a window sees. Planes stand
 * among the examples there: per-example gradients do not pass.
 */
export function conv3d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { strides = [1, 1, 1], pads = [0, 0, 0, 0, 0, 0], dilations = [1, 1, 1], group = 1 }: Conv3dOptions = {},
): Tensor {
  const [n, channels, depth, height, width] = x.shape as [number, number, number, number, number];
  const [out, seen, kd, kh, kw] = weight.shape as [number, number, number, number, number];
  const planes = Math.floor((depth + pads[0] + pads[3] - dilations[0] * (kd - 1) - 1) / strides[0]) + 1;
  const padded = pad(x, [0, 0, pads[0], 0, 0], [0, 0, pads[3], 0, 0]);
  const taps = Array.from({ length: kd }, (_, k) => {
    const first = k * dilations[0];
    const ends = [n, channels, first + (planes - 1) * strides[0] + 1, height, width];
    const steps = [1, 1, strides[0], 1, 1];
    const plane = transpose(sliceRange(padded, { starts: [0, 0, first, 0, 0], ends, steps }), [0, 2, 1, 3, 4]);
    return reshape(plane, [n * planes, channels, 1, height, width]);
  });
  const images = reshape(concat(taps, 2), [n * planes, channels * kd, height, width]);
  const y = conv2d(images, reshape(weight, [out, seen * kd, kh, kw]), undefined, {
    strides: [strides[1], strides[2]],
    pads: [pads[1], pads[2], pads[4], pads[5]],
    dilations: [dilations[1], dilations[2]],
    group,
  });
  const boxes = transpose(reshape(y, [n, planes, out, y.shape[2]!, y.shape[3]!]), [0, 2, 1, 3, 4]);
  return bias ? add(boxes, reshape(bias, [1, out, 1, 1, 1])) : boxes;
}
