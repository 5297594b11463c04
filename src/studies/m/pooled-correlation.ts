import { curveThrough } from '../../figures/index.ts';
import type { MeanCurve } from '../curves.ts';
import type { EvidenceTrial } from '../evidence.ts';
import { groups, type Group, type Proxy } from './readings.ts';

/** The points of all seeds by their place, in ascending order. */
function byPlace<T>(points: readonly (readonly [x: number, value: T])[]): [x: number, values: T[]][] {
  const found = new Map<number, T[]>();
  for (const [x, value] of points) found.set(x, [...(found.get(x) ?? []), value]);
  return [...found].sort(([a], [b]) => a - b);
}

/** 97.5 % quantile of the normal distribution. */
const normalQuantile = 1.959963984540054;

/**
 * Pearson's r of the traces with a proxy along training, without outliers, pooled over seeds: with `z_k = artanh r_k` of run k
 * over n_k examples, `tanh(mean z ± 1.96·√(Σ 1/(n_k − 3))/K)`. A seed whose group has fewer than four examples at a measurement has no part in it.
 */
export function pooledCorrelation(trials: readonly EvidenceTrial[], proxy: Proxy, group: Group): Required<MeanCurve> {
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
  const x = places.map(([place]) => place);
  return {
    curve: curveThrough(x, at(0)),
    band: { lower: Float64Array.from(at(-1)), upper: Float64Array.from(at(1)) },
    seeds: trials.length,
  };
}
