import { ints, type Attributes, type Tensor } from '../../graph/index.ts';
import { define, apply } from '../apply.ts';
import { add } from '../build/index.ts';
import type { Dense, Lowering, PrimitiveOperator } from '../definition.ts';
import { attributeError, commonDType, numbers, requireFloat, shapeError } from '../infer.ts';
import { dense } from './dense.ts';

/**
 * Convolution y = x ∗ w and its two transposes. Each is linear in both operands, and the derivatives of any of the three
 * are the other two, so the set is closed under differentiation of every order:
 *
 *   Conv               y[n,o,p] = Σ_{i,k} x[n,i, s·p + d·k − pad]·w[o,i,k]
 *   ConvInputGradient  x̂[n,i,q] = Σ_{o,k,p: s·p + d·k − pad = q} y[n,o,p]·w[o,i,k]
 *   ConvWeightGradient ŵ[o,i,k] = Σ_{n,p} x[n,i, s·p + d·k − pad]·y[n,o,p]
 */

interface Geometry {
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
  readonly dilations: readonly [number, number];
}

const geometry = (attributes: Attributes): Geometry => ({
  strides: numbers(attributes, 'strides') as [number, number],
  pads: numbers(attributes, 'pads') as [number, number, number, number],
  dilations: numbers(attributes, 'dilations') as [number, number],
});

const geometryOf = (tensor: Tensor): Geometry => geometry(tensor.attributes);

/** Number of window positions along one axis. */
export function windows(size: number, kernel: number, stride: number, dilation: number, padding: number): number {
  const span = dilation * (kernel - 1) + 1;
  const count = Math.floor((size + padding - span) / stride) + 1;
  return count > 0 ? count : shapeError(`an image of at least ${span} after padding, not ${size + padding}`);
}

function outputSize([h, w]: readonly number[], [kh, kw]: readonly number[], { strides, pads, dilations }: Geometry): [number, number] {
  return [
    windows(h!, kh!, strides[0], dilations[0], pads[0] + pads[2]),
    windows(w!, kw!, strides[1], dilations[1], pads[1] + pads[3]),
  ];
}

/** Calls `visit` with the positions of x, w and y in every product of the convolution. */
function forEachProduct(
  x: readonly number[],
  w: readonly number[],
  y: readonly number[],
  { strides, pads, dilations }: Geometry,
  visit: (x: number, w: number, y: number) => void,
): void {
  const [batch, channels, height, width] = x as [number, number, number, number];
  const [out, , kh, kw] = w as [number, number, number, number];
  const [, , rows, columns] = y as [number, number, number, number];
  for (let n = 0; n < batch; n++)
    for (let o = 0; o < out; o++)
      for (let i = 0; i < channels; i++)
        for (let p = 0; p < rows * columns; p++)
          for (let k = 0; k < kh * kw; k++) {
            const row = Math.floor(p / columns) * strides[0] + Math.floor(k / kw) * dilations[0] - pads[0];
            const column = (p % columns) * strides[1] + (k % kw) * dilations[1] - pads[1];
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            visit(((n * channels + i) * height + row) * width + column, (o * channels + i) * kh * kw + k, (n * out + o) * rows * columns + p);
          }
}

const requireImages = (...types: readonly { readonly shape: readonly number[] }[]): void => {
  if (!types.every((type) => type.shape.length === 4)) shapeError('tensors of rank 4');
};

function validGeometry(attributes: Attributes): Geometry {
  const found = geometry(attributes);
  const positive = [...found.strides, ...found.dilations].every((value) => Number.isInteger(value) && value > 0);
  if (!positive) attributeError('strides and dilations of at least 1');
  if (found.pads.length !== 4 || !found.pads.every((value) => Number.isInteger(value) && value >= 0)) attributeError('4 pads of at least 0');
  return found;
}

const conv = (x: Tensor, w: Tensor, g: Geometry): Tensor => apply('Conv', [x, w], { ...g });
const inputGradient = (y: Tensor, w: Tensor, size: readonly number[], g: Geometry): Tensor =>
  apply('ConvInputGradient', [y, w], { ...g, size });
const weightGradient = (x: Tensor, y: Tensor, kernel: readonly number[], g: Geometry): Tensor =>
  apply('ConvWeightGradient', [x, y], { ...g, kernel });

/** (a ∗ b)˙ = ȧ ∗ b + a ∗ ḃ for any bilinear ∗. */
function bilinear(product: (a: Tensor, b: Tensor) => Tensor, [a, b]: readonly Tensor[], [da, db]: readonly (Tensor | null)[]): Tensor {
  const terms = [da && product(da, b!), db && product(a!, db)].filter((term) => term !== null && term !== undefined);
  return terms.reduce((one, other) => add(one, other));
}

define({
  kind: 'primitive',
  name: 'Conv',
  infer([x, w], attributes) {
    requireFloat(x!, w!);
    requireImages(x!, w!);
    if (x!.shape[1] !== w!.shape[1]) shapeError(`a kernel for ${x!.shape[1]!} channels, not ${w!.shape[1]!}`);
    const size = outputSize(x!.shape.slice(2), w!.shape.slice(2), validGeometry(attributes));
    return { dtype: commonDType([x!, w!]), shape: [x!.shape[0]!, w!.shape[0]!, ...size] };
  },
  reference([x, w], attributes, type) {
    const y = dense(type.shape);
    forEachProduct(x!.shape, w!.shape, y.shape, geometry(attributes), (i, j, k) => (y.data[k]! += x!.data[i]! * w!.data[j]!));
    return y;
  },
  jvp: (output, tangents) => bilinear((x, w) => conv(x, w, geometryOf(output)), output.inputs, tangents),
  vjp(output, cotangent, wanted) {
    const [x, w] = output.inputs as [Tensor, Tensor];
    return [
      wanted[0] ? inputGradient(cotangent, w, x.shape.slice(2), geometryOf(output)) : null,
      wanted[1] ? weightGradient(x, cotangent, w.shape.slice(2), geometryOf(output)) : null,
    ];
  },
  lower: (lowering, tensor, inputs) => lowering.node('Conv', inputs, onnxGeometry(geometryOf(tensor))),
} satisfies PrimitiveOperator);

const onnxGeometry = ({ strides, pads, dilations }: Geometry) => ({ strides: ints(strides), pads: ints(pads), dilations: ints(dilations) });

define({
  kind: 'primitive',
  name: 'ConvInputGradient',
  infer([y, w], attributes) {
    requireFloat(y!, w!);
    requireImages(y!, w!);
    const size = numbers(attributes, 'size');
    const rows = outputSize(size, w!.shape.slice(2), validGeometry(attributes));
    if (y!.shape[1] !== w!.shape[0] || rows.some((count, axis) => count !== y!.shape[axis + 2]))
      shapeError(`a cotangent [n,${w!.shape[0]!},${rows.join(',')}]`);
    return { dtype: commonDType([y!, w!]), shape: [y!.shape[0]!, w!.shape[1]!, ...size] };
  },
  reference([y, w], attributes, type) {
    const x = dense(type.shape);
    forEachProduct(x.shape, w!.shape, y!.shape, geometry(attributes), (i, j, k) => (x.data[i]! += y!.data[k]! * w!.data[j]!));
    return x;
  },
  jvp: (output, tangents) => bilinear((y, w) => inputGradient(y, w, output.shape.slice(2), geometryOf(output)), output.inputs, tangents),
  vjp(output, cotangent, wanted) {
    const [y, w] = output.inputs as [Tensor, Tensor];
    return [
      wanted[0] ? conv(cotangent, w, geometryOf(output)) : null,
      wanted[1] ? weightGradient(cotangent, y, w.shape.slice(2), geometryOf(output)) : null,
    ];
  },
  lower: (lowering, tensor, [y, w]) => lowerInputGradient(lowering, tensor, y!, w!),
} satisfies PrimitiveOperator);

/**
 * With stride 1 the input gradient is the convolution with the kernel turned by 180° and its channels exchanged, which
 * runs on the forward kernel; otherwise ConvTranspose, told the padding that restores the image's size.
 */
function lowerInputGradient(lowering: Lowering, tensor: Tensor, y: string, w: string): string {
  const { strides, pads, dilations } = geometryOf(tensor);
  const [kernel, image] = [tensor.inputs[1]!.shape.slice(2), tensor.inputs[0]!.shape.slice(2)];
  const reach = kernel.map((size, axis) => dilations[axis]! * (size - 1));
  const opposite = [0, 1, 2, 3].map((side) => reach[side % 2]! - pads[side]!);
  if (strides.every((stride) => stride === 1) && opposite.every((width) => width >= 0)) {
    const exchanged = lowering.node('Transpose', [w], { perm: ints([1, 0, 2, 3]) });
    const last = kernel.map((size) => size - 1);
    const turned = kernel.every((size) => size === 1)
      ? exchanged
      : lowering.node('Slice', [exchanged, lowering.integers(last), lowering.integers([-(2 ** 31), -(2 ** 31)]), lowering.integers([2, 3]), lowering.integers([-1, -1])]);
    return lowering.node('Conv', [y, turned], onnxGeometry({ strides, pads: opposite as never, dilations }));
  }
  const outputPadding = [0, 1].map((axis) => {
    const natural = strides[axis]! * (image[axis]! - 1) + reach[axis]! + 1 - pads[axis]! - pads[axis + 2]!;
    return tensor.shape[axis + 2]! - natural;
  });
  return lowering.node('ConvTranspose', [y, w], { ...onnxGeometry({ strides, pads, dilations }), output_padding: ints(outputPadding) });
}

define({
  kind: 'primitive',
  name: 'ConvWeightGradient',
  infer([x, y], attributes) {
    requireFloat(x!, y!);
    requireImages(x!, y!);
    const kernel = numbers(attributes, 'kernel');
    const rows = outputSize(x!.shape.slice(2), kernel, validGeometry(attributes));
    if (x!.shape[0] !== y!.shape[0] || rows.some((count, axis) => count !== y!.shape[axis + 2]))
      shapeError(`a cotangent [${x!.shape[0]!},out,${rows.join(',')}]`);
    return { dtype: commonDType([x!, y!]), shape: [y!.shape[1]!, x!.shape[1]!, ...kernel] };
  },
  reference([x, y], attributes, type): Dense {
    const w = dense(type.shape);
    forEachProduct(x!.shape, w.shape, y!.shape, geometry(attributes), (i, j, k) => (w.data[j]! += x!.data[i]! * y!.data[k]!));
    return w;
  },
  jvp: (output, tangents) => bilinear((x, y) => weightGradient(x, y, output.shape.slice(2), geometryOf(output)), output.inputs, tangents),
  vjp(output, cotangent, wanted) {
    const [x, y] = output.inputs as [Tensor, Tensor];
    return [
      wanted[0] ? inputGradient(y, cotangent, x.shape.slice(2), geometryOf(output)) : null,
      wanted[1] ? conv(x, cotangent, geometryOf(output)) : null,
    ];
  },
  lower: (lowering, tensor, [x, y]) => lowerWeightGradient(lowering, tensor, x!, y!),
} satisfies PrimitiveOperator);

/**
 * One batched product [n,out,p]·[n,p,in] for each element of the kernel, summed over the batch. Of the lowerings that
 * were timed on the CPU (docs/method.md) this was the fastest at every size.
 */
function lowerWeightGradient(lowering: Lowering, tensor: Tensor, x: string, y: string): string {
  const { strides, pads, dilations } = geometryOf(tensor);
  const [image, cotangent] = tensor.inputs as [Tensor, Tensor];
  const [n, channels] = image.shape as [number, number];
  const [, out, rows, columns] = cotangent.shape as [number, number, number, number];
  const [kh, kw] = tensor.shape.slice(2) as [number, number];
  const flat = lowering.node('Reshape', [y, lowering.integers([n, out, rows * columns])]);
  const padded = pads.some((width) => width > 0)
    ? lowering.node('Pad', [x, lowering.integers([0, 0, pads[0], pads[1], 0, 0, pads[2], pads[3]])])
    : x;
  const terms: string[] = [];
  for (let i = 0; i < kh; i++)
    for (let j = 0; j < kw; j++) {
      const [top, left] = [i * dilations[0], j * dilations[1]];
      const bottom = top + (rows - 1) * strides[0] + 1;
      const right = left + (columns - 1) * strides[1] + 1;
      const seen = lowering.node('Slice', [padded, lowering.integers([top, left]), lowering.integers([bottom, right]), lowering.integers([2, 3]), lowering.integers(strides)]);
      const flatSeen = lowering.node('Reshape', [seen, lowering.integers([n, channels, rows * columns])]);
      const turned = lowering.node('Transpose', [flatSeen], { perm: ints([0, 2, 1]) });
      const products = lowering.node('MatMul', [flat, turned]);
      terms.push(lowering.node('ReduceSum', [products, lowering.integers([0])], { keepdims: { type: 'int', value: 0 } }));
    }
  const apart = terms.map((term) => lowering.node('Reshape', [term, lowering.integers([out, channels, 1])]));
  const joined = apart.length === 1 ? apart[0]! : lowering.node('Concat', apart, { axis: { type: 'int', value: 2 } });
  return lowering.node('Reshape', [joined, lowering.integers([out, channels, kh, kw])]);
}
