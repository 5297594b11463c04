import { ThalwegError } from '../base/index.ts';
import type { ChunkedExamples } from '../train/index.ts';
import { GradientSums, type Sums } from './gradient-sums.ts';
import type { MeasuredNetwork, NetworkPoint } from './network.ts';

/**
 * First and second moments of the gradients `g_i = ∇ℓ_i` of single examples, over all N examples of a network. A penalty R(θ)
 * adds ∇R to every g_i: it counts in `gradient` and what is made of it, and changes no variance.
 */
export interface GradientMoments {
  /** Mean loss with the penalty. */
  readonly loss: number;
  /** ḡ: the gradient of the mean loss with the penalty, by parameter, a mean over examples. */
  readonly gradient: Readonly<Record<string, Float64Array<ArrayBuffer>>>;
  /** `‖ḡ‖²` */
  readonly gradientSquaredNorm: number;
  /** `‖g_i‖²` of each example, without the penalty, in the order of the examples. */
  readonly squaredNorms: Float64Array<ArrayBuffer>;
  /** `⟨g_i, ḡ⟩` of each example with the mean ḡ of all g_i, both without the penalty. */
  readonly innerProducts: Float64Array<ArrayBuffer>;
  /** `⟨g_i + ∇R, ḡ + ∇R⟩`, the same with the penalty: their mean is `‖ḡ‖²` of `gradient`. */
  readonly projections: Float64Array<ArrayBuffer>;
  /** Trace of the covariance of single gradients, `1/(N−1) Σ_i ‖g_i − ḡ‖²`; that of a batch of B drawn with replacement is 1/B of it. */
  readonly trace: number;
  /** Standard error of `trace`, from the spread of ‖g_i − ḡ‖² over examples. */
  readonly traceStandardError: number;
  /** Simple gradient noise scale `tr C/‖ḡ‖²`, in examples. */
  readonly noiseScale: number;
  /** `1/(N−1) Σ_i (g_i − ḡ)_k²` of each coordinate k, by parameter. */
  readonly variance: Readonly<Record<string, Float64Array<ArrayBuffer>>>;
  /** The largest of them. */
  readonly largestVariance: number;
}

/** {@link GradientMoments} at any point, by programs that are compiled once. */
export interface GradientMomentsMeter {
  /** Passes over the examples that one measurement makes. */
  readonly passes: number;
  /**
   * @param point default: that of the network
   * @param examples default: those of the network
   */
  at(point?: NetworkPoint, examples?: ChunkedExamples): Promise<GradientMoments>;
  release(): Promise<void>;
}

/**
 * Measures {@link GradientMoments} by two passes over the examples, with all gradients of a chunk at once: one reverse pass for
 * sums, squares and norms, then one forward derivative along ḡ (a third pass where there is a penalty). Sums over chunks are
 * taken in float64, in their order.
 *
 * Throws `NO_PER_EXAMPLE_RULE` for networks that mix examples (batch normalisation in train mode), `USAGE` for less than two
 * examples.
 */
export async function createGradientMoments(network: MeasuredNetwork): Promise<GradientMomentsMeter> {
  requireTwo(network.examples);
  const sums = await GradientSums.create(network);
  return {
    passes: network.objective.penalty ? 3 : 2,
    async at(point = network, examples = network.examples) {
      requireTwo(examples);
      return momentsAt(sums, point, examples);
    },
    release: () => sums.release(),
  };
}

/** {@link createGradientMoments} for a single point. */
export async function gradientMoments(network: MeasuredNetwork): Promise<GradientMoments> {
  const meter = await createGradientMoments(network);
  try {
    return await meter.at();
  } finally {
    await meter.release();
  }
}

function requireTwo({ count }: ChunkedExamples): void {
  if (count < 2) throw new ThalwegError('USAGE', `gradient moments: expected at least 2 examples, got ${count}`);
}

async function momentsAt(sums: GradientSums, point: NetworkPoint, examples: ChunkedExamples): Promise<GradientMoments> {
  const { count } = examples;
  const { loss, first, second, squaredNorms } = await sums.moments(point, examples);
  const mean = mapped(first, (total) => total / count);
  const variance = mapped(second, (squares, name, k) => {
    const total = first[name]![k]!;
    // Rounding may leave a little less than nothing where all gradients are equal.
    return Math.max(0, squares - total * (total / count)) / (count - 1);
  });
  const centre = squaredNorm(mean);
  const along = await sums.along(point, examples, mean);
  const distances = squaredNorms.map((norm, index) => norm - 2 * along[index]! + centre);
  const trace = covarianceTrace(squaredNorms, centre);
  const penalty = await sums.penalty(point);
  const gradient = mapped(mean, (value, name, k) => value + (penalty.gradient[name]?.[k] ?? 0));
  const gradientSquaredNorm = squaredNorm(gradient);
  const penalised = Object.keys(penalty.gradient).length > 0;
  const offset = penalised ? innerProduct(penalty.gradient, gradient) : 0;
  const projections = penalised ? (await sums.along(point, examples, gradient)).map((slope) => slope + offset) : along;
  return {
    loss: loss / count + penalty.value,
    gradient,
    gradientSquaredNorm,
    squaredNorms,
    innerProducts: along,
    projections,
    trace,
    traceStandardError: (standardDeviation(distances) * Math.sqrt(count)) / (count - 1),
    noiseScale: trace / gradientSquaredNorm,
    variance,
    largestVariance: Object.values(variance).reduce((top, part) => part.reduce((a, b) => Math.max(a, b), top), 0),
  };
}

/** The part of {@link GradientMoments} that one pass gives. */
export type GradientNoise = Pick<
  GradientMoments,
  'gradient' | 'gradientSquaredNorm' | 'squaredNorms' | 'trace' | 'noiseScale'
>;

/**
 * Measures {@link GradientNoise} by a single pass over the examples, little dearer than the gradient: no variances of coordinates,
 * no standard error. Throws as {@link gradientMoments} does.
 */
export async function gradientNoise(network: MeasuredNetwork): Promise<GradientNoise> {
  requireTwo(network.examples);
  const { count } = network.examples;
  const sums = await GradientSums.create(network, { squares: false });
  try {
    const { first, squaredNorms } = await sums.moments(network, network.examples);
    const mean = mapped(first, (total) => total / count);
    const penalty = await sums.penalty(network);
    const gradient = mapped(mean, (value, name, k) => value + (penalty.gradient[name]?.[k] ?? 0));
    const [trace, gradientSquaredNorm] = [covarianceTrace(squaredNorms, squaredNorm(mean)), squaredNorm(gradient)];
    return { gradient, gradientSquaredNorm, squaredNorms, trace, noiseScale: trace / gradientSquaredNorm };
  } finally {
    await sums.release();
  }
}

/** `(Σ‖g_i‖² − N‖ḡ‖²)/(N − 1)` */
const covarianceTrace = (squaredNorms: Float64Array, centre: number): number =>
  (sum(squaredNorms) - squaredNorms.length * centre) / (squaredNorms.length - 1);

const mapped = (sums: Sums, change: (value: number, name: string, k: number) => number): Sums =>
  Object.fromEntries(
    Object.entries(sums).map(([name, part]) => [name, part.map((value, k) => change(value, name, k))]),
  );

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

const squaredNorm = (vector: Sums): number => innerProduct(vector, vector);

const innerProduct = (a: Sums, b: Sums): number =>
  Object.entries(a).reduce(
    (total, [name, part]) => part.reduce((all, value, k) => all + value * b[name]![k]!, total),
    0,
  );

/** With 1/(N−1). */
function standardDeviation(values: Float64Array): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1));
}
