import { sameShape, sizeOf } from '../base/index.ts';
import { topologicalOrder, type Tensor } from '../graph/index.ts';
import { apply, matmul, mul, onBehalfOf } from '../ops/index.ts';

/**
 * Joins operators that would each pass over a large result. Unlike the rules of `rewrite.ts` these need to know how often
 * a value is used: joining one that is used twice would compute it twice. Being an output is not counted as a use: a
 * training step rounds the same whether its gradient is asked for or not, so that measuring never changes what is measured
 * (the price: a gradient that is kept is computed once more).
 *
 * - `(A·B)·s` with a scalar s → `(A·s)·B` when A is smaller than the product: the scaling of a gradient by the learning rate
 * - `C ± A·B` → one `Gemm`: a bias, or the update of a weight
 */
export function fuse(outputs: readonly Tensor[]): Tensor[] {
  return [scaleBeforeProduct, addToProduct].reduce(rebuild, [...outputs]);
}

type FuseRule = (tensor: Tensor, uses: (tensor: Tensor) => number) => Tensor | undefined;

/** Applies one rule to every tensor, inputs first. */
function rebuild(outputs: Tensor[], rule: FuseRule): Tensor[] {
  const order = topologicalOrder(outputs);
  const counts = new Map<Tensor, number>();
  const count = (tensor: Tensor): void => void counts.set(tensor, (counts.get(tensor) ?? 0) + 1);
  order.forEach((tensor) => tensor.inputs.forEach(count));
  const rebuilt = new Map<Tensor, Tensor>();
  const usesOf = new Map<Tensor, number>();
  for (const tensor of order) {
    const inputs = tensor.inputs.map((input) => rebuilt.get(input)!);
    const same = inputs.every((input, index) => input === tensor.inputs[index]);
    const current = same ? tensor : onBehalfOf(tensor, () => apply(tensor.operator, inputs, tensor.attributes));
    const result = onBehalfOf(tensor, () => rule(current, (input) => usesOf.get(input) ?? 0)) ?? current;
    rebuilt.set(tensor, result);
    usesOf.set(result, counts.get(tensor) ?? 0);
  }
  return outputs.map((output) => rebuilt.get(output)!);
}

const isProduct = (tensor: Tensor): boolean => tensor.operator === 'MatMul' && tensor.rank === 2;
const flags = (product: Tensor) => product.attributes as { transA: boolean; transB: boolean };

const scaleBeforeProduct: FuseRule = (tensor, uses) => {
  if (tensor.operator !== 'Mul') return undefined;
  const product = tensor.inputs.find(isProduct);
  const scale = tensor.inputs.find((input) => input !== product && sizeOf(input.shape) === 1);
  if (!product || !scale || uses(product) !== 1 || !sameShape(product.shape, tensor.shape)) return undefined;
  const [a, b] = product.inputs as [Tensor, Tensor];
  if (sizeOf(a.shape) >= sizeOf(product.shape) || scale.rank > a.rank) return undefined;
  return matmul(mul(a, scale), b, flags(product));
};

const addToProduct: FuseRule = (tensor, uses) => {
  if (tensor.operator !== 'Add' && tensor.operator !== 'Sub') return undefined;
  const [left, right] = tensor.inputs as [Tensor, Tensor];
  const fits = (product: Tensor): boolean =>
    isProduct(product) && uses(product) === 1 && sameShape(product.shape, tensor.shape);
  const gemm = (product: Tensor, addend: Tensor, alpha: number): Tensor =>
    apply('Gemm', [...product.inputs, addend], { ...product.attributes, alpha });
  if (fits(right)) return gemm(right, left, tensor.operator === 'Sub' ? -1 : 1);
  return tensor.operator === 'Add' && fits(left) ? gemm(left, right, 1) : undefined;
};
