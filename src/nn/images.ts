import type { Shape } from '../base/index.ts';
import { averagePool2d, conv2d as convolve, maxPool2d, mean } from '../ops/index.ts';
import { filled, heNormal } from './initialise.ts';
import { layerError, type LayerDescription } from './layer.ts';
import type { WeightOptions } from './layers.ts';

/** How a window moves over an image; windows are square. */
export interface WindowOptions {
  /** Distance between windows. */
  readonly stride?: number;
  /** Zeros (for max-pooling: nothing) on each side; default 0. */
  readonly padding?: number;
}

/** Channels, height and width of images. Throws `GRAPH_SHAPE` for other examples. */
function imageShape(kind: string, shape: Shape, path: string): [channels: number, height: number, width: number] {
  const [channels, height, width, ...rest] = shape;
  if (channels === undefined || height === undefined || width === undefined || rest.length > 0)
    throw layerError(kind, path, `images [channels, height, width], got examples [${shape.join(',')}]`);
  return [channels, height, width];
}

/** Height and width of what a window of `kernel` leaves. Throws `GRAPH_SHAPE` where the image is smaller than it. */
function windowed(kind: string, path: string, size: Shape, kernel: number, stride: number, padding: number): number[] {
  const smallest = Math.max(1, kernel - 2 * padding);
  if (size.some((length) => length < smallest))
    throw layerError(kind, path, `an image of at least ${smallest}×${smallest}, got ${size.join('×')}`);
  return size.map((length) => Math.floor((length + 2 * padding - kernel) / stride) + 1);
}

const square = (size: number) => [size, size] as const;
const allSides = (padding: number) => [padding, padding, padding, padding] as const;

/** Convolution with a square kernel: weight [channels, in, kernel, kernel], bias [channels]; stride 1 by default. */
export const conv2d =
  (
    channels: number,
    kernel: number,
    { stride = 1, padding = 0, initialise = heNormal, bias = true }: WindowOptions & WeightOptions = {},
  ): LayerDescription =>
  (inputShape, path) => {
    const [inputs, ...size] = imageShape('conv2d', inputShape, path);
    const [weight, offset] = [`${path}weight`, `${path}bias`];
    const options = { strides: square(stride), pads: allSides(padding) };
    return {
      parameters: [
        { name: weight, shape: [channels, inputs, kernel, kernel], initialise },
        ...(bias ? [{ name: offset, shape: [channels], initialise: filled(0) }] : []),
      ],
      outputShape: [channels, ...windowed('conv2d', path, size, kernel, stride, padding)],
      apply: ({ parameters }, x) => convolve(x, parameters[weight]!, bias ? parameters[offset] : undefined, options),
    };
  };

const pooling =
  (kind: string, pool: typeof maxPool2d) =>
  (kernel: number, { stride = kernel, padding = 0 }: WindowOptions = {}): LayerDescription =>
  (inputShape, path) => {
    const [channels, ...size] = imageShape(kind, inputShape, path);
    const options = { kernel: square(kernel), strides: square(stride), pads: allSides(padding) };
    return {
      parameters: [],
      outputShape: [channels, ...windowed(kind, path, size, kernel, stride, padding)],
      apply: (_, x) => pool(x, options),
    };
  };

/** Largest element of each window; windows lie side by side by default. A rest at the right and lower edge is left out. */
export const maxPool = pooling('max-pool', maxPool2d);

/** Mean of each window, padding zeros counted as PyTorch does; windows lie side by side by default. */
export const averagePool = pooling('average-pool', averagePool2d);

/** Mean of each channel: images [c, h, w] → flat examples [c]. */
export const globalAveragePool = (): LayerDescription => (inputShape, path) => {
  const [channels] = imageShape('global-average-pool', inputShape, path);
  return { parameters: [], outputShape: [channels], apply: (_, x) => mean(x, { axes: [2, 3] }) };
};
