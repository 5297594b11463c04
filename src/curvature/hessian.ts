import { hvp } from '../autodiff/index.ts';
import { sum } from '../ops/index.ts';
import type { MeasuredNetwork } from './network.ts';
import {
  createCurvatureOperator,
  meanOverExamples,
  type CurvatureOperator,
  type CurvatureOptions,
} from './operator.ts';
import { lossesOf } from './passes.ts';

/**
 * The Hessian `H = ∂²L/∂θ²` of the mean loss `L = 1/N Σ ℓ_i + R(θ)`, the objective's penalty R included. `Hv` is the derivative of
 * the gradient along v (forward over reverse): exact but for rounding, for the price of about two gradients.
 *
 * Chunks count by their examples. With batch normalisation in train mode L is the mean of the chunks' losses, each by its
 * own statistics. Where a rectifier is at its kink the second derivative is taken as 0, as PyTorch does.
 *
 * @param options which parameters (H is then that diagonal block of the whole Hessian)
 * Throws `USAGE` for no examples or unknown parameters, `RUNTIME_INPUT` for tensors that are not the model's.
 */
export const createHessian = (network: MeasuredNetwork, options: CurvatureOptions = {}): Promise<CurvatureOperator> =>
  createCurvatureOperator(network, options, () => ({
    name: 'hessian',
    sums: (chunk) => {
      const losses = lossesOf(network, chunk);
      return { vectors: chunk.vectors.map((v) => hvp((theta) => sum(losses(theta)), chunk.theta, v)), scalars: [] };
    },
    at: async () => meanOverExamples(network),
  }));
