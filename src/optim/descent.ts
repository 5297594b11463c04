import type { Tensor } from '../graph/index.ts';
import { add, mul, sub } from '../ops/index.ts';
import { elementwise, type UpdateRule } from './rule.ts';

/** `θ ← θ − η·g`: plain gradient descent, stochastic or not, depending on whose gradient g is. */
export const gradientDescent: UpdateRule = elementwise({
  update: ({ theta, gradient, scalars }) => ({ theta: descend(theta, gradient, scalars.learningRate) }),
});

const descend = (theta: Tensor, direction: Tensor, learningRate: Tensor): Tensor =>
  sub(theta, mul(direction, learningRate));

/**
 * Momentum in PyTorch's convention: `v ← βv + g`, `θ ← θ − ηv`; with `nesterov` `θ ← θ − η(g + βv)`. A constant gradient
 * g moves θ by ηg/(1 − β) in the long run. Slot `momentum`: v, from 0.
 *
 * @param beta β in [0, 1); 0 is {@link gradientDescent} itself, without a slot
 */
export function momentum(beta: number, { nesterov = false }: { readonly nesterov?: boolean } = {}): UpdateRule {
  if (beta === 0) return gradientDescent;
  return elementwise({
    slots: { momentum: 0 },
    update({ theta, gradient, slots, scalars }) {
      const velocity = add(mul(slots['momentum']!, beta), gradient);
      const direction = nesterov ? add(gradient, mul(velocity, beta)) : velocity;
      return { theta: descend(theta, direction, scalars.learningRate), slots: { momentum: velocity } };
    },
  });
}
