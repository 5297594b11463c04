import { hostTensor } from '../../base/index.ts';
import { int, type Tensor } from '../../graph/index.ts';
import { apply, define } from '../apply.ts';
import { averagePool2d, constant, div, full, reshape } from '../build/index.ts';
import type { PrimitiveOperator } from '../definition.ts';
import { flag } from '../infer.ts';
import { dense } from './dense.ts';
import { inferPool, onnxWindow, poolDense, window } from './pool-window.ts';

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
