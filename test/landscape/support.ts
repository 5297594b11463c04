import { hostTensor, randomStream, toFloat64, type HostTensor } from '../../src/base/index.ts';
import { parameterLayout, type NetworkPoint } from '../../src/curvature/index.ts';
import type { BatchNormStatistics, HostPoint, LandscapeNetwork } from '../../src/landscape/index.ts';
import { createModel, dense, flatten, sequential, squaredError, type Model } from '../../src/nn/index.ts';
import type { Runtime } from '../../src/runtime/index.ts';
import { ChunkedExamples, Evaluator, type Examples, type Objective } from '../../src/train/index.ts';
import { pointOf, type Case } from '../curvature/support.ts';

/** A network of a case without its point, with its examples in chunks of `size`. */
export const landscapeOf = (
  runtime: Runtime,
  { objective, examples }: Pick<Case, 'objective' | 'examples'>,
  batchNorm: BatchNormStatistics = 'centre',
  size = 3,
  options: Partial<Pick<LandscapeNetwork, 'dtype' | 'block'>> = {},
): LandscapeNetwork => ({
  runtime,
  objective,
  examples: new ChunkedExamples(examples, objective.model.inputShape, size, runtime.backend),
  batchNorm,
  // Small programs compile faster.
  block: 4,
  ...options,
});

/** Another point for each seed. */
export const hostPoint = (model: Model, seed: number): HostPoint => pointOf(model, seed);

/** Loss and accuracy by the evaluator of training. */
export async function evaluated({ runtime, objective, examples }: LandscapeNetwork, point: NetworkPoint) {
  const evaluator = await Evaluator.create(runtime, objective, examples);
  const { loss, accuracy } = await evaluator.evaluate(point.parameters, point.buffers);
  await evaluator.release();
  return { loss, accuracy };
}

/** An affine network with squared error: its mean loss is a quadratic of the parameters. */
export const quadratic: Objective = {
  model: createModel('quadratic', [2], sequential(flatten(), dense(2))),
  loss: squaredError('sum'),
};

/** `Σ_j w_j·θ_j` in float64. */
export function combined(terms: readonly HostPoint[], weights: readonly number[]): HostPoint {
  const sum = (pick: (term: HostPoint) => Readonly<Record<string, HostTensor>>): Record<string, HostTensor> =>
    Object.fromEntries(
      Object.entries(pick(terms[0]!)).map(([name, { shape, data }]) => {
        const value = (_: unknown, index: number): number =>
          terms.reduce((total, term, j) => total + weights[j]! * Number(pick(term)[name]!.data[index]), 0);
        return [name, hostTensor('float64', shape, Array.from(data as Float32Array, value))];
      }),
    );
  return { parameters: sum(({ parameters }) => parameters), buffers: sum(({ buffers }) => buffers) };
}

/** Uniform numbers in [−1, 1]. */
export function randomNumbers(count: number, seed = 1): number[] {
  const stream = randomStream(seed, 'numbers');
  return Array.from({ length: count }, () => 2 * stream.uniform() - 1);
}

/** The mean loss of {@link quadratic}, `1/N Σ‖Wx + b − e_y‖²`, in plain float64 loops. */
export function quadraticLoss({ inputs, labels, count }: Examples, { parameters }: HostPoint): number {
  const [weight, bias] = Object.values(parameters).map((tensor) => toFloat64(tensor)) as [Float64Array, Float64Array];
  let total = 0;
  for (let example = 0; example < count; example++)
    for (let unit = 0; unit < 2; unit++) {
      const score =
        weight[2 * unit]! * inputs[2 * example]! + weight[2 * unit + 1]! * inputs[2 * example + 1]! + bias[unit]!;
      total += (score - (labels[example] === unit ? 1 : 0)) ** 2;
    }
  return total / count;
}

/** All parameters as one vector in float64. */
export const flat = (model: Model, { parameters }: HostPoint): Float64Array =>
  Float64Array.from(parameterLayout(model).flatten(parameters));
