import { sizeOf } from '../../base/index.ts';
import { int, type Tensor } from '../../graph/index.ts';
import { define } from '../apply.ts';
import { expand, reshape, total } from '../build/index.ts';
import type { Lowering, PrimitiveOperator } from '../definition.ts';
import { commonDType, requireFloat, shapeError } from '../infer.ts';
import { reshaped } from './conv-lowering.ts';
import { dense } from './dense.ts';

/** Of tensors with fewer elements a GPU writes a copy sooner than it begins another kernel. */
const fewElements = 2 ** 20;

/** `Σ x` of one tensor over all its axes, a scalar. */
function summed(lowering: Lowering, { rank }: Pick<Tensor, 'rank'>, x: string): string {
  if (rank === 0) return x;
  const axes = lowering.integers(Array.from({ length: rank }, (_, axis) => axis));
  return lowering.node('ReduceSum', [x, axes], { keepdims: int(0) });
}

/** The sums of several tensors. On a GPU small ones are joined first: one kernel for many of them, where each would take two. */
function sums(lowering: Lowering, tensors: readonly Tensor[], values: readonly string[]): string[] {
  const all = tensors.map((tensor, index) => ({ tensor, value: values[index]!, size: sizeOf(tensor.shape) }));
  const isJoined = ({ size }: { readonly size: number }): boolean => lowering.device === 'gpu' && size < fewElements;
  const joined = all.filter(isJoined).map(({ value, size }) => reshaped(lowering, value, [size]));
  const apart = joined.length < 2 ? all : all.filter((one) => !isJoined(one));
  const single = apart.map(({ tensor, value }) => summed(lowering, tensor, value));
  if (joined.length < 2) return single;
  return [...single, summed(lowering, { rank: 1 }, lowering.node('Concat', joined, { axis: int(0) }))];
}

// Σ over everything: its derivative is the sum of the tangents, its transpose spreads the cotangent
define({
  kind: 'primitive',
  name: 'Total',
  infer(inputs) {
    if (inputs.length === 0) shapeError('at least one tensor');
    requireFloat(...inputs);
    return { dtype: commonDType(inputs), shape: [] };
  },
  reference(inputs) {
    const result = dense([]);
    for (const { data } of inputs) result.data[0]! += data.reduce((sum, value) => sum + value, 0);
    return result;
  },
  jvp: (_, tangents) => total(tangents.flatMap((tangent) => tangent ?? [])),
  vjp: ({ inputs }, cotangent, wanted) =>
    inputs.map(({ shape }, which) =>
      wanted[which]
        ? expand(
            reshape(
              cotangent,
              shape.map(() => 1),
            ),
            shape,
          )
        : null,
    ),
  lower(lowering, tensor, values) {
    return sums(lowering, tensor.inputs, values).reduce((one, other) => lowering.node('Add', [one, other]));
  },
} satisfies PrimitiveOperator);
