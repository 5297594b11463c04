import { int, type Tensor } from '../../graph/index.ts';
import { define } from '../apply.ts';
import { cast, div, equal, expand, mul, sum } from '../build/index.ts';
import type { Dense, PrimitiveOperator } from '../definition.ts';
import { numbers, requireFloat } from '../infer.ts';
import { broadcastPositions, dense } from './dense.ts';

/** Reductions keep the reduced axes with size 1; builders drop them by a reshape. */

const reducedShape = (shape: readonly number[], axes: readonly number[]): number[] =>
  shape.map((size, axis) => (axes.includes(axis) ? 1 : size));

function reduceDense(
  x: Dense,
  shape: readonly number[],
  start: number,
  step: (total: number, element: number) => number,
): Dense {
  const result = dense(shape);
  result.data.fill(start);
  const positions = broadcastPositions(shape, x.shape);
  for (let position = 0; position < x.data.length; position++)
    result.data[positions[position]!] = step(result.data[positions[position]!]!, x.data[position]!);
  return result;
}

const reduction = (name: string): Pick<PrimitiveOperator, 'kind' | 'name' | 'infer' | 'lower'> => ({
  kind: 'primitive',
  name,
  infer: ([x], attributes) => {
    requireFloat(x!);
    return { dtype: x!.dtype, shape: reducedShape(x!.shape, numbers(attributes, 'axes')) };
  },
  lower: (lowering, tensor, [x]) =>
    lowering.node(name, [x!, lowering.integers(numbers(tensor.attributes, 'axes'))], { keepdims: int(1) }),
});

// (Σx)˙ = Σẋ, and its transpose spreads the cotangent
define({
  ...reduction('ReduceSum'),
  reference: ([x], _, type) => reduceDense(x!, type.shape, 0, (total, element) => total + element),
  jvp: (output, [tangent]) => sum(tangent!, { axes: numbers(output.attributes, 'axes'), keep: true }),
  vjp: (output, cotangent) => [expand(cotangent, output.inputs[0]!.shape)],
} satisfies PrimitiveOperator);

/** 1/k at each of the k largest elements of a reduced group, 0 elsewhere. */
function largestShare(output: Tensor): Tensor {
  const x = output.inputs[0]!;
  const largest = cast(equal(x, output), x.dtype);
  return div(largest, sum(largest, { axes: numbers(output.attributes, 'axes'), keep: true }));
}

define({
  ...reduction('ReduceMax'),
  reference: ([x], _, type) => reduceDense(x!, type.shape, -Infinity, Math.max),
  jvp: (output, [tangent]) =>
    sum(mul(tangent!, largestShare(output)), { axes: numbers(output.attributes, 'axes'), keep: true }),
  vjp: (output, cotangent) => [mul(largestShare(output), cotangent)],
} satisfies PrimitiveOperator);
