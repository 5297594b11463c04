import type { MetricRecord, SeriesName } from '../contract/index.ts';

/**
 * What one interpolated update says, from the loss of every example at every α.
 *
 * - floor: `min_α L`
 * - height: `(L(0) + L(1) − 2·min_α L)/2`
 * - barrier: `max(0, max over interior α of L − max(L(0), L(1)))`
 *
 * Means are over the n examples of the evaluation set, summed in float64. When they are a sample without replacement of
 * the N of the training set, each value has the standard error of its mean as an estimate of that over all N:
 * `s/√n·√(1 − n/N)`. Those of height and barrier come from differences of the same examples, so they are far smaller than
 * those of the levels. That of the barrier belongs to the difference before it is cut off at 0.
 *
 * @param alphas the points, from 0 to 1
 * @param losses for each point the losses of the examples [n], nat
 * @param population N; equal to n where the loss is exact: standard errors are null then
 */
export function segmentRecords(
  iteration: number,
  alphas: readonly number[],
  losses: readonly Float32Array[],
  population: number,
): MetricRecord[] {
  const examples = losses[0]!.length;
  const exact = examples === population;
  const left = Math.sqrt(1 - examples / population);
  const record = (series: SeriesName, coordinate: number | null, { mean, standardError }: Estimate): MetricRecord => {
    return { series, iteration, coordinate, value: mean, standardError: exact ? null : left * standardError, examples };
  };
  const levels = losses.map((points) => estimate([[1, points]]));
  const means = levels.map(({ mean }) => mean);
  const last = losses.length - 1;
  const lowest = indexOfBest(means, 0, last, (a, b) => a < b);
  const top = indexOfBest(means, 1, last - 1, (a, b) => a > b);
  const [start, end, floor] = [losses[0]!, losses[last]!, losses[lowest]!];
  const higherEnd = means[0]! >= means[last]! ? start : end;
  const height = estimate([
    [0.5, start],
    [0.5, end],
    [-1, floor],
  ]);
  const rise = estimate([
    [1, losses[top]!],
    [-1, higherEnd],
  ]);
  return [
    ...levels.map((level, point) => record('interpolation.loss', alphas[point]!, level)),
    record('interpolation.floor', alphas[lowest]!, levels[lowest]!),
    record('interpolation.height', null, height),
    record('interpolation.barrier', alphas[top]!, { ...rise, mean: Math.max(0, rise.mean) }),
  ];
}

/** A mean over examples and `s/√n`. */
interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

type Term = readonly [weight: number, values: Float32Array];

/** Mean over examples of a weighted sum of their losses, and its standard error with the variance over n − 1. */
function estimate(terms: readonly Term[]): Estimate {
  const count = terms[0]![1].length;
  const valueOf = (example: number): number => {
    let value = 0;
    for (const [weight, values] of terms) value += weight * values[example]!;
    return value;
  };
  let sum = 0;
  for (let example = 0; example < count; example++) sum += valueOf(example);
  const mean = sum / count;
  let squares = 0;
  for (let example = 0; example < count; example++) squares += (valueOf(example) - mean) ** 2;
  return { mean, standardError: Math.sqrt(squares / (count - 1) / count) };
}

/** Index of the first best of `values[from … to]`. NaN is never better. */
function indexOfBest(
  values: readonly number[],
  from: number,
  to: number,
  better: (a: number, b: number) => boolean,
): number {
  let best = from;
  for (let index = from + 1; index <= to; index++)
    if (better(values[index]!, values[best]!) || Number.isNaN(values[best])) best = index;
  return best;
}
