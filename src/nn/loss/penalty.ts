import type { Tensor } from '../../graph/index.ts';
import { add, mul, square, sum } from '../../ops/index.ts';
import type { ParameterTensors } from '../layer.ts';

export interface PenaltyOptions {
  /** λ > 0. */
  readonly strength: number;
  /** Whether biases count, and with them every parameter of one axis (scales and shifts of normalisations). */
  readonly biases: boolean;
}

/** L2 regularisation `½λ‖θ‖²`: a sum over parameters, a scalar; its gradient is λθ. Null when no parameter counts. */
export function l2Penalty(parameters: ParameterTensors, { strength, biases }: PenaltyOptions): Tensor | null {
  const counted = Object.values(parameters).filter(({ rank }) => biases || rank > 1);
  const norms = counted.map((theta) => sum(square(theta)));
  return norms.length === 0 ? null : mul(norms.reduce(add), strength / 2);
}
