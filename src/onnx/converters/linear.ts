import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type ConverterTable, type NodeCall } from '../call.ts';
import { throughFloat } from './elementwise.ts';
import { asImage, asImageWindow, asPair, asSignal, padsOf, sameSides, sizesOf, windowOf } from './window.ts';

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
  const { strides, pads, dilations } = asImageWindow(windowOf(call, x, weight.shape.slice(2)));
  const options = { strides, pads, dilations, group: call.integer('group', 1) };
  return asSignal(ops.conv2d(asImage(call, x), asImage(call, weight), call.optional(2), options), x);
}

/** Weights are [in, out/group, …kernel]. Where the size of the result is stated, padding follows from it. */
function convTranspose(call: NodeCall): Tensor {
  const [x, weight] = [call.input(0), call.input(1)];
  const [strides, dilations] = [sizesOf(call, 'strides', x, 1), sizesOf(call, 'dilations', x, 1)];
  const added = sizesOf(call, 'output_padding', x, 0);
  const rest = x.shape.slice(2).map((size, axis) => {
    const free = strides[axis]! * (size - 1) + dilations[axis]! * (weight.shape[axis + 2]! - 1) + 1 + added[axis]!;
    return free - (resultSize(call, x, strides)?.[axis] ?? free);
  });
  const { before, after } = transposedPads(call, x, rest);
  const options = {
    strides: asPair(strides, 1),
    dilations: asPair(dilations, 1),
    // A result that is larger than what windows reach ends with zeros.
    outputPadding: asPair(
      added.map((width, axis) => width + Math.max(0, -rest[axis]!)),
      0,
    ),
    pads: [...asPair(before, 0), ...asPair(after, 0)] as const,
    group: call.integer('group', 1),
  };
  return asSignal(ops.convTranspose2d(asImage(call, x), asImage(call, weight), call.optional(2), options), x);
}

/** The size of the result where the node states it, or a rule for it. */
function resultSize(call: NodeCall, x: Tensor, strides: readonly number[]): readonly number[] | undefined {
  if (call.has('output_shape')) return call.integers('output_shape').slice(2 - x.rank);
  const isSame = call.text('auto_pad', 'NOTSET').startsWith('SAME');
  return isSame ? x.shape.slice(2).map((size, axis) => size * strides[axis]!) : undefined;
}

/** Padding that leaves out `rest` rows and columns, or that of the node. */
function transposedPads(call: NodeCall, x: Tensor, rest: readonly number[]) {
  const rule = call.text('auto_pad', 'NOTSET');
  if (!call.has('output_shape') && rule === 'NOTSET') return padsOf(call, x);
  return sameSides(
    rest.map((width) => Math.max(0, width)),
    rule !== 'SAME_LOWER',
  );
}

const einsum = (call: NodeCall): Tensor =>
  throughFloat(call.inputs, (...inputs) => ops.einsum(call.text('equation'), ...inputs));

export const linearConverters: ConverterTable = {
  Gemm: always(gemm),
  MatMul: always(matmul),
  Einsum: always(einsum, 12),
  Conv: always(conv),
  ConvTranspose: always(convTranspose),
};
