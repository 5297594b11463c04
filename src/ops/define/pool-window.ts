import type { TensorType } from '../../base/index.ts';
import { ints, type Attributes } from '../../graph/index.ts';
import type { Dense } from '../definition.ts';
import { attributeError, numbers, requireFloat, shapeError } from '../infer.ts';
import { dense } from './dense.ts';
import { wholeNumbers, windows } from './window.ts';

/** Windows of pools: what maximum and average share. */

export type Pair = readonly [number, number];
type Quad = readonly [number, number, number, number];

export const window = (attributes: Attributes) => ({
  kernel: numbers(attributes, 'kernel') as Pair,
  strides: numbers(attributes, 'strides') as Pair,
  pads: numbers(attributes, 'pads') as Quad,
  dilations: 'dilations' in attributes ? (numbers(attributes, 'dilations') as Pair) : ([1, 1] as const),
});

/** Rows and columns from the first element of a window to the last. */
export function windowSpan(attributes: Attributes): Pair {
  const { kernel, dilations } = window(attributes);
  return [dilations[0] * (kernel[0] - 1) + 1, dilations[1] * (kernel[1] - 1) + 1];
}

export function inferPool([x]: readonly TensorType[], attributes: Attributes): TensorType {
  requireFloat(x!);
  if (x!.shape.length !== 4) shapeError('a tensor of rank 4');
  const { kernel, strides, pads, dilations } = window(attributes);
  if (!wholeNumbers(kernel, 2, 1) || !wholeNumbers(strides, 2, 1))
    attributeError('2 kernel sizes and 2 strides of at least 1');
  if (!wholeNumbers(dilations, 2, 1)) attributeError('2 dilations of at least 1');
  const span = windowSpan(attributes);
  if (!wholeNumbers(pads, 4, 0) || !pads.every((value, side) => value < span[side % 2]!))
    attributeError('4 pads smaller than the kernel');
  const size = [0, 1].map((axis) =>
    windows(x!.shape[axis + 2]!, kernel[axis]!, strides[axis]!, dilations[axis]!, pads[axis]! + pads[axis + 2]!),
  );
  return { dtype: x!.dtype, shape: [x!.shape[0]!, x!.shape[1]!, ...size] };
}

/** Reduces the elements of each window that lie inside the image; `finish` sees the total and how many there were. */
export function poolDense(
  x: Dense,
  attributes: Attributes,
  shape: readonly number[],
  start: number,
  step: (total: number, value: number) => number,
  finish: (total: number, inside: number) => number,
): Dense {
  const { kernel, strides, pads, dilations } = window(attributes);
  const [planes, height, width] = [x.shape[0]! * x.shape[1]!, x.shape[2]!, x.shape[3]!];
  const [rows, columns] = [shape[2]!, shape[3]!];
  const result = dense(shape);
  for (let plane = 0; plane < planes; plane++)
    for (let p = 0; p < rows * columns; p++) {
      let total = start;
      let inside = 0;
      for (let k = 0; k < kernel[0] * kernel[1]; k++) {
        const row = Math.floor(p / columns) * strides[0] + Math.floor(k / kernel[1]) * dilations[0] - pads[0];
        const column = (p % columns) * strides[1] + (k % kernel[1]) * dilations[1] - pads[1];
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        total = step(total, x.data[(plane * height + row) * width + column]!);
        inside++;
      }
      result.data[plane * rows * columns + p] = finish(total, inside);
    }
  return result;
}

export const onnxWindow = (attributes: Attributes) => {
  const { kernel, strides, pads, dilations } = window(attributes);
  const apart = dilations.some((distance) => distance > 1) ? { dilations: ints(dilations) } : {};
  return { kernel_shape: ints(kernel), strides: ints(strides), pads: ints(pads), ...apart };
};
