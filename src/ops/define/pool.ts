import { hostTensor, type TensorType } from '../../base/index.ts';
import { int, ints, type Attributes, type Tensor } from '../../graph/index.ts';
import { apply, define } from '../apply.ts';
import {
  add,
  averagePool2d,
  cast,
  constant,
  dilate,
  div,
  equal,
  full,
  mul,
  pad,
  reshape,
  sliceRange,
  stack,
  sub,
  transpose,
} from '../build/index.ts';
import type { Dense, PrimitiveOperator } from '../definition.ts';
import { attributeError, flag, numbers, requireFloat, shapeError } from '../infer.ts';
import { dense } from './dense.ts';
import { wholeNumbers, windows } from './window.ts';

type Pair = readonly [number, number];
type Quad = readonly [number, number, number, number];

const window = (attributes: Attributes) => ({
  kernel: numbers(attributes, 'kernel') as Pair,
  strides: numbers(attributes, 'strides') as Pair,
  pads: numbers(attributes, 'pads') as Quad,
});

function inferPool([x]: readonly TensorType[], attributes: Attributes): TensorType {
  requireFloat(x!);
  if (x!.shape.length !== 4) shapeError('a tensor of rank 4');
  const { kernel, strides, pads } = window(attributes);
  if (!wholeNumbers(kernel, 2, 1) || !wholeNumbers(strides, 2, 1))
    attributeError('2 kernel sizes and 2 strides of at least 1');
  if (!wholeNumbers(pads, 4, 0) || !pads.every((value, side) => value < kernel[side % 2]!))
    attributeError('4 pads smaller than the kernel');
  const size = [0, 1].map((axis) =>
    windows(x!.shape[axis + 2]!, kernel[axis]!, strides[axis]!, 1, pads[axis]! + pads[axis + 2]!),
  );
  return { dtype: x!.dtype, shape: [x!.shape[0]!, x!.shape[1]!, ...size] };
}

/** Reduces the elements of each window that lie inside the image; `finish` sees the total and how many there were. */
function poolDense(
  x: Dense,
  attributes: Attributes,
  shape: readonly number[],
  start: number,
  step: (total: number, value: number) => number,
  finish: (total: number, inside: number) => number,
): Dense {
  const { kernel, strides, pads } = window(attributes);
  const [planes, height, width] = [x.shape[0]! * x.shape[1]!, x.shape[2]!, x.shape[3]!];
  const [rows, columns] = [shape[2]!, shape[3]!];
  const result = dense(shape);
  for (let plane = 0; plane < planes; plane++)
    for (let p = 0; p < rows * columns; p++) {
      let total = start;
      let inside = 0;
      for (let k = 0; k < kernel[0] * kernel[1]; k++) {
        const row = Math.floor(p / columns) * strides[0] + Math.floor(k / kernel[1]) - pads[0];
        const column = (p % columns) * strides[1] + (k % kernel[1]) - pads[1];
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        total = step(total, x.data[(plane * height + row) * width + column]!);
        inside++;
      }
      result.data[plane * rows * columns + p] = finish(total, inside);
    }
  return result;
}

const onnxWindow = (attributes: Attributes) => {
  const { kernel, strides, pads } = window(attributes);
  return { kernel_shape: ints(kernel), strides: ints(strides), pads: ints(pads) };
};

/** For each element of the kernel, the element of the (padded) image that it meets at every window position. */
function windowElements(x: Tensor, output: Tensor, outside: number): Tensor[] {
  const { kernel, strides, pads } = window(output.attributes);
  const padded = pads.some((width) => width > 0)
    ? pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]], outside)
    : x;
  const span = [0, 1].map((axis) => (output.shape[axis + 2]! - 1) * strides[axis]! + 1);
  return Array.from({ length: kernel[0] * kernel[1] }, (_, k) => {
    const [top, left] = [Math.floor(k / kernel[1]), k % kernel[1]];
    return sliceRange(padded, {
      starts: [0, 0, top, left],
      ends: [x.shape[0]!, x.shape[1]!, top + span[0]!, left + span[1]!],
      steps: [1, 1, ...strides],
    });
  });
}

/** 1 where an element of the kernel is the first that attains the window's maximum, else 0; one mask per element. */
function firstLargest(output: Tensor): Tensor[] {
  const x = output.inputs[0]!;
  let before: Tensor | undefined;
  return windowElements(x, output, -Infinity).map((element) => {
    const largest = cast(equal(element, output), x.dtype);
    const first = before ? mul(largest, sub(1, before)) : largest;
    before = before ? add(before, first) : first;
    return first;
  });
}

const total = (terms: readonly Tensor[]): Tensor => terms.reduce((one, other) => add(one, other));

/** The transpose of {@link windowElements}: adds what each element of the kernel holds back to the image. */
function scatterWindows(terms: readonly Tensor[], output: Tensor): Tensor {
  const { kernel, strides, pads } = window(output.attributes);
  const [n, c, height, width] = output.inputs[0]!.shape as [number, number, number, number];
  const [, , rows, columns] = output.shape as [number, number, number, number];
  if (kernel.every((size, axis) => size === strides[axis]) && pads.every((side) => side === 0)) {
    const blocks = reshape(stack(terms, 4), [n, c, rows, columns, ...kernel]);
    const tiled = reshape(transpose(blocks, [0, 1, 2, 4, 3, 5]), [n, c, rows * kernel[0], columns * kernel[1]]);
    return pad(tiled, [0, 0, 0, 0], [0, 0, height - rows * kernel[0], width - columns * kernel[1]]);
  }
  const padded = [height + pads[0] + pads[2], width + pads[1] + pads[3]] as const;
  const placed = terms.map((term, k) => {
    const spread = dilate(term, [1, 1, ...strides]);
    const [top, left] = [Math.floor(k / kernel[1]), k % kernel[1]];
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

define({
  kind: 'primitive',
  name: 'MaxPool',
  infer: inferPool,
  reference: ([x], attributes, type) =>
    poolDense(x!, attributes, type.shape, -Infinity, Math.max, (largest) => largest),
  // ẏ picks the tangent at each window's first maximum; zeros outside the image are never picked
  jvp(output, [tangent]) {
    const elements = windowElements(tangent!, output, 0);
    return total(firstLargest(output).map((first, k) => mul(first, elements[k]!)));
  },
  vjp: (output, cotangent) => [
    scatterWindows(
      firstLargest(output).map((first) => mul(first, cotangent)),
      output,
    ),
  ],
  lower: (lowering, tensor, inputs) => lowering.node('MaxPool', inputs, onnxWindow(tensor.attributes)),
} satisfies PrimitiveOperator);

/** The number of counted elements of each window, over the kernel's size: a constant [1, 1, rows, columns]. */
function coverage(output: Tensor): Tensor {
  const [, , height, width] = output.inputs[0]!.shape as [number, number, number, number];
  const [, , rows, columns] = output.shape as [number, number, number, number];
  const ones = dense([1, 1, height, width]);
  ones.data.fill(1);
  const shares = poolDense(
    ones,
    output.attributes,
    [1, 1, rows, columns],
    0,
    (sum, value) => sum + value,
    (sum) => sum,
  ).data;
  const { kernel } = window(output.attributes);
  return constant(
    hostTensor(
      output.dtype,
      [1, 1, rows, columns],
      shares.map((count) => count / (kernel[0] * kernel[1])),
    ),
  );
}

define({
  kind: 'primitive',
  name: 'AveragePool',
  infer: inferPool,
  reference([x], attributes, type) {
    const { kernel } = window(attributes);
    const counted = (inside: number): number => (flag(attributes, 'countPadding') ? kernel[0] * kernel[1] : inside);
    return poolDense(
      x!,
      attributes,
      type.shape,
      0,
      (sum, value) => sum + value,
      (sum, inside) => sum / counted(inside),
    );
  },
  jvp: (output, [tangent]) => {
    const { kernel, strides, pads } = window(output.attributes);
    return averagePool2d(tangent!, { kernel, strides, pads, countPadding: flag(output.attributes, 'countPadding') });
  },
  // The transpose of a mean over windows is the transpose of a convolution with a constant kernel, plane by plane.
  vjp(output, cotangent) {
    const { kernel, strides, pads } = window(output.attributes);
    const [n, c, height, width] = output.inputs[0]!.shape as [number, number, number, number];
    const share = flag(output.attributes, 'countPadding') ? cotangent : div(cotangent, coverage(output));
    const planes = reshape(share, [n * c, 1, output.shape[2]!, output.shape[3]!]);
    const weight = full(1 / (kernel[0] * kernel[1]), { dtype: output.dtype, shape: [1, 1, ...kernel] });
    const spread = apply('ConvInputGradient', [planes, weight], {
      strides,
      pads,
      dilations: [1, 1],
      size: [height, width],
    });
    return [reshape(spread, [n, c, height, width])];
  },
  lower: (lowering, tensor, inputs) =>
    lowering.node('AveragePool', inputs, {
      ...onnxWindow(tensor.attributes),
      count_include_pad: int(Number(flag(tensor.attributes, 'countPadding'))),
    }),
} satisfies PrimitiveOperator);
