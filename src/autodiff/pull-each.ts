import { ThalwegError } from '../base/index.ts';
import { dependents, topologicalOrder, type Tensor } from '../graph/index.ts';
import { apply, atUserLine, expand, identity, onBehalfOf, reshape, transpose } from '../ops/index.ts';
import { elementwise } from './elementwise.ts';
import { pullback } from './reverse.ts';

/**
 * The pullback of `operand`, a function of the parameter, for each example apart: as if every example had a copy of the
 * parameter. Serves what stands between small parameters and the examples (γ/√(σ²+ε) of batch normalisation in evaluation).
 *
 * @param gradient [n, …shape of operand]
 * @returns [n, …shape of parameter]. Throws `NO_PER_EXAMPLE_RULE` for operators that are not element-wise nor move elements
 */
export function pullEach(operand: Tensor, gradient: Tensor, parameter: Tensor): Tensor {
  if (operand === parameter) return gradient;
  const count = gradient.shape[0]!;
  const copies = identity(expand(reshape(parameter, [1, ...parameter.shape]), [count, ...parameter.shape]));
  return pullback([copied(operand, parameter, copies)], [gradient], [copies])[0]!;
}

/** The operators from the parameter to `operand`, applied to the copies: each tensor has one more axis in front. */
function copied(operand: Tensor, parameter: Tensor, copies: Tensor): Tensor {
  const order = topologicalOrder([operand]);
  const active = dependents(order, [parameter]);
  const copy = new Map([[parameter, copies]]);
  for (const tensor of order) {
    if (!copy.has(tensor) && active.has(tensor))
      copy.set(
        tensor,
        onBehalfOf(tensor, () => onCopies(tensor, copy)),
      );
  }
  return copy.get(operand)!;
}

function onCopies(tensor: Tensor, copy: ReadonlyMap<Tensor, Tensor>): Tensor {
  const [x] = tensor.inputs.map((input) => copy.get(input) ?? input) as [Tensor];
  const count = x.shape[0]!;
  if (tensor.operator === 'Reshape') return reshape(x, [count, ...tensor.shape]);
  if (tensor.operator === 'Transpose') {
    const order = tensor.attributes['order'] as readonly number[];
    return transpose(x, [0, ...order.map((axis) => axis + 1)]);
  }
  if (!elementwise.has(tensor.operator))
    throw new ThalwegError(
      'NO_PER_EXAMPLE_RULE',
      `per-example derivatives: expected element-wise operators and movements between parameter and examples, got ${tensor.toString()}${atUserLine(tensor.origin)}`,
    );
  const inputs = tensor.inputs.map((input) => {
    const own = copy.get(input);
    return own ? aligned(own, tensor.rank) : input;
  });
  return apply(tensor.operator, inputs, tensor.attributes);
}

/** Axes of size 1 behind axis 0, so that the others stand where they stood in a tensor of `rank`. */
const aligned = (copies: Tensor, rank: number): Tensor => {
  const [count, ...shape] = copies.shape;
  return reshape(copies, [count!, ...new Array<number>(rank - shape.length).fill(1), ...shape]);
};
