import { sameShape } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { add, pad, sliceRange } from '../ops/index.ts';
import { layerError, type LayerDescription } from './layer.ts';

export interface ResidualOptions {
  /** Default: x itself. */
  readonly shortcut?: LayerDescription;
  /** What the sum goes through; default: nothing. */
  readonly after?: LayerDescription;
}

/**
 * A residual block: `after(body(x) + shortcut(x))`. All parts share one path, so their layers need different names.
 * Throws `GRAPH_SHAPE` when body and shortcut end with different shapes.
 */
export const residual =
  (body: LayerDescription, { shortcut, after }: ResidualOptions = {}): LayerDescription =>
  (inputShape, path) => {
    const [long, short] = [body(inputShape, path), shortcut?.(inputShape, path)];
    const shape = short?.outputShape ?? inputShape;
    if (!sameShape(long.outputShape, shape))
      throw layerError('residual', path, `a shortcut to [${long.outputShape.join(',')}], got [${shape.join(',')}]`);
    const last = after?.(shape, path);
    const parts = [long, ...(short ? [short] : []), ...(last ? [last] : [])];
    return {
      parameters: parts.flatMap(({ parameters }) => parameters),
      buffers: parts.flatMap(({ buffers }) => buffers ?? []),
      outputShape: last?.outputShape ?? shape,
      apply(pass, x) {
        const total = add(long.apply(pass, x), short?.apply(pass, x) ?? x);
        return last?.apply(pass, total) ?? total;
      },
    };
  };

/**
 * The shortcut without parameters (option A of He et al.): every `stride`-th pixel, and channels of zeros, half in front
 * and half behind. Throws `GRAPH_SHAPE` for fewer channels than the input has.
 */
export const paddedShortcut =
  (channels: number, stride: number): LayerDescription =>
  (inputShape, path) => {
    const [inputs, height, width] = inputShape as [number, number, number];
    if (inputShape.length !== 3 || inputs > channels)
      throw layerError('shortcut', path, `images of at most ${channels} channels, got [${inputShape.join(',')}]`);
    const before = Math.floor((channels - inputs) / 2);
    return {
      parameters: [],
      outputShape: [channels, Math.ceil(height / stride), Math.ceil(width / stride)],
      apply: (_, x) => pad(everyPixel(x, stride), [0, before, 0, 0], [0, channels - inputs - before, 0, 0]),
    };
  };

const everyPixel = (x: Tensor, stride: number): Tensor =>
  sliceRange(x, { starts: [0, 0, 0, 0], ends: x.shape, steps: [1, 1, stride, stride] });
