import type { Tensor } from '../graph/index.ts';
import { add, mul, sub, sum } from '../ops/index.ts';

type Tensors = Readonly<Record<string, Tensor>>;

/** `Σ_p ⟨a_p, b_p⟩` over all parameters p: a scalar. */
export const innerProduct = (a: Tensors, b: Tensors): Tensor =>
  Object.entries(a)
    .map(([name, tensor]) => sum(mul(tensor, b[name]!)))
    .reduce((one, other) => add(one, other));

/** `‖a − b‖²` over all parameters: a scalar. */
export function squaredDistance(a: Tensors, b: Tensors): Tensor {
  const difference = Object.fromEntries(Object.entries(a).map(([name, tensor]) => [name, sub(tensor, b[name]!)]));
  return innerProduct(difference, difference);
}
