import type { ParameterTensors } from '../nn/index.ts';
import type { Tensor } from '../graph/index.ts';
import { mul, sub } from '../ops/index.ts';

/** Builds `θ_{t+1}` from `θ_t`, a gradient and the learning rate (a scalar that may change from step to step). */
export type UpdateRule = (
  parameters: ParameterTensors,
  gradient: ParameterTensors,
  learningRate: Tensor,
) => Record<string, Tensor>;

/** `θ − η·g`: plain gradient descent, stochastic or not, depending on whose gradient g is. */
export const gradientStep: UpdateRule = (parameters, gradient, learningRate) =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, theta]) => [name, sub(theta, mul(gradient[name]!, learningRate))]),
  );
