import { jvp, vjp } from '../autodiff/index.ts';
import { scalar, ThalwegError, type HostTensor, type TensorType } from '../base/index.ts';
import { dot } from '../linop/index.ts';
import { sub, sum } from '../ops/index.ts';
import { createFullGradient, type FullGradient } from './gradient.ts';
import { requireSeparableExamples, type MeasuredNetwork, type NetworkPoint } from './network.ts';
import { createCurvatureOperator, type CurvatureOperator, type CurvatureOptions, type ProductAt } from './operator.ts';
import { lossesOf, withoutPenalty } from './passes.ts';

const name = 'gradient-covariance';

/**
 * The covariance of the gradients of single examples, `C = 1/(N−1) Σ (g_i − ḡ)(g_i − ḡ)ᵀ`. No gradient of an example is ever
 * formed: with the slopes `a_i = g_i·v − ḡ·v`, all in one forward derivative, `Cv = 1/(N−1) (Σ a_i g_i − (Σ a_i)·ḡ)`, one weighted
 * gradient (the second term is 0 but for rounding, which it removes). The penalty, the same for all examples, cancels.
 *
 * The gradient of a batch of B has the covariance {@link batchCovarianceFactor}`·C`.
 *
 * @param options which parameters
 * Throws `USAGE` for fewer than two examples, unknown parameters, and batch normalisation in train mode (an example has no
 * gradient of its own then); `RUNTIME_INPUT` for tensors that are not the model's.
 */
export function createGradientCovariance(
  network: MeasuredNetwork,
  options: CurvatureOptions = {},
): Promise<CurvatureOperator> {
  const bare = withoutPenalty(network);
  const { examples, dtype = 'float32' } = bare;
  return createCurvatureOperator(bare, options, async () => {
    requireSeparableExamples(name, bare);
    requireTwo(examples.count);
    const full = await createFullGradient(bare, options);
    return {
      name,
      extra: (_, width) => slopes(width, (): TensorType => ({ dtype, shape: [] })),
      sums: (chunk) => {
        const losses = lossesOf(bare, chunk);
        const { pullback } = vjp(losses, chunk.theta);
        const centred = chunk.vectors.map((v, index) =>
          sub(jvp(losses, chunk.theta, v).tangent, chunk.extra[slopeName(index)]!),
        );
        return { vectors: centred.map((a) => pullback(a)), scalars: centred.map((a) => sum(a)) };
      },
      at: (point) => productAt(bare, full, point),
      release: () => full.release(),
    };
  });
}

async function productAt(
  { examples, dtype = 'float32' }: MeasuredNetwork,
  full: FullGradient,
  point: NetworkPoint,
): Promise<ProductAt> {
  const { gradient } = await full.at(point);
  return {
    extraOf: (vectors) => {
      const given = slopes(vectors.length, (index): HostTensor => scalar(dot(gradient, vectors[index]!), dtype));
      return () => given;
    },
    finish: ({ vectors, scalars }, index) =>
      vectors[index]!.map((total, at) => (total - scalars[index]! * gradient[at]!) / (examples.count - 1)),
  };
}

const slopeName = (index: number): string => `slope${index}`;

const slopes = <T>(width: number, make: (index: number) => T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: width }, (_, index) => [slopeName(index), make(index)]));

function requireTwo(count: number): void {
  if (count < 2) throw new ThalwegError('USAGE', `${name}: expected at least two examples, got ${count}`);
}

/** How the batches of stochastic gradient descent are drawn, see {@link batchCovarianceFactor}. */
export type BatchDraw = 'independent' | 'with-replacement' | 'without-replacement';

/**
 * The factor f in `Cov(1/B Σ_{i∈batch} g_i) = f·C`, with C the covariance of N examples by 1/(N−1):
 *
 * - `independent`: fresh examples of the population that the N are a sample of, f = 1/B (an unbiased estimate)
 * - `with-replacement`: B draws from the N themselves, f = (N−1)/(N·B), exactly
 * - `without-replacement`: B different ones of the N, as in an epoch of shuffled batches, f = (N−B)/(N·B), exactly: the one
 *   with replacement times (N−B)/(N−1)
 *
 * Throws `USAGE` for a batch size that is not an integer from 1, or above N without replacement.
 */
export function batchCovarianceFactor(examples: number, batchSize: number, draw: BatchDraw): number {
  const largest = draw === 'without-replacement' ? examples : Infinity;
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || batchSize > largest)
    throw new ThalwegError(
      'USAGE',
      `batch covariance: expected a batch of 1 to ${largest} of ${examples} examples, got ${batchSize}`,
    );
  switch (draw) {
    case 'independent':
      return 1 / batchSize;
    case 'with-replacement':
      return (examples - 1) / (examples * batchSize);
    case 'without-replacement':
      return (examples - batchSize) / (examples * batchSize);
  }
}
