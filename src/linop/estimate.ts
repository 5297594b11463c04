import { checkInteger, checkPositive } from './check.ts';
import { RunningMoments } from './moments.ts';
import { norm } from './vectors.ts';

/** Told after each product or group of products: how many were made, and the budget. */
export type OnProgress = (progress: { readonly products: number; readonly of: number }) => void;

/** How a random estimate came about. */
export interface EstimateAccount {
  /** Number of random vectors. */
  readonly probes: number;
  /** Products with the operator. */
  readonly products: number;
  /** Seed of the random vectors: the same one gives the same bits. */
  readonly seed: number;
  /** Whether the requested relative error was reached within the budget. */
  readonly converged: boolean;
}

/** An estimated number. */
export interface Estimate extends EstimateAccount {
  readonly value: number;
  /** Standard error of `value` over the random vectors (one standard deviation). */
  readonly standardError: number;
}

/** Estimated numbers that belong together, e.g. a diagonal. */
export interface VectorEstimate extends EstimateAccount {
  readonly values: Float64Array<ArrayBuffer>;
  /** Standard error of each value. */
  readonly standardErrors: Float64Array<ArrayBuffer>;
}

/** When a random estimate stops. */
export interface StoppingOptions {
  readonly seed: number;
  /** Requested standard error as a share of the value; above 0, default 0.01. */
  readonly relativeError?: number | undefined;
  /** Budget: the most products with the operator; default 1000. */
  readonly maxProducts?: number | undefined;
  /** Random vectors that are multiplied at once; default 1. The memory is so many vectors, three times. */
  readonly probesAtOnce?: number | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Fewest probes before an estimate may stop. Every look is another chance that probes happen to agree: with ten, some seeds
 * stopped at once, several of their standard errors from the truth. From thirty a standard error is off by about
 * `1/√(2·29)` = 13 %, so the plain standard error is compared.
 */
export const fewestProbes = 30;

/** What a mean is estimated of. */
export interface Sampling {
  /** Name in messages. */
  readonly subject: string;
  /** Samples of probes `first … first+count−1`, independent of each other, and the products that they took. */
  sample(first: number, count: number): Promise<{ samples: ArrayLike<number>[]; products: number }>;
  /** Elements of a sample; default 1. */
  readonly length?: number;
  /** The most products that one probe takes; default 1. */
  readonly productsPerProbe?: number;
  /** Known part, which is added to the mean; default 0. */
  readonly offset?: number;
  /** Products of the budget that are spent already; default 0. */
  readonly spent?: number;
}

/**
 * The mean of random samples: the one place that decides when an estimate has converged. It stops when
 * `‖standard error‖ ≤ relativeError·‖mean‖` (for a single number: standard error over |mean|) with at least
 * {@link fewestProbes} probes, or when the budget does not allow another probe; `converged` says which.
 *
 * A stop by the relative change of the running mean, as some tools have it, ends early; the standard error does not.
 * A mean of zero with samples that differ has no relative error and uses up the budget.
 */
export async function estimateMean(sampling: Sampling, stopping: StoppingOptions): Promise<VectorEstimate> {
  const { subject, length = 1, productsPerProbe = 1, offset = 0, spent = 0 } = sampling;
  const { relativeError, maxProducts, probesAtOnce } = checkStopping(subject, stopping, spent + 2 * productsPerProbe);
  const moments = new RunningMoments(length);
  let products = spent;
  for (;;) {
    const affordable = Math.floor((maxProducts - products) / productsPerProbe);
    if (moments.count > 1) {
      const [values, standardErrors] = [moments.mean().map((mean) => mean + offset), moments.standardError()];
      const precise = norm(standardErrors) <= relativeError * norm(values);
      const converged = precise && moments.count >= fewestProbes;
      if (converged || affordable === 0)
        return { values, standardErrors, probes: moments.count, products, seed: stopping.seed, converged };
    }
    const drawn = await sampling.sample(moments.count, Math.min(probesAtOnce, affordable));
    drawn.samples.forEach((sample) => moments.add(sample));
    products += drawn.products;
    stopping.onProgress?.({ products, of: maxProducts });
  }
}

/** The options with their defaults, checked; `fewest` products must be allowed, so that there is a standard error. */
export function checkStopping(subject: string, options: StoppingOptions, fewest: number) {
  const { relativeError = 0.01, maxProducts = 1000, probesAtOnce = 1 } = options;
  checkPositive(subject, 'relativeError', relativeError);
  checkInteger(subject, 'maxProducts', maxProducts, [fewest, Infinity]);
  checkInteger(subject, 'probesAtOnce', probesAtOnce, [1, Infinity]);
  return { relativeError, maxProducts, probesAtOnce };
}

/** The estimate of the single number of a sample. */
export const single = ({ values, standardErrors, ...account }: VectorEstimate): Estimate => ({
  value: values[0]!,
  standardError: standardErrors[0]!,
  ...account,
});
