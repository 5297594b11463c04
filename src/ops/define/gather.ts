import { sizeOf } from '../../base/index.ts';
import { int, type Tensor } from '../../graph/index.ts';
import { define } from '../apply.ts';
import { cast, equal, gather, matmul, or, range, reshape, transpose } from '../build/index.ts';
import type { PrimitiveOperator } from '../definition.ts';
import { attributeError, number, requireDType, requireFloat } from '../infer.ts';
import { dense } from './dense.ts';

/** 1 where an index [.., 1] names a row of `x`, which has `size`, else 0: [.., size]. Index i and index i − size name the same. */
const isNamed = (indices: Tensor, size: number, x: Tensor): Tensor =>
  cast(or(equal(indices, range(size, 'int64')), equal(indices, range(size, 'int64', -size))), x.dtype);

define({
  kind: 'primitive',
  name: 'Gather',
  infer: ([x, indices], attributes) => {
    requireDType('int64', indices!);
    const axis = number(attributes, 'axis');
    return { dtype: x!.dtype, shape: x!.shape.toSpliced(axis, 1, ...indices!.shape) };
  },
  reference([x, indices], attributes, type) {
    const axis = number(attributes, 'axis');
    const inner = sizeOf(x!.shape.slice(axis + 1));
    const outer = sizeOf(x!.shape.slice(0, axis));
    const size = x!.shape[axis]!;
    const result = dense(type.shape);
    let position = 0;
    for (let block = 0; block < outer; block++)
      for (const index of indices!.data) {
        if (index < -size || index >= size) attributeError(`indices in [${-size}, ${size - 1}], not ${index}`);
        const row = block * size + (index < 0 ? index + size : index);
        for (let element = 0; element < inner; element++) result.data[position++] = x!.data[row * inner + element]!;
      }
    return result;
  },
  jvp: (output, [tangent]) => tangent! && gather(tangent, output.inputs[1]!, number(output.attributes, 'axis')),
  // The transpose adds the rows of the cotangent where they came from: a product with the one-hot matrix of the indices.
  vjp(output, cotangent) {
    const [x, indices] = output.inputs as [Tensor, Tensor];
    requireFloat(x);
    const axis = number(output.attributes, 'axis');
    const outer = sizeOf(x.shape.slice(0, axis));
    const [picked, size] = [sizeOf(indices.shape), x.shape[axis]!];
    const hot = isNamed(reshape(indices, [picked, 1]), size, x);
    return [reshape(matmul(hot, reshape(cotangent, [outer, picked, -1]), { transA: true }), x.shape), null];
  },
  // Rows [rows, width] of a table, picked for each example: G_i = Σ_p e_ip ȳ_ipᵀ with the unit vectors of the indices
  perExample(output, operand) {
    const [x, indices] = output.inputs as [Tensor, Tensor];
    if (operand !== 0 || number(output.attributes, 'axis') !== 0 || indices.rank === 0) return null;
    const [n, rows] = [indices.shape[0]!, x.shape[0]!];
    const inputs = transpose(isNamed(reshape(indices, [n, -1, 1]), rows, x), [0, 2, 1]);
    return (cotangent) => {
      const cotangents = transpose(reshape(cotangent, [n, inputs.shape[2]!, -1]), [0, 2, 1]);
      return { kind: 'products', cotangents, inputs, transposed: true };
    };
  },
  lower: (lowering, tensor, inputs) =>
    lowering.node('Gather', inputs, { axis: int(number(tensor.attributes, 'axis')) }),
} satisfies PrimitiveOperator);
