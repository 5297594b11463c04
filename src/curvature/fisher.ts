import { jvp, vjp } from '../autodiff/index.ts';
import { randomStream, ThalwegError } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { ParameterTensors } from '../nn/index.ts';
import { mul, softmax, sub, sum } from '../ops/index.ts';
import { requireSeparableExamples, type MeasuredNetwork } from './network.ts';
import {
  createCurvatureOperator,
  meanOverExamples,
  type CurvatureOperator,
  type CurvatureOptions,
} from './operator.ts';
import { lossesOf, scoresOf, withoutPenalty } from './passes.ts';
import { compileProbabilities, drawClasses } from './probabilities.ts';
import type { ChunkTensors } from './programs.ts';

/**
 * The empirical Fisher matrix `F = 1/N Σ g_i g_iᵀ` with the gradient g_i of an example's loss at its true label, not centred; the
 * objective's penalty has no part in it. `F = ((N−1)/N)·C + ḡḡᵀ` with the gradient covariance C. It is no estimate of the Fisher
 * information: for that, labels must be the model's own ({@link createMonteCarloFisher}), and for cross-entropy its exact value is
 * {@link createGaussNewton}.
 *
 * @param options which parameters
 * Throws `USAGE` for no examples, unknown parameters, and batch normalisation in train mode (an example has no gradient of its own
 * then); `RUNTIME_INPUT` for tensors that are not the model's.
 */
export function createEmpiricalFisher(
  network: MeasuredNetwork,
  options: CurvatureOptions = {},
): Promise<CurvatureOperator> {
  const bare = withoutPenalty(network);
  return createCurvatureOperator(bare, options, () => {
    requireSeparableExamples('empirical-fisher', bare);
    return {
      name: 'empirical-fisher',
      sums: (chunk) => {
        const losses = lossesOf(bare, chunk);
        const { pullback } = vjp(losses, chunk.theta);
        const product = (v: ParameterTensors) => pullback(jvp(losses, chunk.theta, v).tangent);
        return { vectors: chunk.vectors.map(product), scalars: [] };
      },
      at: async () => meanOverExamples(bare),
    };
  });
}

export interface MonteCarloOptions extends CurvatureOptions {
  /** Labels m that are drawn for each example. */
  readonly samples: number;
  /** Seed of the draws. */
  readonly seed: number;
}

/**
 * A Monte-Carlo estimate of the Fisher information of `p = softmax(s)`: `F = 1/(N·m) Σ_i Σ_k g_ik g_ikᵀ` with
 * `g_ik = ∂ log p_y/∂θ` at labels y drawn from the model's own p, m for each example. The objective's loss and penalty have no part in
 * it. Its expectation over the draws is the Gauss–Newton matrix of cross-entropy, exactly; the error falls with 1/√(N·m).
 *
 * The labels are drawn when the operator is made, so it is a fixed matrix; at another point the same random numbers give
 * the labels. Memory: the counts of drawn labels, N·classes numbers, whatever m is.
 *
 * @param options samples, seed, which parameters
 * Throws `USAGE` for samples that are not an integer from 1, no examples, unknown parameters; `RUNTIME_INPUT` for tensors that are not
 * the model's.
 */
export function createMonteCarloFisher(
  network: MeasuredNetwork,
  options: MonteCarloOptions,
): Promise<CurvatureOperator> {
  const { samples, seed } = options;
  const { classes } = network.objective.model;
  const { dtype = 'float32' } = network;
  return createCurvatureOperator(network, options, async () => {
    if (!Number.isSafeInteger(samples) || samples < 1)
      throw new ThalwegError('USAGE', `monte-carlo-fisher: expected one sample or more, got ${samples}`);
    const probabilities = await compileProbabilities(network);
    return {
      name: 'monte-carlo-fisher',
      extra: (size) => ({ drawn: { dtype, shape: [size, classes] } }),
      sums: (chunk) => ({ vectors: monteCarloProducts(network, chunk), scalars: [] }),
      async at(point) {
        const stream = randomStream(seed, 'fisher', 'labels');
        const drawn = (await probabilities.at(point)).map((p) => ({ drawn: drawClasses(p, samples, stream) }));
        const { finish } = meanOverExamples(network);
        return {
          extraOf: () => (index) => drawn[index]!,
          finish: (sums, index) => finish(sums, index).map((value) => value / samples),
        };
      },
      release: () => probabilities.release(),
    };
  });
}

/**
 * `J_iᵀ Σ_c k_c (e_c − p)(e_c − p)ᵀ J_i v` summed over examples, with k_c the draws of class c: with `ṡ = J_i v` and
 * `w = k∘(ṡ − p·ṡ)` the middle is `w − p·Σw`.
 */
function monteCarloProducts(network: MeasuredNetwork, chunk: ChunkTensors): ParameterTensors[] {
  const scores = scoresOf(network, chunk);
  const { value, pullback } = vjp(scores, chunk.theta);
  const p = softmax(value);
  const overClasses = (x: Tensor): Tensor => sum(x, { axes: [1], keep: true });
  return chunk.vectors.map((v) => {
    const along = jvp(scores, chunk.theta, v).tangent;
    const weighted = mul(chunk.extra['drawn']!, sub(along, overClasses(mul(p, along))));
    return pullback(sub(weighted, mul(p, overClasses(weighted))));
  });
}
