import type { Tensor } from '../../graph/index.ts';
import { apply, define } from '../apply.ts';
import { add, convAttributes } from '../build/index.ts';
import type { Dense, PrimitiveOperator } from '../definition.ts';
import { commonDType, numbers, requireFloat, shapeError } from '../infer.ts';
import { lowerInputGradient } from './conv-input-gradient.ts';
import { convNode } from './conv-lowering.ts';
import { imageGradients, kernelGradients } from './conv-per-example.ts';
import { forEachProduct } from './conv-products.ts';
import { lowerWeightGradient } from './conv-weight-gradient.ts';
import { dense } from './dense.ts';
import { geometry, geometryOf, outputSize, validGeometry, type Geometry } from './window.ts';

/**
 * Convolution y = x ∗ w and its two transposes. Each is linear in both operands, and the derivatives of any of the three
 * are the other two, so the set is closed under differentiation of every order. For one group of channels:
 *
 *   Conv               y[n,o,p] = Σ_{i,k} x[n,i, s·p + d·k − pad]·w[o,i,k]
 *   ConvInputGradient  x̂[n,i,q] = Σ_{o,k,p: s·p + d·k − pad = q} y[n,o,p]·w[o,i,k]
 *   ConvWeightGradient ŵ[o,i,k] = Σ_{n,p} x[n,i, s·p + d·k − pad]·y[n,o,p]
 *
 * Groups divide the channels of x and of y; a kernel of group g sees channels of group g only: w [out, in/group, kh, kw].
 */

const requireImages = (...types: readonly { readonly shape: readonly number[] }[]): void => {
  if (!types.every((type) => type.shape.length === 4)) shapeError('tensors of rank 4');
};

/** Refuses output channels that groups cannot share. */
const requireGroups = (out: number, { group }: Geometry): void => {
  if (out % group !== 0) shapeError(`output channels in ${group} groups, not ${out}`);
};

const conv = (x: Tensor, w: Tensor, g: Geometry): Tensor => apply('Conv', [x, w], { ...convAttributes(g) });
const inputGradient = (y: Tensor, w: Tensor, size: readonly number[], g: Geometry): Tensor =>
  apply('ConvInputGradient', [y, w], { ...convAttributes(g), size });
const weightGradient = (x: Tensor, y: Tensor, kernel: readonly number[], g: Geometry): Tensor =>
  apply('ConvWeightGradient', [x, y], { ...convAttributes(g), kernel });

/** (a ∗ b)˙ = ȧ ∗ b + a ∗ ḃ for any bilinear ∗. */
function bilinear(
  product: (a: Tensor, b: Tensor) => Tensor,
  [a, b]: readonly Tensor[],
  [da, db]: readonly (Tensor | null)[],
): Tensor {
  const terms = [da && product(da, b!), db && product(a!, db)].filter((term) => term !== null && term !== undefined);
  return terms.reduce((one, other) => add(one, other));
}

define({
  kind: 'primitive',
  name: 'Conv',
  infer([x, w], attributes) {
    requireFloat(x!, w!);
    requireImages(x!, w!);
    const given = validGeometry(attributes);
    const [channels, seen] = [x!.shape[1]!, w!.shape[1]!];
    if (channels !== seen * given.group)
      shapeError(
        `a kernel for ${channels} channels${given.group === 1 ? '' : ` in ${given.group} groups`}, not ${seen}`,
      );
    requireGroups(w!.shape[0]!, given);
    const size = outputSize(x!.shape.slice(2), w!.shape.slice(2), given);
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
  perExample: (output, operand) => (operand === 1 ? kernelGradients(output) : null),
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
    const given = validGeometry(attributes);
    const rows = outputSize(size, w!.shape.slice(2), given);
    requireGroups(w!.shape[0]!, given);
    if (y!.shape[1] !== w!.shape[0] || rows.some((count, axis) => count !== y!.shape[axis + 2]))
      shapeError(`a cotangent [n,${w!.shape[0]!},${rows.join(',')}]`);
    return { dtype: commonDType([y!, w!]), shape: [y!.shape[0]!, w!.shape[1]! * given.group, ...size] };
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
  perExample: (output, operand) => (operand === 1 ? imageGradients(output) : null),
  lower: (lowering, tensor, [y, w]) => lowerInputGradient(lowering, tensor, y!, w!),
} satisfies PrimitiveOperator);

define({
  kind: 'primitive',
  name: 'ConvWeightGradient',
  infer([x, y], attributes) {
    requireFloat(x!, y!);
    requireImages(x!, y!);
    const kernel = numbers(attributes, 'kernel');
    const given = validGeometry(attributes);
    const rows = outputSize(x!.shape.slice(2), kernel, given);
    if (x!.shape[1]! % given.group !== 0) shapeError(`channels in ${given.group} groups, not ${x!.shape[1]!}`);
    requireGroups(y!.shape[1]!, given);
    if (x!.shape[0] !== y!.shape[0] || rows.some((count, axis) => count !== y!.shape[axis + 2]))
      shapeError(`a cotangent [${x!.shape[0]!},out,${rows.join(',')}]`);
    return { dtype: commonDType([x!, y!]), shape: [y!.shape[1]!, x!.shape[1]! / given.group, ...kernel] };
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
