import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type ConverterTable, type NodeCall } from '../call.ts';
import { throughFloat } from './elementwise.ts';
import { asImage, asSignal, windowOf } from './window.ts';

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

function conv(call: NodeCall): Tensor {
  const [x, weight] = [call.input(0), call.input(1)];
  const [image, kernels] = [asImage(call, x), asImage(call, weight)];
  const { strides, pads, dilations } = windowOf(call, x, [kernels.shape[2]!, kernels.shape[3]!]);
  const group = call.integer('group', 1);
  if (group !== 1) throw call.refuse(`one group, got ${group}`);
  return asSignal(ops.conv2d(image, kernels, call.optional(2), { strides, pads, dilations }), x);
}

export const linearConverters: ConverterTable = {
  Gemm: always(gemm),
  MatMul: always(matmul),
  Conv: always(conv),
};
