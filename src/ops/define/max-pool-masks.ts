import type { Attributes, Tensor } from '../../graph/index.ts';
import { apply } from '../apply.ts';
import { add, cast, dilate, equal, mul, pad, reshape, sliceRange, stack, sub, transpose } from '../build/index.ts';
import { window } from './pool-window.ts';

/** Maxima of windows by masks: for where the runtime's MaxPool does not tell positions. */

/** Shape and windows of a pooled image. */
type Pooled = Pick<Tensor, 'shape' | 'attributes'>;

/** Whether windows lie side by side, so that no position is the maximum of two. */
export function areApart(attributes: Attributes): boolean {
  const { kernel, strides, pads, dilations } = window(attributes);
  const sideBySide = kernel.every((size, axis) => size === strides[axis] && dilations[axis] === 1);
  return sideBySide && pads.every((side) => side === 0);
}

/** For each element of the kernel, the element of the (padded) image that it meets at every window position. */
export function windowElements(x: Tensor, output: Pooled, outside: number): Tensor[] {
  const { kernel, strides, pads, dilations } = window(output.attributes);
  const padded = pads.some((width) => width > 0)
    ? pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]], outside)
    : x;
  const span = [0, 1].map((axis) => (output.shape[axis + 2]! - 1) * strides[axis]! + 1);
  return Array.from({ length: kernel[0] * kernel[1] }, (_, k) => {
    const [top, left] = [Math.floor(k / kernel[1]) * dilations[0], (k % kernel[1]) * dilations[1]];
    return sliceRange(padded, {
      starts: [0, 0, top, left],
      ends: [x.shape[0]!, x.shape[1]!, top + span[0]!, left + span[1]!],
      steps: [1, 1, ...strides],
    });
  });
}

/** 1 where an element of the kernel is the first that attains the window's maximum, else 0; one mask per element. */
export function firstLargest(x: Tensor, attributes: Attributes): Tensor[] {
  const output = apply('MaxPool', [x], attributes);
  let before: Tensor | undefined;
  return windowElements(x, output, -Infinity).map((element) => {
    const largest = cast(equal(element, output), x.dtype);
    const first = before ? mul(largest, sub(1, before)) : largest;
    before = before ? add(before, first) : first;
    return first;
  });
}

/** The sum of tensors. */
export const total = (terms: readonly Tensor[]): Tensor => terms.reduce((one, other) => add(one, other));

/** The transpose of {@link windowElements}: adds what each element of the kernel holds back to the image. */
export function scatterWindows(terms: readonly Tensor[], image: readonly number[], output: Pooled): Tensor {
  const { kernel, strides, pads, dilations } = window(output.attributes);
  const [n, c, height, width] = image as [number, number, number, number];
  const [, , rows, columns] = output.shape as [number, number, number, number];
  if (areApart(output.attributes)) {
    const blocks = reshape(stack(terms, 4), [n, c, rows, columns, ...kernel]);
    const tiled = reshape(transpose(blocks, [0, 1, 2, 4, 3, 5]), [n, c, rows * kernel[0], columns * kernel[1]]);
    return pad(tiled, [0, 0, 0, 0], [0, 0, height - rows * kernel[0], width - columns * kernel[1]]);
  }
  const padded = [height + pads[0] + pads[2], width + pads[1] + pads[3]] as const;
  const placed = terms.map((term, k) => {
    const spread = dilate(term, [1, 1, ...strides]);
    const [top, left] = [Math.floor(k / kernel[1]) * dilations[0], (k % kernel[1]) * dilations[1]];
    return pad(
      spread,
      [0, 0, top, left],
      [0, 0, padded[0] - top - spread.shape[2]!, padded[1] - left - spread.shape[3]!],
    );
  });
  const [top, left] = pads;
  return sliceRange(total(placed), {
    starts: [0, 0, top, left],
    ends: [n, c, top + height, left + width],
    steps: [1, 1, 1, 1],
  });
}
