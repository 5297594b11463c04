import { meanEstimate } from '../../statistics/index.ts';
import type { Band, Curve, GroupedCurve } from '../../figures/index.ts';

/** Values of one curve for each seed, at the same places. */
export interface SeedCurves {
  readonly color: string;
  readonly x: readonly number[];
  readonly seeds: readonly (readonly number[])[];
}

/** What the bands of {@link meanCurve} are. */
export const bandName = '± 1 s.d. over seeds';

/** The mean over seeds with a band of one standard deviation; a single seed is drawn as it is. */
export function meanCurve({ color, x, seeds }: SeedCurves): GroupedCurve {
  if (seeds.length === 1) return { color, curve: curveThrough(x, seeds[0]!), seeds: 1 };
  const places = x.map((_, index) => spread(seeds.map((values) => values[index]!)));
  const curve = curveThrough(
    x,
    places.map(({ mean }) => mean),
  );
  const limits = (sign: number): Float64Array =>
    Float64Array.from(places, ({ mean, deviation }) => mean + sign * deviation);
  const band: Band = { lower: limits(-1), upper: limits(1) };
  return { color, curve, band, seeds: seeds.length };
}

/** Mean and standard deviation (divisor n − 1); NaN for both where a value is not finite, which is then a gap. */
export function spread(values: readonly number[]): { mean: number; deviation: number } {
  if (!values.every(Number.isFinite)) return { mean: NaN, deviation: NaN };
  const { mean, standardError, count } = meanEstimate(values);
  return { mean, deviation: standardError * Math.sqrt(count) };
}

/** A curve by ascending x. */
export const curveThrough = (x: readonly number[], y: readonly number[]): Curve => ({
  x: Float64Array.from(x),
  y: Float64Array.from(y),
});
