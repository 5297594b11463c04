import type { MetricRecord, SeriesName } from '../contract/index.ts';

/**
 * What one interpolated update says, from the loss of every example at every α.
 *
 * - floor: `min_α L`
 * - height: `(L(0) + L(1) − 2·min_α L)/2`
 * - barrier: `max(0, max over interior α of L − max(L(0), L(1)))`
 *
 * Means are over the examples of the evaluation set, summed in float64. With `sampled` (a subset stands for all training
 * examples) each value has a standard error; those of height and barrier come from differences of the same examples, so
 * they are far smaller than those of the levels.
 *
 * @param alphas the points, from 0 to 1
 * @param losses for each point the losses of the examples [n]
 */
export function segmentRecords(iteration: number, alphas: readonly number[], losses: readonly Float32Array[], sampled: boolean): MetricRecord[] {
  const examples = losses[0]!.length;
  const means = losses.map((points) => combination([[1, points]]).mean);
  const record = (series: SeriesName, coordinate: number | null, terms: Term[]): MetricRecord => {
    const { mean, standardError } = combination(terms);
    return { series, iteration, coordinate, value: mean, standardError: sampled ? standardError : null, examples };
  };
  const last = losses.length - 1;
  const lowest = indexOfBest(means, 0, last, (a, b) => a < b);
  const top = indexOfBest(means, 1, last - 1, (a, b) => a > b);
  const higherEnd = means[0]! >= means[last]! ? 0 : last;
  const barrier = record('interpolation.barrier', alphas[top]!, [[1, losses[top]!], [-1, losses[higherEnd]!]]);
  return [
    ...alphas.map((alpha, point) => record('interpolation.loss', alpha, [[1, losses[point]!]])),
    record('interpolation.floor', alphas[lowest]!, [[1, losses[lowest]!]]),
    record('interpolation.height', null, [[0.5, losses[0]!], [0.5, losses[last]!], [-1, losses[lowest]!]]),
    { ...barrier, value: Math.max(0, barrier.value) },
  ];
}

type Term = readonly [weight: number, values: Float32Array];

/** Mean over examples of a weighted sum of their losses, and the standard error of that mean. */
function combination(terms: readonly Term[]): { mean: number; standardError: number } {
  const count = terms[0]![1].length;
  let [sum, squares] = [0, 0];
  for (let example = 0; example < count; example++) {
    let value = 0;
    for (const [weight, values] of terms) value += weight * values[example]!;
    sum += value;
    squares += value * value;
  }
  const mean = sum / count;
  const variance = Math.max(0, squares - count * mean * mean) / (count - 1);
  return { mean, standardError: Math.sqrt(variance / count) };
}

/** Index of the first best of `values[from … to]`. NaN is never better. */
function indexOfBest(values: readonly number[], from: number, to: number, better: (a: number, b: number) => boolean): number {
  let best = from;
  for (let index = from + 1; index <= to; index++) if (better(values[index]!, values[best]!) || Number.isNaN(values[best])) best = index;
  return best;
}
