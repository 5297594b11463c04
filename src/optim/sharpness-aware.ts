import type { Tensor } from '../graph/index.ts';
import type { ParameterTensors } from '../nn/index.ts';
import { add, div, mul, sqrt, square, sum } from '../ops/index.ts';

/** Value and gradient of a loss at θ. */
export type ValueAndGradient = (theta: ParameterTensors) => { value: Tensor; gradient: ParameterTensors };

/** ‖g‖ of a gradient that vanishes is taken to be this. */
const smallestNorm = 1e-12;

/**
 * The gradient of sharpness-aware minimisation (SAM): `∇L(θ + ρ·g/(‖g‖ + 1e-12))` with `g = ∇L(θ)` and ‖g‖ over all
 * parameters. `value` is L(θ) itself. It costs two gradients.
 *
 * @param rho ρ ≥ 0: how far the ascent goes
 */
export const sharpnessAware =
  (valueAndGradient: ValueAndGradient, rho: number): ValueAndGradient =>
  (theta) => {
    const { value, gradient } = valueAndGradient(theta);
    const squares = Object.values(gradient).map((part) => sum(square(part)));
    const length = div(rho, add(sqrt(squares.reduce(add)), smallestNorm));
    const ascended = Object.entries(theta).map(
      ([name, parameter]) => [name, add(parameter, mul(gradient[name]!, length))] as const,
    );
    return { value, gradient: valueAndGradient(Object.fromEntries(ascended)).gradient };
  };
