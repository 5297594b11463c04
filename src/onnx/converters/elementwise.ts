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

/** The remainder has the sign of the divisor, or of the dividend where `fmod` says so. */
const remainder: Converter = (call) =>
  throughFloat(aligned(call), (a, b) => (call.flag('fmod', false) ? ops.fmod(a!, b!) : ops.mod(a!, b!)));

const isInfinite: Converter = (call) =>
  ops.isInfinite(call.input(0), {
    positive: call.flag('detect_positive', true),
    negative: call.flag('detect_negative', true),
  });

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
  Floor: always(unary(ops.floor)),
  Ceil: always(unary(ops.ceil)),
  Round: always(unary(ops.round), 11),
  Sin: always(unary(ops.sin), 7),
  Cos: always(unary(ops.cos), 7),
  Tan: always(unary(ops.tan), 7),
  Sinh: always(unary(ops.sinh), 9),
  Cosh: always(unary(ops.cosh), 9),
  Asin: always(unary(ops.asin), 7),
  Acos: always(unary(ops.acos), 7),
  Atan: always(unary(ops.atan), 7),
  Asinh: always(unary(ops.asinh), 9),
  Acosh: always(unary(ops.acosh), 9),
  Atanh: always(unary(ops.atanh), 9),
  Erf: always(unary(ops.erf), 9),
  Add: always(arithmetic(ops.add)),
  Sub: always(arithmetic(ops.sub)),
  Mul: always(arithmetic(ops.mul)),
  Div: always(arithmetic(ops.div)),
  Mod: always(remainder, 10),
  Pow: always(power),
  Max: always(variadic(ops.maximum)),
  Min: always(variadic(ops.minimum)),
  Sum: always(variadic(ops.add)),
  Mean: always(mean),
  Equal: always(predicate(ops.equal)),
  Less: always(predicate(ops.less)),
  Greater: always(predicate(ops.greater)),
  LessOrEqual: always(predicate(ops.lessOrEqual), 12),
  GreaterOrEqual: always(predicate(ops.greaterOrEqual), 12),
  And: always(predicate(ops.and)),
  Or: always(predicate(ops.or)),
  Xor: always(predicate(ops.xor)),
  Not: always((call) => ops.not(call.input(0))),
  IsNaN: always((call) => ops.isNaN(call.input(0)), 9),
  IsInf: always(isInfinite, 10),
  Where: always(where, 9),
};
