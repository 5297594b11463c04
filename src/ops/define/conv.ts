import type { Tensor } from '../../graph/index.ts';
import { apply, define } from '../apply.ts';
import { add, pad, reshape, sliceRange, stack } from '../build/index.ts';
import type { Dense, PrimitiveOperator } from '../definition.ts';
import { commonDType, numbers, requireFloat, shapeError } from '../infer.ts';
import { lowerInputGradient } from './conv-input-gradient.ts';
import { convNode } from './conv-lowering.ts';
import { lowerWeightGradient } from './conv-weight-gradient.ts';
import { dense } from './dense.ts';
import { geometry, geometryOf, outputSize, validGeometry, type Geometry } from './window.ts';

/**
 * Convolution y = x ∗ w and its two transposes. Each is linear in both operands, and the derivatives of any of the three
 * are the other two, so the set is closed under differentiation of every order:
 *
 *   Conv               y[n,o,p] = Σ_{i,k} x[n,i, s·p + d·k − pad]·w[o,i,k]
 *   ConvInputGradient  x̂[n,i,q] = Σ_{o,k,p: s·p + d·k − pad = q} y[n,o,p]·w[o,i,k]
 *   ConvWeightGradient ŵ[o,i,k] = Σ_{n,p} x[n,i, s·p + d·k − pad]·y[n,o,p]
 */

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
            visit(
              ((n * channels + i) * height + row) * width + column,
              (o * channels + i) * kh * kw + k,
              (n * out + o) * rows * columns + p,
            );
          }
}

const requireImages = (...types: readonly { readonly shape: readonly number[] }[]): void => {
  if (!types.every((type) => type.shape.length === 4)) shapeError('tensors of rank 4');
};

const conv = (x: Tensor, w: Tensor, g: Geometry): Tensor => apply('Conv', [x, w], { ...g });
const inputGradient = (y: Tensor, w: Tensor, size: readonly number[], g: Geometry): Tensor =>
  apply('ConvInputGradient', [y, w], { ...g, size });
const weightGradient = (x: Tensor, y: Tensor, kernel: readonly number[], g: Geometry): Tensor =>
  apply('ConvWeightGradient', [x, y], { ...g, kernel });

/** (a ∗ b)˙ = ȧ ∗ b + a ∗ ḃ for any bilinear ∗. */
function bilinear(
  product: (a: Tensor, b: Tensor) => Tensor,
  [a, b]: readonly Tensor[],
  [da, db]: readonly (Tensor | null)[],
): Tensor {
  const terms = [da && product(da, b!), db && product(a!, db)].filter((term) => term !== null && term !== undefined);
  return terms.reduce((one, other) => add(one, other));
}

/** The part of x that each window of a convolution sees: [n, in·kh·kw, windows]. */
function patches(output: Tensor): Tensor {
  const [x, w] = output.inputs as [Tensor, Tensor];
  const { strides, pads, dilations } = geometryOf(output);
  const [n, channels] = x.shape as [number, number];
  const [kh, kw] = w.shape.slice(2) as [number, number];
  const [rows, columns] = output.shape.slice(2) as [number, number];
  const padded = pad(x, [0, 0, pads[0], pads[1]], [0, 0, pads[2], pads[3]]);
  const seen = Array.from({ length: kh * kw }, (_, k) => {
    const [top, left] = [Math.floor(k / kw) * dilations[0], (k % kw) * dilations[1]];
    const ends = [n, channels, top + (rows - 1) * strides[0] + 1, left + (columns - 1) * strides[1] + 1];
    const elements = sliceRange(padded, { starts: [0, 0, top, left], ends, steps: [1, 1, ...strides] });
    return reshape(elements, [n, channels, rows * columns]);
  });
  return reshape(stack(seen, 2), [n, channels * kh * kw, rows * columns]);
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
    forEachProduct(
      x!.shape,
      w!.shape,
      y.shape,
      geometry(attributes),
      (i, j, k) => (y.data[k]! += x!.data[i]! * w!.data[j]!),
    );
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
  // G_i = Σ_p ȳ_ip x_ipᵀ over window positions p, with the part x_ip of the image that a window sees
  perExample(output, operand) {
    if (operand !== 1) return null;
    const [n, out, rows, columns] = output.shape as [number, number, number, number];
    const inputs = patches(output);
    return (cotangent) => {
      const cotangents = reshape(cotangent, [n, out, rows * columns]);
      return { kind: 'products', cotangents, inputs, transposed: false };
    };
  },
  lower: (lowering, tensor, [x, w]) =>
    convNode(lowering, x!, w!, tensor.inputs[0]!.shape[1]!, tensor.shape[1]!, geometryOf(tensor)),
} satisfies PrimitiveOperator);

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
    forEachProduct(
      x.shape,
      w!.shape,
      y!.shape,
      geometry(attributes),
      (i, j, k) => (x.data[i]! += y!.data[k]! * w!.data[j]!),
    );
    return x;
  },
  jvp: (output, tangents) =>
    bilinear((y, w) => inputGradient(y, w, output.shape.slice(2), geometryOf(output)), output.inputs, tangents),
  vjp(output, cotangent, wanted) {
    const [y, w] = output.inputs as [Tensor, Tensor];
    return [
      wanted[0] ? conv(cotangent, w, geometryOf(output)) : null,
      wanted[1] ? weightGradient(cotangent, y, w.shape.slice(2), geometryOf(output)) : null,
    ];
  },
  lower: (lowering, tensor, [y, w]) => lowerInputGradient(lowering, tensor, y!, w!),
} satisfies PrimitiveOperator);

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
    forEachProduct(
      x!.shape,
      w.shape,
      y!.shape,
      geometry(attributes),
      (i, j, k) => (w.data[j]! += x!.data[i]! * y!.data[k]!),
    );
    return w;
  },
  jvp: (output, tangents) =>
    bilinear((x, y) => weightGradient(x, y, output.shape.slice(2), geometryOf(output)), output.inputs, tangents),
  vjp(output, cotangent, wanted) {
    const [x, y] = output.inputs as [Tensor, Tensor];
    return [
      wanted[0] ? inputGradient(y, cotangent, x.shape.slice(2), geometryOf(output)) : null,
      wanted[1] ? conv(x, cotangent, geometryOf(output)) : null,
    ];
  },
  lower: (lowering, tensor, [x, y]) => lowerWeightGradient(lowering, tensor, x!, y!),
} satisfies PrimitiveOperator);
