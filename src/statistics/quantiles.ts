import { quantile } from 'simple-statistics';
import { finiteNumbers, wrongUse, type Interval, type Sample } from './sample.ts';

/**
 * Quantiles by linear interpolation between order statistics at `(n − 1)p` (type 7 of Hyndman and Fan, NumPy's default), in
 * the order of `probabilities`. Throws `NO_DATA` for an empty sample, `USAGE` for a number that is not finite or a
 * probability outside [0, 1].
 */
export function quantiles(sample: Sample, probabilities: readonly number[]): number[] {
  const wrong = probabilities.find((probability) => !(probability >= 0 && probability <= 1));
  if (wrong !== undefined) throw wrongUse('quantiles', `probabilities in [0, 1], got ${wrong}`);
  return quantile(finiteNumbers('quantiles', sample, 1), [...probabilities]);
}

/** The numbers that a box plot draws. */
export interface BoxPlot {
  readonly median: number;
  /** First and third quartile, type 7. */
  readonly quartiles: Interval;
  /** The outermost numbers within 1.5 interquartile ranges of the quartiles (Tukey). */
  readonly whiskers: Interval;
  /** Numbers beyond the whiskers, ascending. */
  readonly outliers: readonly number[];
}

/** Median, quartiles, Tukey's whiskers and what lies beyond them. Throws like {@link quantiles}. */
export function boxPlot(sample: Sample): BoxPlot {
  const [first, median, third] = quantiles(sample, [0.25, 0.5, 0.75]) as [number, number, number];
  const reach = 1.5 * (third - first);
  const sorted = Float64Array.from(sample).sort();
  const inside = sorted.filter((value) => value >= first - reach && value <= third + reach);
  return {
    median,
    quartiles: [first, third],
    whiskers: [inside[0]!, inside.at(-1)!],
    outliers: Array.from(sorted.filter((value) => value < inside[0]! || value > inside.at(-1)!)),
  };
}
