import { hostTensor } from '../../base/index.ts';
import { string, type Attributes, type Tensor } from '../../graph/index.ts';
import { apply, define } from '../apply.ts';
import { maximum, mul } from '../build/index.ts';
import type { Dense, Lowering, PrimitiveOperator } from '../definition.ts';
import { commonDType, sameShape, shapeError } from '../infer.ts';
import { dense } from './dense.ts';
import { areApart, firstLargest, scatterWindows, total, windowElements } from './max-pool-masks.ts';
import { inferPool, onnxWindow, poolDense, window } from './pool-window.ts';

/**
 * Maximum of windows, and the two maps that its derivatives are. With j(p) the position of the first maximum of x in
 * window p (row by row), both are linear in their second operand and the transposes of each other:
 *
 *   MaxPool      y[p] = x[j(p)]
 *   MaxPoolPick  y[p] = t[j(p)]
 *   MaxPoolPlace x̂[q] = Σ_{p: j(p) = q} y[p]
 */

/** Calls `visit` with each window and the position of its first maximum. */
function forEachMaximum(x: Dense, attributes: Attributes, visit: (p: number, position: number) => void): void {
  const shape = inferPool([{ dtype: 'float64', shape: x.shape }], attributes).shape;
  const positions: number[] = [];
  poolDense(
    { shape: x.shape, data: x.data.map((_, position) => position) },
    attributes,
    shape,
    -1,
    (best, position) => (best < 0 || x.data[position]! > x.data[best]! ? position : best),
    (best) => (positions.push(best), best),
  );
  positions.forEach((position, p) => visit(p, position));
}

const pick = (x: Tensor, t: Tensor, attributes: Attributes): Tensor => apply('MaxPoolPick', [x, t], attributes);
const place = (x: Tensor, y: Tensor, attributes: Attributes): Tensor => apply('MaxPoolPlace', [x, y], attributes);

define({
  kind: 'primitive',
  name: 'MaxPool',
  infer: inferPool,
  reference: ([x], attributes, type) =>
    poolDense(x!, attributes, type.shape, -Infinity, Math.max, (largest) => largest),
  jvp: (output, [tangent]) => pick(output.inputs[0]!, tangent!, output.attributes),
  vjp: (output, cotangent) => [place(output.inputs[0]!, cotangent, output.attributes)],
  lower(lowering, tensor, inputs) {
    // That ONNX Runtime 1.30 heeds dilations on WebGPU is not established: the masks are right either way.
    const unseen = lowering.device === 'gpu' && 'dilations' in tensor.attributes;
    if (unseen || isWidelyPadded(tensor.attributes))
      return lowering.expression(windowElements(tensor.inputs[0]!, tensor, -Infinity).reduce((a, b) => maximum(a, b)));
    return lowering.node('MaxPool', inputs, onnxWindow(tensor.attributes));
  },
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'MaxPoolPick',
  infer([x, t], attributes) {
    if (!sameShape(x!.shape, t!.shape)) shapeError(`two images [${x!.shape.join(',')}]`);
    return { dtype: commonDType([x!, t!]), shape: inferPool([x!], attributes).shape };
  },
  reference([x, t], attributes, type) {
    const y = dense(type.shape);
    forEachMaximum(x!, attributes, (p, position) => (y.data[p] = t!.data[position]!));
    return y;
  },
  jvp: (output, [, tangent]) => (tangent ? pick(output.inputs[0]!, tangent, output.attributes) : null),
  vjp: (output, cotangent) => [null, place(output.inputs[0]!, cotangent, output.attributes)],
  lower(lowering, tensor, [x, t]) {
    const [image, picked] = tensor.inputs as [Tensor, Tensor];
    const { attributes } = tensor;
    if (!tellsPositions(lowering, attributes)) {
      const elements = windowElements(picked, tensor, 0);
      return lowering.expression(total(firstLargest(image, attributes).map((first, k) => mul(first, elements[k]!))));
    }
    return lowering.node('Gather', [flattened(lowering, t!), maxima(lowering, x!, attributes)]);
  },
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'MaxPoolPlace',
  infer([x, y], attributes) {
    const { shape } = inferPool([x!], attributes);
    if (!sameShape(y!.shape, shape)) shapeError(`a cotangent [${shape.join(',')}]`);
    return { dtype: commonDType([x!, y!]), shape: x!.shape };
  },
  reference([x, y], attributes, type) {
    const image = dense(type.shape);
    forEachMaximum(x!, attributes, (p, position) => (image.data[position]! += y!.data[p]!));
    return image;
  },
  jvp: (output, [, tangent]) => (tangent ? place(output.inputs[0]!, tangent, output.attributes) : null),
  vjp: (output, cotangent) => [null, pick(output.inputs[0]!, cotangent, output.attributes)],
  lower(lowering, tensor, [x, y]) {
    const [image, cotangent] = tensor.inputs as [Tensor, Tensor];
    const { attributes, shape } = tensor;
    if (!tellsPositions(lowering, attributes)) {
      const terms = firstLargest(image, attributes).map((first) => mul(first, cotangent));
      return lowering.expression(scatterWindows(terms, shape, { shape: cotangent.shape, attributes }));
    }
    const positions = maxima(lowering, x!, attributes);
    if (areApart(attributes) && tensor.dtype === 'float32') {
      const { kernel_shape, strides } = onnxWindow(attributes);
      return lowering.node('MaxUnpool', [y!, positions, lowering.integers(shape)], { kernel_shape, strides });
    }
    const zeros = lowering.constant(hostTensor(tensor.dtype, [], [0]));
    const size = shape.reduce((product, length) => product * length, 1);
    const empty = lowering.node('Expand', [zeros, lowering.integers([size])]);
    const added = lowering.node('ScatterElements', [empty, flattened(lowering, positions), flattened(lowering, y!)], {
      reduction: string('add'),
    });
    return lowering.node('Reshape', [added, lowering.integers(shape)]);
  },
} satisfies PrimitiveOperator);

/** Whether padding reaches the kernel's size, as it may when the kernel is dilated: the runtime refuses that. */
function isWidelyPadded(attributes: Attributes): boolean {
  const { kernel, pads } = window(attributes);
  return pads.some((width, side) => width >= kernel[side % 2]!);
}

const tellsPositions = ({ device }: Lowering, attributes: Attributes): boolean =>
  device === 'cpu' && !isWidelyPadded(attributes);

const flattened = (lowering: Lowering, value: string): string =>
  lowering.node('Reshape', [value, lowering.integers([-1])]);

/**
 * Positions j(p) in the flattened image, shaped like the pooled one. A window without a number above the smallest float
 * has none (a network that diverged): 0 then, where the runtime says -1 or less.
 */
function maxima(lowering: Lowering, x: string, attributes: Attributes): string {
  const [, positions] = lowering.nodes('MaxPool', [x], 2, onnxWindow(attributes));
  return lowering.node('Max', [positions!, lowering.integers([0])]);
}
