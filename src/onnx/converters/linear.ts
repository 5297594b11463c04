import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type ConverterTable, type NodeCall } from '../call.ts';
import { throughFloat } from './elementwise.ts';
import { asImage, asSignal, padsOf, pairOf, sameSides, windowOf } from './window.ts';

/** A factor that mostly is 1. */
const scaled = (x: Tensor, factor: number): Tensor => (factor === 1 ? x : ops.mul(x, factor));

/** `α·op(A)·op(B) + β·C`, C broadcast. */
function gemm(call: NodeCall): Tensor {
  const transposed = { transA: call.flag('transA', false), transB: call.flag('transB', false) };
  return throughFloat(call.inputs, (a, b, c) => {
    if (a!.rank !== 2 || b!.rank !== 2)
      call.fail(`two matrices, got [${a!.shape.join(',')}] and [${b!.shape.join(',')}]`);
    const product = scaled(ops.matmul(a!, b!, transposed), call.number('alpha', 1));
    return c ? ops.add(product, scaled(c, call.number('beta', 1))) : product;
  });
}

/** NumPy's product: a vector is a row in front and a column behind, and the axis that it lacks is dropped. */
function matmul(call: NodeCall): Tensor {
  return throughFloat([call.input(0), call.input(1)], (a, b) => {
    if (a!.rank === 0 || b!.rank === 0) call.fail('tensors with axes, got a scalar');
    const left = a!.rank === 1 ? ops.reshape(a!, [1, -1]) : a!;
    const right = b!.rank === 1 ? ops.reshape(b!, [-1, 1]) : b!;
    const product = ops.matmul(left, right);
    const shape = [...product.shape];
    if (b!.rank === 1) shape.pop();
    if (a!.rank === 1) shape.splice(shape.length - (b!.rank === 1 ? 1 : 2), 1);
    return ops.reshape(product, shape);
  });
}

/** Weights are [out, in/group, …kernel]. */
function conv(call: NodeCall): Tensor {
  const [x, weight] = [call.input(0), call.input(1)];
  const [image, kernels] = [asImage(call, x), asImage(call, weight)];
  const { strides, pads, dilations } = windowOf(call, x, [kernels.shape[2]!, kernels.shape[3]!]);
  const options = { strides, pads, dilations, group: call.integer('group', 1) };
  return asSignal(ops.conv2d(image, kernels, call.optional(2), options), x);
}

/** Weights are [in, out/group, …kernel]. Where the size of the result is stated, padding follows from it. */
function convTranspose(call: NodeCall): Tensor {
  const [x, weight] = [call.input(0), call.input(1)];
  const [image, kernels] = [asImage(call, x), asImage(call, weight)];
  const [strides, dilations] = [pairOf(call, 'strides', x, 1), pairOf(call, 'dilations', x, 1)];
  const added = pairOf(call, 'output_padding', x, 0);
  const free = ([0, 1] as const).map(
    (axis) =>
      strides[axis] * (image.shape[axis + 2]! - 1) + dilations[axis] * (kernels.shape[axis + 2]! - 1) + 1 + added[axis],
  );
  const rest = free.map((size, axis) => size - (resultSize(call, x, image, strides)?.[axis] ?? size));
  // A result that is larger than what windows reach ends with zeros.
  const outputPadding = [added[0] + Math.max(0, -rest[0]!), added[1] + Math.max(0, -rest[1]!)] as const;
  const group = call.integer('group', 1);
  const pads = transposedPads(call, x, rest);
  return asSignal(
    ops.convTranspose2d(image, kernels, call.optional(2), { strides, dilations, outputPadding, group, pads }),
    x,
  );
}

/** The size of the result where the node states it, or a rule for it. */
function resultSize(
  call: NodeCall,
  x: Tensor,
  image: Tensor,
  strides: readonly number[],
): readonly number[] | undefined {
  if (call.has('output_shape')) {
    const sizes = call.integers('output_shape').slice(-(x.rank - 2));
    return x.rank === 3 ? [1, ...sizes] : sizes;
  }
  const isSame = call.text('auto_pad', 'NOTSET').startsWith('SAME');
  return isSame ? image.shape.slice(2).map((size, axis) => size * strides[axis]!) : undefined;
}

/** Padding that leaves out `rest` rows and columns, or that of the node. */
function transposedPads(call: NodeCall, x: Tensor, rest: readonly number[]): [number, number, number, number] {
  const rule = call.text('auto_pad', 'NOTSET');
  if (!call.has('output_shape') && rule === 'NOTSET') return padsOf(call, x);
  const total = rest.map((width) => Math.max(0, width));
  const [before, after] = sameSides(total, rule !== 'SAME_LOWER');
  return [before[0]!, before[1]!, after[0]!, after[1]!];
}

export const linearConverters: ConverterTable = {
  Gemm: always(gemm),
  MatMul: always(matmul),
  Conv: always(conv),
  ConvTranspose: always(convTranspose),
};
