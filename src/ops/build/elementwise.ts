import type { Tensor } from '../../graph/index.ts';
import { apply } from '../apply.ts';
import { operands, type Operand } from './basic.ts';

/** Element by element; operands broadcast by NumPy's rule, numbers stand for constants. */

const binary =
  (operator: string) =>
  (a: Operand, b: Operand): Tensor =>
    apply(operator, operands(a, b));
/** A function of one tensor by an operator of that name. */
export const unary =
  (operator: string) =>
  (x: Tensor): Tensor =>
    apply(operator, [x]);

export const add = binary('Add');
export const sub = binary('Sub');
export const mul = binary('Mul');
export const div = binary('Div');
/** `aᵇ`; for a negative base the exponent must be a whole number. */
export const pow = binary('Pow');
/** The larger of two; where they are equal each takes half of the derivative. */
export const maximum = binary('Max');
/** The smaller of two; where they are equal each takes half of the derivative. */
export const minimum = binary('Min');

export const equal = binary('Equal');
export const less = binary('Less');
export const greater = binary('Greater');
export const and = binary('And');
export const or = binary('Or');
export const not = unary('Not');
/** Whether exactly one of two holds. */
export const xor = (a: Tensor, b: Tensor): Tensor => not(equal(a, b));
export const lessOrEqual = (a: Operand, b: Operand): Tensor => or(less(a, b), equal(a, b));
export const greaterOrEqual = (a: Operand, b: Operand): Tensor => or(greater(a, b), equal(a, b));
export const isNaN = (x: Tensor): Tensor => not(equal(x, x));
/** Whether `x` is infinite, by default of either sign. */
export function isInfinite(x: Tensor, { positive = true, negative = true } = {}): Tensor {
  if (positive && negative) return equal(abs(x), Infinity);
  return positive ? equal(x, Infinity) : negative ? equal(x, -Infinity) : less(x, x);
}

export const neg = unary('Neg');
export const exp = unary('Exp');
export const log = unary('Log');
export const sqrt = unary('Sqrt');
export const reciprocal = unary('Reciprocal');
export const abs = unary('Abs');
/** −1, 0 or 1; its derivative is zero. */
export const sign = unary('Sign');
/** 1 where `x > 0`, else 0 (Heaviside); its derivative is zero. */
export const step = unary('Step');
/** Largest whole number that is not above x; its derivative is zero, as those of `ceil` and `round`. */
export const floor = unary('Floor');
export const ceil = unary('Ceil');
/** The nearest whole number; of two equally near the even one. */
export const round = unary('Round');
export const sin = unary('Sin');
export const cos = unary('Cos');
export const tan = unary('Tan');
export const sinh = unary('Sinh');
export const cosh = unary('Cosh');
export const asin = unary('Asin');
export const acos = unary('Acos');
export const atan = unary('Atan');
export const asinh = unary('Asinh');
export const acosh = unary('Acosh');
export const atanh = unary('Atanh');
/** `2/√π ∫₀ˣ exp(−t²) dt` */
export const erf = unary('Erf');
export const tanh = unary('Tanh');
/** `1/(1 + exp(−x))` */
export const sigmoid = unary('Sigmoid');
export const square = (x: Tensor): Tensor => mul(x, x);

/** `a` where `condition` holds, else `b`; all three broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  return apply('Where', [condition, ...operands(a, b)]);
}

/** `a − b·⌊a/b⌋`: the remainder with the sign of the divisor, as in Python. */
export const mod = (a: Operand, b: Operand): Tensor => sub(a, mul(b, floor(div(a, b))));

/** `a − b·trunc(a/b)`: the remainder with the sign of the dividend, as in C. */
export function fmod(a: Operand, b: Operand): Tensor {
  const quotient = div(a, b);
  return sub(a, mul(b, mul(sign(quotient), floor(abs(quotient)))));
}
