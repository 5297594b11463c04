import type { Tensor } from '../../graph/index.ts';
import { apply } from '../apply.ts';
import { operands, type Operand } from './basic.ts';

/** Element by element; operands broadcast by NumPy's rule, numbers stand for constants. */

const binary =
  (operator: string) =>
  (a: Operand, b: Operand): Tensor =>
    apply(operator, operands(a, b));
const unary =
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
export const sin = unary('Sin');
export const cos = unary('Cos');
/** `2/√π ∫₀ˣ exp(−t²) dt` */
export const erf = unary('Erf');
export const tanh = unary('Tanh');
/** `1/(1 + exp(−x))` */
export const sigmoid = unary('Sigmoid');
/** `max(x, 0)`; the derivative at 0 is 0. */
export const relu = unary('Relu');
/** `x` where positive, else `slope·x`; the derivative at 0 is `slope`. */
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => apply('LeakyRelu', [x], { slope });

export const square = (x: Tensor): Tensor => mul(x, x);

/** `x·Φ(x) = x/2·(1 + erf(x/√2))`: the exact form, not the tanh approximation. */
export const gelu = (x: Tensor): Tensor => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));

/** `a` where `condition` holds, else `b`; all three broadcast. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  return apply('Where', [condition, ...operands(a, b)]);
}
