import { sameShape, sizeOf, toFloat64, type HostTensor } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { add, apply, expand, matmul, mul, neg, reshape, sub, transpose } from '../ops/index.ts';

/** One local rule per operator: a simpler tensor of the same value and type, or undefined. */
type Rule = (tensor: Tensor) => Tensor | undefined;

/** The simplest equal of a tensor by one step, or undefined when it is simple already. */
export const rewrite: Rule = (tensor) => rules[tensor.operator]?.(tensor);

/** The number that every element of a constant (or of a broadcast one) equals, or undefined. */
function uniform(tensor: Tensor): number | undefined {
  if (tensor.operator === 'Expand') return uniform(tensor.inputs[0]!);
  if (tensor.operator !== 'Constant') return undefined;
  const value = tensor.attributes['value'] as HostTensor;
  if (sizeOf(value.shape) === 0 || sizeOf(value.shape) > 1024) return undefined;
  const data = toFloat64(value);
  return data.every((element) => element === data[0]) ? data[0] : undefined;
}

/** `candidate` in place of `tensor`, when it has its shape already or can be broadcast to it. */
const as = (candidate: Tensor, tensor: Tensor): Tensor => expand(candidate, tensor.shape);

/** Operands of an element-wise operator need no explicit broadcast when the other one has the full shape. */
const withoutExpand: Rule = (tensor) => {
  const bare = tensor.inputs.map((input) => (input.operator === 'Expand' ? input.inputs[0]! : input));
  for (let index = 0; index < bare.length; index++) {
    if (bare[index] === tensor.inputs[index]) continue;
    const candidate = tensor.inputs.with(index, bare[index]!);
    const others = candidate.filter((_, other) => other !== index);
    if (others.some((other) => sameShape(other.shape, tensor.shape)))
      return apply(tensor.operator, candidate, tensor.attributes);
  }
  return undefined;
};

const negated = (tensor: Tensor): Tensor | undefined => (tensor.operator === 'Neg' ? tensor.inputs[0] : undefined);

// x + 0 = x, x + x = 2x (a factor that others can join), x + (−y) = x − y
const addRule: Rule = (tensor) => {
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  if (uniform(b) === 0) return as(a, tensor);
  if (uniform(a) === 0) return as(b, tensor);
  if (a === b) return mul(a, 2);
  const [minusA, minusB] = [negated(a), negated(b)];
  if (minusB) return sub(a, minusB);
  if (minusA) return sub(b, minusA);
  return withoutExpand(tensor);
};

// x − 0 = x, 0 − x = −x, x − (−y) = x + y
const subRule: Rule = (tensor) => {
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  if (uniform(b) === 0) return as(a, tensor);
  if (uniform(a) === 0) return neg(as(b, tensor));
  const minusB = negated(b);
  return minusB ? add(a, minusB) : withoutExpand(tensor);
};

// 1·x = x, −1·x = −x, (x·c)·d = x·(cd)
const mulRule: Rule = (tensor) => {
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  for (const [x, factor] of [
    [a, b],
    [b, a],
  ] as const) {
    const value = uniform(factor);
    if (value === 1) return as(x, tensor);
    if (value === -1) return neg(as(x, tensor));
    if (value !== undefined && x.operator === 'Mul' && sameShape(x.shape, tensor.shape)) {
      const inner = x.inputs.findIndex((input) => uniform(input) !== undefined);
      if (inner >= 0) return as(mul(x.inputs[1 - inner]!, uniform(x.inputs[inner]!)! * value), tensor);
    }
  }
  const [minusA, minusB] = [negated(a), negated(b)];
  if (minusA && minusB) return mul(minusA, minusB);
  return withoutExpand(tensor);
};

const divRule: Rule = (tensor) => {
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  return uniform(b) === 1 ? as(a, tensor) : withoutExpand(tensor);
};

const orderOf = (tensor: Tensor): readonly number[] => tensor.attributes['order'] as readonly number[];
const isIdentityOrder = (order: readonly number[]): boolean => order.every((axis, index) => axis === index);

const transposeRule: Rule = (tensor) => {
  const x = tensor.inputs[0]!;
  const order = orderOf(tensor);
  if (isIdentityOrder(order)) return x;
  if (x.operator === 'Transpose')
    return transpose(
      x.inputs[0]!,
      order.map((axis) => orderOf(x)[axis]!),
    );
  // Moving axes of size 1 moves no element.
  const solid = order.filter((axis) => x.shape[axis] !== 1);
  return solid.every((axis, index) => index === 0 || axis > solid[index - 1]!) ? reshape(x, tensor.shape) : undefined;
};

const reshapeRule: Rule = (tensor) => {
  const x = tensor.inputs[0]!;
  if (sameShape(x.shape, tensor.shape)) return x;
  if (x.operator === 'Reshape') return reshape(x.inputs[0]!, tensor.shape);
  const broadcastScalar = x.operator === 'Expand' && sizeOf(x.inputs[0]!.shape) === 1;
  return broadcastScalar ? expand(reshape(x.inputs[0]!, []), tensor.shape) : undefined;
};

const expandRule: Rule = (tensor) => {
  const x = tensor.inputs[0]!;
  if (sameShape(x.shape, tensor.shape)) return x;
  return x.operator === 'Expand' ? expand(x.inputs[0]!, tensor.shape) : undefined;
};

/** A transpose of the last two axes becomes a flag of the product. */
const matmulRule: Rule = (tensor) => {
  const [a, b] = tensor.inputs as [Tensor, Tensor];
  const swapsLastTwo = (x: Tensor): boolean =>
    x.operator === 'Transpose' &&
    orderOf(x).every((axis, index) => axis === (index < x.rank - 2 ? index : 2 * x.rank - 3 - index));
  const { transA, transB } = tensor.attributes as { transA: boolean; transB: boolean };
  if (swapsLastTwo(a)) return matmul(a.inputs[0]!, b, { transA: !transA, transB });
  if (swapsLastTwo(b)) return matmul(a, b.inputs[0]!, { transA, transB: !transB });
  return undefined;
};

/** A sum over axes of size 1 only moves no element. */
const reduceRule: Rule = (tensor) => (sameShape(tensor.inputs[0]!.shape, tensor.shape) ? tensor.inputs[0]! : undefined);

const sameShapeRule: Rule = (tensor) =>
  sameShape(tensor.inputs[0]!.shape, tensor.shape) ? tensor.inputs[0]! : undefined;

const sliceRule: Rule = (tensor) => {
  const full = (tensor.attributes['steps'] as readonly number[]).every((step) => step === 1);
  return full ? sameShapeRule(tensor) : undefined;
};

const rules: Readonly<Record<string, Rule>> = {
  Identity: (tensor) => tensor.inputs[0]!,
  Add: addRule,
  Sub: subRule,
  Mul: mulRule,
  Div: divRule,
  Neg: (tensor) => negated(tensor.inputs[0]!),
  Transpose: transposeRule,
  Reshape: reshapeRule,
  Expand: expandRule,
  MatMul: matmulRule,
  ReduceSum: reduceRule,
  ReduceMax: reduceRule,
  Slice: sliceRule,
  Pad: sameShapeRule,
  Concat: (tensor) => (tensor.inputs.length === 1 ? tensor.inputs[0]! : undefined),
  Cast: (tensor) => (tensor.inputs[0]!.dtype === tensor.dtype ? tensor.inputs[0]! : undefined),
  Max: withoutExpand,
  Min: withoutExpand,
  Pow: withoutExpand,
  Equal: withoutExpand,
  Less: withoutExpand,
  Greater: withoutExpand,
  Where: withoutExpand,
};
