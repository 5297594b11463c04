import { add, div, mul, sqrt, square, sub } from '../ops/index.ts';
import { elementwise, type UpdateRule } from './rule.ts';

export interface AdamOptions {
  /** β₁ in [0, 1): decay of the gradient's mean; default 0.9. */
  readonly beta1?: number;
  /** β₂ in [0, 1): decay of the squared gradient's mean; default 0.999. */
  readonly beta2?: number;
  /** ε > 0, added to the root; default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Adam with bias correction, as PyTorch's: `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`,
 * `θ ← θ − η·m/(1−β₁ᵗ⁺¹) / (√v/√(1−β₂ᵗ⁺¹) + ε)` in update t = 0, 1, …. Slots `firstMoment`, `secondMoment`: m, v, from 0.
 */
export const adam = ({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {}): UpdateRule =>
  elementwise({
    slots: { firstMoment: 0, secondMoment: 0 },
    scalars: {
      firstCorrection: (iteration) => 1 / (1 - beta1 ** (iteration + 1)),
      secondCorrection: (iteration) => 1 / Math.sqrt(1 - beta2 ** (iteration + 1)),
    },
    update({ theta, gradient, slots, scalars }) {
      const firstMoment = add(mul(slots['firstMoment']!, beta1), mul(gradient, 1 - beta1));
      const secondMoment = add(mul(slots['secondMoment']!, beta2), mul(square(gradient), 1 - beta2));
      const rate = mul(scalars.learningRate, scalars['firstCorrection']!);
      const root = add(mul(sqrt(secondMoment), scalars['secondCorrection']!), epsilon);
      return { theta: sub(theta, mul(div(firstMoment, root), rate)), slots: { firstMoment, secondMoment } };
    },
  });

export interface RmsPropOptions {
  /** α in [0, 1): decay of the squared gradient's mean; default 0.99. */
  readonly alpha?: number;
  /** ε > 0, added to the root; default 1e-8. */
  readonly epsilon?: number;
  /** β in [0, 1) of a momentum on the scaled gradients; default 0: none. */
  readonly momentum?: number;
}

/**
 * RMSProp as PyTorch's: `v ← αv + (1−α)g²`, `d = g/(√v + ε)`, `θ ← θ − ηd`; with momentum `b ← βb + d`, `θ ← θ − ηb`. Slots
 * `secondMoment`: v, and with momentum `momentum`: b, from 0.
 */
export const rmsProp = ({ alpha = 0.99, epsilon = 1e-8, momentum: beta = 0 }: RmsPropOptions = {}): UpdateRule =>
  elementwise({
    slots: { secondMoment: 0, ...(beta > 0 ? { momentum: 0 } : {}) },
    update({ theta, gradient, slots, scalars }) {
      const secondMoment = add(mul(slots['secondMoment']!, alpha), mul(square(gradient), 1 - alpha));
      const scaled = div(gradient, add(sqrt(secondMoment), epsilon));
      const buffer = slots['momentum'];
      const direction = buffer ? add(mul(buffer, beta), scaled) : scaled;
      return {
        theta: sub(theta, mul(direction, scalars.learningRate)),
        slots: { secondMoment, ...(buffer ? { momentum: direction } : {}) },
      };
    },
  });
