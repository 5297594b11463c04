import { hvp, jvp, vjp } from '../autodiff/index.ts';
import type { Tensor } from '../graph/index.ts';
import { sum } from '../ops/index.ts';
import type { MeasuredNetwork } from './network.ts';
import {
  createCurvatureOperator,
  meanOverExamples,
  type CurvatureOperator,
  type CurvatureOptions,
} from './operator.ts';
import { scoresOf } from './passes.ts';

/**
 * The generalised Gauss–Newton matrix `G = 1/N Σ J_iᵀ H_i J_i` with the Jacobian J_i of an example's scores in θ and the
 * Hessian H_i of its loss in the scores: the part of the Hessian that is left when scores are taken as linear in θ. The objective's
 * penalty has no part in it.
 *
 * Positive semidefinite for losses that are convex in the scores (cross-entropy, squared error). For cross-entropy it **is**
 * the Fisher information of `softmax(s)`, in exact expectation over labels. It is the Hessian itself for a classifier
 * that is affine in θ. Batch normalisation in train mode: J_i includes the way through the statistics of the chunk.
 *
 * @param options which parameters
 * Throws `USAGE` for no examples or unknown parameters, `RUNTIME_INPUT` for tensors that are not the model's.
 */
export const createGaussNewton = (
  network: MeasuredNetwork,
  options: CurvatureOptions = {},
): Promise<CurvatureOperator> =>
  createCurvatureOperator(network, options, () => ({
    name: 'gauss-newton',
    sums: (chunk) => {
      const { loss } = network.objective;
      const scores = scoresOf(network, chunk);
      const { value, pullback } = vjp(scores, chunk.theta);
      const summedLoss = (s: Tensor): Tensor => sum(loss(s, chunk.labels));
      const product = (v: typeof chunk.theta) => pullback(hvp(summedLoss, value, jvp(scores, chunk.theta, v).tangent));
      return { vectors: chunk.vectors.map(product), scalars: [] };
    },
    at: async () => meanOverExamples(network),
  }));
