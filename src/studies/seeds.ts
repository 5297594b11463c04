import { ThalwegError } from '../base/index.ts';
import type { Measured } from '../claims/index.ts';
import type { Condition, SeriesName } from '../contract/index.ts';
import type { GroupedCurve } from '../figures/index.ts';
import { perSeed, readings, trialOf, type Evidence, type EvidenceTrial } from './evidence.ts';

/** One number for each seed from the trials of one experiment. `trial` finds the one of that seed. */
export const forEachSeed = (
  evidence: Evidence,
  experiment: string,
  measure: (trial: (where?: Condition) => EvidenceTrial, seed: number) => number,
): Measured => perSeed(evidence, (seed) => measure((where) => trialOf(evidence, experiment, seed, where), seed));

/** The values of a series at its evaluations after the start, in their order: those of a learning curve. */
export function learningCurve(trial: EvidenceTrial, series: SeriesName): number[] {
  const values = readings(trial, series, { from: 1 }).map(({ value }) => value);
  if (values.length > 0) return values;
  throw new ThalwegError('NO_DATA', `${trial.id}: expected ${series} after the start, got none`);
}

/** Values at the same places of two curves. Throws `NO_DATA` for curves of different lengths. */
export function pairs(one: readonly number[], other: readonly number[]): (readonly [number, number])[] {
  if (one.length !== other.length)
    throw new ThalwegError('NO_DATA', `curves: expected the same lengths, got ${one.length} and ${other.length}`);
  return one.map((value, index) => [value, other[index]!]);
}

/**
 * Coefficients b of the least-squares fit `y ≈ a + Σ_j b_j x_j`, for one or two explaining variables.
 *
 * @param rows [x_1, …, y] of each observation. Throws `NO_DATA` where they do not determine the coefficients.
 */
export function slopes(rows: readonly (readonly number[])[]): number[] {
  const columns = rows[0]!.map((_, column) => centred(rows.map((row) => row[column]!)));
  const [y, x] = [columns.at(-1)!, columns.slice(0, -1)];
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const [first, second] = x as [number[], number[]?];
  const [aa, ay] = [product(first, first), product(first, y)];
  if (!second) return [determined(aa, aa) && ay / aa];
  const [bb, ab, by] = [product(second, second), product(first, second), product(second, y)];
  const determinant = determined(aa * bb - ab * ab, aa * bb);
  return [(ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant];
}

function centred(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

/** The determinant, unless it is zero beside the size of what it is made of. */
function determined(determinant: number, size: number): number {
  if (determinant > 1e-9 * size && size > 0) return determinant;
  throw new ThalwegError('NO_DATA', 'slopes: expected observations that differ in every variable, got too few');
}

/** Mean over seeds at each place, and the mean ± the standard deviation over seeds (n − 1); without a band for one seed. */
export function meanCurve(
  x: readonly number[],
  ofSeeds: readonly (readonly number[])[],
): Pick<GroupedCurve, 'curve' | 'band' | 'seeds'> {
  for (const values of ofSeeds) pairs(x, values);
  const columns = x.map((_, index) => ofSeeds.map((values) => values[index]!));
  const mean = columns.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const spread = columns.map((values, index) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean[index]!) ** 2, 0) / (values.length - 1)),
  );
  const limit = (sign: number): Float64Array =>
    Float64Array.from(mean, (value, index) => value + sign * spread[index]!);
  return {
    curve: { x: Float64Array.from(x), y: Float64Array.from(mean) },
    ...(ofSeeds.length > 1 && { band: { lower: limit(-1), upper: limit(1) } }),
    seeds: ofSeeds.length,
  };
}
