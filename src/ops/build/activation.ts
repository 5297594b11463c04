import type { Tensor } from '../../graph/index.ts';
import { apply } from '../apply.ts';
import { abs, add, div, erf, exp, greater, mul, sigmoid, sub, tanh, unary, where } from './elementwise.ts';

/** Activations. Values and derivatives of every order are finite wherever they exist, also far from 0. */

/** `max(x, 0)`; the derivative at 0 is 0. */
export const relu = unary('Relu');
/** `x` where positive, else `slope·x`; the derivative at 0 is `slope`. */
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => apply('LeakyRelu', [x], { slope });

/**
 * `min(max(x, low), high)` for numbers `low ≤ high`; the derivative is 1 from `low` to `high`, bounds included, else 0 (as
 * PyTorch's `clamp`). Either bound may be infinite.
 */
export const clip = (x: Tensor, low: number, high: number): Tensor => apply('Clip', [x], { low, high });

/** `x` where positive, else `slope·x` with a slope that broadcasts (a parameter, say); the derivative at 0 is the slope's. */
export const prelu = (x: Tensor, slope: Tensor): Tensor => where(greater(x, 0), x, mul(slope, x));

/** `x` where `x > alpha`, else 0. */
export const thresholdedRelu = (x: Tensor, alpha = 1): Tensor => where(greater(x, alpha), x, 0);

/** `clip(slope·x + offset, 0, 1)`; by default a sixth and a half, as in PyTorch (ONNX: a fifth). */
export const hardSigmoid = (x: Tensor, slope = 1 / 6, offset = 0.5): Tensor =>
  clip(add(mul(x, slope), offset), 0, 1);

/** `x·hardSigmoid(x)` */
export const hardSwish = (x: Tensor): Tensor => mul(x, hardSigmoid(x));

/** `log(1 + exp(x))` */
export const softplus = (x: Tensor): Tensor => apply('Softplus', [x]);

/** `x/(1 + |x|)` */
export const softsign = (x: Tensor): Tensor => div(x, add(abs(x), 1));

/** `x·σ(beta·x)`; with `beta = 1` also called SiLU. */
export const swish = (x: Tensor, beta = 1): Tensor => mul(x, sigmoid(beta === 1 ? x : mul(x, beta)));

/** `x·tanh(softplus(x))` */
export const mish = (x: Tensor): Tensor => mul(x, tanh(softplus(x)));

/** `scale·x` where positive, else `scale·factor·(exp(rate·x) − 1)`. The exponential never sees what it would not be used for. */
function exponentialUnit(x: Tensor, scale: number, factor: number, rate: number): Tensor {
  const isPositive = greater(x, 0);
  const negative = where(isPositive, 0, rate === 1 ? x : mul(x, rate));
  const below = mul(sub(exp(negative), 1), scale * factor);
  return where(isPositive, scale === 1 ? x : mul(x, scale), below);
}

/** `x` where positive, else `alpha·(exp(x) − 1)`. */
export const elu = (x: Tensor, alpha = 1): Tensor => exponentialUnit(x, 1, alpha, 1);

/** `gamma·elu(x, alpha)`; the defaults keep mean 0 and variance 1. */
export const selu = (x: Tensor, alpha = 1.6732632423543772, gamma = 1.0507009873554805): Tensor =>
  exponentialUnit(x, gamma, alpha, 1);

/** `x` where positive, else `alpha·(exp(x/alpha) − 1)`. */
export const celu = (x: Tensor, alpha = 1): Tensor => exponentialUnit(x, 1, alpha, 1 / alpha);

/** `x·Φ(x) = x/2·(1 + erf(x/√2))`: the exact form, not the tanh approximation. */
export const gelu = (x: Tensor): Tensor => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));

/** `x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³)))`: the approximation of {@link gelu}. */
export function geluTanh(x: Tensor): Tensor {
  const cubic = mul(x, add(mul(mul(x, x), 0.044715), 1));
  return mul(mul(x, 0.5), add(tanh(mul(cubic, Math.sqrt(2 / Math.PI))), 1));
}
