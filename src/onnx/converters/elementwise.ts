import { isFloat } from '../../base/index.ts';
import type { Tensor } from '../../graph/index.ts';
import * as ops from '../../ops/index.ts';
import { always, type Converter, type ConverterTable, type NodeCall } from '../call.ts';

/**
 * Element by element. Thalweg computes in floating point only: whole numbers go through float64, which is exact below 2⁵³,
 * and a quotient is cut towards zero as ONNX asks.
 */
type Binary = (a: Tensor, b: Tensor) => Tensor;

/** A function of floating-point numbers, for whole ones too. */
export function throughFloat(inputs: readonly Tensor[], compute: (...inputs: Tensor[]) => Tensor): Tensor {
  const dtype = inputs[0]!.dtype;
  if (isFloat(dtype)) return compute(...inputs);
  return ops.cast(compute(...inputs.map((input) => ops.cast(input, 'float64'))), dtype);
}

/** Before version 7 operands broadcast only where `broadcast` says so, the second one aligned at `axis`. */
function aligned(call: NodeCall): [Tensor, Tensor] {
  const [a, b] = [call.input(0), call.input(1)];
  if (call.opset >= 7 || !call.has('axis') || b.rank === 0) return [a, b];
  const axis = call.integer('axis');
  const start = axis < 0 ? axis + a.rank : axis;
  const behind = a.rank - start - b.rank;
  if (start < 0 || behind < 0)
    call.fail(`an axis at which [${b.shape.join(',')}] fits into [${a.shape.join(',')}], got ${axis}`);
  return [a, ops.reshape(b, [...b.shape, ...new Array<number>(behind).fill(1)])];
}

const unary =
  (compute: (x: Tensor) => Tensor): Converter =>
  (call) =>
    throughFloat([call.input(0)], compute);
const arithmetic =
  (compute: Binary): Converter =>
  (call) =>
    throughFloat(aligned(call), compute);
const predicate =
  (compute: Binary): Converter =>
  (call) =>
    compute(...aligned(call));

/** Any number of operands, one after the other. */
const variadic =
  (compute: Binary): Converter =>
  (call) =>
    throughFloat([call.input(0), ...call.inputs.slice(1)], (...inputs) => inputs.reduce(compute));

/** The exponent may be of another type than the base, whose type the result has. */
function power(call: NodeCall): Tensor {
  const [base, exponent] = aligned(call);
  const inner = isFloat(base.dtype) ? base.dtype : 'float64';
  return ops.cast(ops.pow(ops.cast(base, inner), ops.cast(exponent, inner)), base.dtype);
}

const mean: Converter = (call) => ops.mul(variadic(ops.add)(call) as Tensor, 1 / call.inputs.length);

const exclusiveOr: Binary = (a, b) => ops.and(ops.or(a, b), ops.not(ops.and(a, b)));

/** Limits were attributes before version 11. */
function clip(call: NodeCall): Tensor {
  const limit = (name: string, index: number): Tensor | number | undefined => {
    if (call.opset < 11) return call.has(name) ? call.number(name) : undefined;
    return call.optional(index);
  };
  const [low, high] = [limit('min', 1), limit('max', 2)];
  const inFloat = (value: Tensor | number, x: Tensor): Tensor | number =>
    typeof value === 'number' ? value : ops.cast(value, x.dtype);
  return throughFloat([call.input(0)], (x) => {
    const raised = low === undefined ? x : ops.maximum(x, inFloat(low, x));
    return high === undefined ? raised : ops.minimum(raised, inFloat(high, x));
  });
}

function gelu(call: NodeCall): Tensor {
  const approximate = call.text('approximate', 'none');
  if (approximate === 'none') return ops.gelu(call.input(0));
  if (approximate !== 'tanh') call.fail(`approximate "none" or "tanh", got "${approximate}"`);
  const x = call.input(0);
  const inner = ops.mul(ops.add(x, ops.mul(ops.mul(ops.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return ops.mul(ops.mul(x, 0.5), ops.add(ops.tanh(inner), 1));
}

const where: Converter = (call) => {
  const [condition, a, b] = [call.input(0), call.input(1), call.input(2)];
  return ops.where(condition, a, b);
};

export const elementwiseConverters: ConverterTable = {
  Abs: always(unary(ops.abs)),
  Neg: always(unary(ops.neg)),
  Sign: always(unary(ops.sign), 9),
  Exp: always(unary(ops.exp)),
  Log: always(unary(ops.log)),
  Sqrt: always(unary(ops.sqrt)),
  Reciprocal: always(unary(ops.reciprocal)),
  Sin: always(unary(ops.sin), 7),
  Cos: always(unary(ops.cos), 7),
  Erf: always(unary(ops.erf), 9),
  Tanh: always(unary(ops.tanh)),
  Sigmoid: always(unary(ops.sigmoid)),
  Relu: always(unary(ops.relu)),
  LeakyRelu: always((call) => ops.leakyRelu(call.input(0), call.number('alpha', 0.01))),
  Gelu: always(gelu, 20),
  Clip: always(clip),
  Add: always(arithmetic(ops.add)),
  Sub: always(arithmetic(ops.sub)),
  Mul: always(arithmetic(ops.mul)),
  Div: always(arithmetic(ops.div)),
  Pow: always(power),
  Max: always(variadic(ops.maximum)),
  Min: always(variadic(ops.minimum)),
  Sum: always(variadic(ops.add)),
  Mean: always(mean),
  Equal: always(predicate(ops.equal)),
  Less: always(predicate(ops.less)),
  Greater: always(predicate(ops.greater)),
  LessOrEqual: always(
    predicate((a, b) => ops.or(ops.less(a, b), ops.equal(a, b))),
    12,
  ),
  GreaterOrEqual: always(
    predicate((a, b) => ops.or(ops.greater(a, b), ops.equal(a, b))),
    12,
  ),
  And: always(predicate(ops.and)),
  Or: always(predicate(ops.or)),
  Xor: always(predicate(exclusiveOr)),
  Not: always((call) => ops.not(call.input(0))),
  Where: always(where, 9),
};
