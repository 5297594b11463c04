import { quantile } from 'simple-statistics';
import { Neighbourhoods } from './neighbourhoods.ts';
import { finiteNumbers, requireBetween, wrongUse, type Sample } from './sample.ts';

/** Added to mean reachability distances, as scikit-learn does: points that lie upon each other have a finite density. */
const epsilon = 1e-10;

export interface LocalOutlierOptions {
  /** k, from 1 to the number of points − 1; default 20 (row M-corr, scikit-learn's default). */
  readonly neighbours?: number;
}

/**
 * Local outlier factors (Breunig et al. 2000): how many times denser the neighbourhoods of a point's neighbours are than
 * its own. Near 1 inside a cluster, larger for outliers.
 *
 * With `N(p)` the points other than p that are no further from p than its k-th nearest (so more than k when distances tie),
 * `d_k(o)` the distance of o's k-th nearest, and Euclidean `d`:
 * `reach(p, o) = max(d_k(o), d(p, o))`, `lrd(p) = 1/(mean_{o∈N(p)} reach(p, o) + 1e-10)`,
 * `LOF(p) = mean_{o∈N(p)} lrd(o)/lrd(p)`. All means are plain. Where no distances tie these are scikit-learn's numbers; in
 * ties scikit-learn takes some k of the equally near ones, which depends on the order of the points, and this does not.
 *
 * Neighbours are found by a sweep along one axis (`Neighbourhoods`): 60,000 points that spread over decades, as traces do,
 * take about a second, evenly over a square about ten.
 *
 * @param coordinates one array for each axis, all of the length n; scales of the axes are taken as they are
 * @returns one factor for each point, in their order
 *
 * Throws `NO_DATA` for fewer than two points, `USAGE` for k outside [1, n − 1], a number that is not finite, or axes of
 * different lengths.
 */
export function localOutlierFactors(
  coordinates: readonly Sample[],
  { neighbours = 20 }: LocalOutlierOptions = {},
): Float64Array<ArrayBuffer> {
  const axes = checkedAxes(coordinates);
  const count = axes[0]!.length;
  if (!Number.isInteger(neighbours) || neighbours < 1 || neighbours >= count)
    throw wrongUse(subject, `from 1 to ${count - 1} neighbours for ${count} points, got ${neighbours}`);
  const points = new Neighbourhoods(axes);
  const reaches = points.nearestSquared(neighbours);
  const meanReach = points.meanWithin(reaches, (other, squared) => Math.sqrt(Math.max(reaches[other]!, squared)));
  const density = meanReach.map((reach) => 1 / (reach + epsilon));
  const factors = points.meanWithin(reaches, (other) => density[other]!).map((mean, place) => mean / density[place]!);
  return Float64Array.from(points.placeOf, (place) => factors[place]!);
}

/** Which points are outliers: by a bound on the factor, or as a share of all points. */
export type OutlierRule = { readonly threshold: number } | { readonly contamination: number };

/**
 * Which factors belong to outliers. `threshold` t: those above t; default 1.5, scikit-learn's `contamination="auto"`.
 * `contamination` c, in (0, 0.5): those above the quantile 1 − c of all factors (type 7), about a share c of them.
 */
export function outliers(factors: Sample, rule: OutlierRule = { threshold: 1.5 }): boolean[] {
  const numbers = finiteNumbers(subject, factors, 1);
  const limit = limitOf(numbers, rule);
  return numbers.map((factor) => factor > limit);
}

const subject = 'local outlier factor';

function checkedAxes(coordinates: readonly Sample[]): readonly Float64Array[] {
  if (coordinates.length === 0) throw wrongUse(subject, 'at least one axis, got none');
  const axes = coordinates.map((axis) => Float64Array.from(finiteNumbers(subject, axis, 2)));
  const lengths = axes.map(({ length }) => length);
  if (lengths.some((length) => length !== lengths[0]))
    throw wrongUse(subject, `as many numbers on each axis, got ${lengths.join(' and ')}`);
  return axes;
}

function limitOf(factors: number[], rule: OutlierRule): number {
  if ('threshold' in rule) return rule.threshold;
  requireBetween(subject, 'contamination', rule.contamination, 0, 0.5);
  return quantile(factors, 1 - rule.contamination);
}
