import { ThalwegError } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import { apply, atUserLine } from '../apply.ts';
import { reshape } from './basic.ts';
import { add } from './elementwise.ts';
import { pad } from './movement.ts';
import type { Pair, Quad } from './sizes.ts';

export interface ConvOptions {
  /** Distance between windows: height, width; default 1. */
  readonly strides?: Pair;
  /** Zeros around the image: top, left, bottom, right; default 0. */
  readonly pads?: Quad;
  /** Distance between the elements of the kernel; default 1. */
  readonly dilations?: Pair;
  /** Groups of channels that are kept apart: each output channel sees `in/group` channels; default 1. */
  readonly group?: number;
}

/** Attributes of the convolutions; one group goes without saying, so that equal operators have equal attributes. */
export function convAttributes({
  strides = [1, 1],
  pads = [0, 0, 0, 0],
  dilations = [1, 1],
  group = 1,
}: ConvOptions): Required<Omit<ConvOptions, 'group'>> & Pick<ConvOptions, 'group'> {
  return { strides, pads, dilations, ...(group === 1 ? {} : { group }) };
}

const withBias = (y: Tensor, bias: Tensor | undefined): Tensor =>
  bias ? add(y, reshape(bias, [1, -1, ...y.shape.slice(2).map(() => 1)])) : y;

/**
 * Cross-correlation (what deep learning calls convolution): x [n, in, h, w], weight [out, in/group, kh, kw], bias [out]
 * → [n, out, rows, columns]. With `group = in` every channel has kernels of its own (depthwise).
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvOptions = {}): Tensor {
  return withBias(apply('Conv', [x, weight], { ...convAttributes(options) }), bias);
}

export interface Conv1dOptions {
  /** Default 1. */
  readonly stride?: number;
  /** Zeros at both ends; default 0. */
  readonly pads?: Pair;
  /** Default 1. */
  readonly dilation?: number;
  /** Default 1. */
  readonly group?: number;
}

const asRow = ({ stride = 1, pads = [0, 0], dilation = 1, group = 1 }: Conv1dOptions): Required<ConvOptions> => ({
  strides: [1, stride],
  pads: [0, pads[0], 0, pads[1]],
  dilations: [1, dilation],
  group,
});

/** A signal [n, c, l] as an image of one row [n, c, 1, l], and back. */
const row = (x: Tensor): Tensor => reshape(x, [...x.shape.slice(0, 2), 1, ...x.shape.slice(2)]);
const unrow = (y: Tensor): Tensor => reshape(y, [...y.shape.slice(0, 2), ...y.shape.slice(3)]);

/** {@link conv2d} along one axis: x [n, in, l], weight [out, in/group, k], bias [out] → [n, out, positions]. */
export function conv1d(x: Tensor, weight: Tensor, bias?: Tensor, options: Conv1dOptions = {}): Tensor {
  return withBias(unrow(conv2d(row(x), row(weight), undefined, asRow(options))), bias);
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows at the bottom and columns at the right that are added to the result; default 0. */
  readonly outputPadding?: Pair;
}

/**
 * Transposed convolution: the transpose of {@link conv2d} as a linear map of images, with ONNX's and PyTorch's layout of
 * kernels. x [n, in, h, w], weight [in, out/group, kh, kw], bias [out] → [n, out, H, W] with
 * `H = stride·(h − 1) + dilation·(kh − 1) + 1 − pads + outputPadding`. Throws `GRAPH_ATTRIBUTE` for a result without rows or columns.
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { outputPadding = [0, 0], ...options }: ConvTransposeOptions = {},
): Tensor {
  const { pads: given = [0, 0, 0, 0], strides = [1, 1], dilations = [1, 1], group = 1 } = options;
  // Rows at the bottom are first those that padding would have cut off, then zeros that no window reaches.
  const cut = [0, 1].map((axis) => Math.max(0, given[axis + 2]! - outputPadding[axis]!)) as [number, number];
  const zeros = [0, 1].map((axis) => outputPadding[axis]! - (given[axis + 2]! - cut[axis]!));
  const size = [0, 1].map((axis) => {
    const span = dilations[axis]! * (weight.shape[axis + 2]! - 1) + 1;
    return strides[axis]! * (x.shape[axis + 2]! - 1) + span - given[axis]! - cut[axis]!;
  });
  if (!size.every((length) => length > 0))
    throw new ThalwegError(
      'GRAPH_ATTRIBUTE',
      `ConvInputGradient: expected padding that leaves an image, got size [${size.join(',')}]${atUserLine()}`,
    );
  const attributes = convAttributes({ strides, dilations, group, pads: [given[0], given[1], ...cut] });
  const y = apply('ConvInputGradient', [x, weight], { ...attributes, size });
  return withBias(zeros.some((width) => width > 0) ? pad(y, [0, 0, 0, 0], [0, 0, ...zeros]) : y, bias);
}

export interface ConvTranspose1dOptions extends Conv1dOptions {
  /** Default 0. */
  readonly outputPadding?: number;
}

/** {@link convTranspose2d} along one axis: x [n, in, l], weight [in, out/group, k], bias [out] → [n, out, L]. */
export function convTranspose1d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  { outputPadding = 0, ...options }: ConvTranspose1dOptions = {},
): Tensor {
  const y = convTranspose2d(row(x), row(weight), undefined, { ...asRow(options), outputPadding: [0, outputPadding] });
  return withBias(unrow(y), bias);
}
