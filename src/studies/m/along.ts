import type { Band, Curve } from '../../figures/index.ts';
import { meanEstimate } from '../../statistics/index.ts';
import type { EvidenceTrial } from '../evidence.ts';
import { groups, type Group, type Proxy } from './readings.ts';

/** A curve over iterations (or another coordinate) of several seeds, and the limits of its interval. */
export interface PooledCurve {
  readonly curve: Curve;
  readonly band: Band;
  readonly seeds: number;
}

/** A number at a place of the horizontal axis. */
type Point = readonly [x: number, y: number];

const curveOf = (
  x: readonly number[],
  centre: number[],
  lower: number[],
  upper: number[],
): Omit<PooledCurve, 'seeds'> => ({
  curve: { x: Float64Array.from(x), y: Float64Array.from(centre) },
  band: { lower: Float64Array.from(lower), upper: Float64Array.from(upper) },
});

/** The points of all seeds by their place, in ascending order. */
function byPlace<T>(points: readonly (readonly [x: number, value: T])[]): [x: number, values: T[]][] {
  const found = new Map<number, T[]>();
  for (const [x, value] of points) found.set(x, [...(found.get(x) ?? []), value]);
  return [...found].sort(([a], [b]) => a - b);
}

/** Mean over seeds with its 95 % interval (Student's t); without width where there is one seed, a gap where a number is not finite. */
export function meanCurve(
  trials: readonly EvidenceTrial[],
  points: (trial: EvidenceTrial) => readonly Point[],
): PooledCurve {
  const places = byPlace(trials.flatMap(points));
  const estimates = places.map(([, values]) => {
    if (!values.every(Number.isFinite)) return { mean: NaN, interval: [NaN, NaN] as const };
    return values.length > 1 ? meanEstimate(values) : { mean: values[0]!, interval: [values[0]!, values[0]!] as const };
  });
  const ends = (end: 0 | 1): number[] => estimates.map(({ interval }) => interval[end]);
  const centre = estimates.map(({ mean }) => mean);
  return {
    ...curveOf(
      places.map(([x]) => x),
      centre,
      ends(0),
      ends(1),
    ),
    seeds: trials.length,
  };
}

/** 97.5 % quantile of the normal distribution. */
const normalQuantile = 1.959963984540054;

/**
 * Pearson's r of the traces with a proxy along training, without outliers, pooled over seeds: with `z_k = artanh r_k` of run k
 * over n_k examples, `tanh(mean z ± 1.96·√(Σ 1/(n_k − 3))/K)`. A seed whose group has fewer than four examples at a measurement has no part in it.
 */
export function pooledCorrelation(trials: readonly EvidenceTrial[], proxy: Proxy, group: Group): PooledCurve {
  const found = trials.flatMap((trial) => {
    const { iteration, coordinate, value, examples, length } = trial.series(`exampleTrace.inlierCorrelation.${proxy}`);
    return Array.from({ length }, (_, row) => row)
      .filter((row) => coordinate[row] === groups[group])
      .map((row) => [iteration[row]!, { z: Math.atanh(value[row]!), n: examples[row]! }] as const);
  });
  const places = byPlace(found);
  const centre = places.map(([, runs]) => runs.reduce((sum, { z }) => sum + z, 0) / runs.length);
  const reach = places.map(
    ([, runs]) => (normalQuantile * Math.sqrt(runs.reduce((sum, { n }) => sum + 1 / (n - 3), 0))) / runs.length,
  );
  const at = (sign: number): number[] => centre.map((z, index) => Math.tanh(sign === 0 ? z : z + sign * reach[index]!));
  return {
    ...curveOf(
      places.map(([x]) => x),
      at(0),
      at(-1),
      at(1),
    ),
    seeds: trials.length,
  };
}
