import { localOutlierFactors, outliers } from './local-outlier-factor.ts';
import type { Sample } from './sample.ts';

/** Fewest points among which there are outliers. */
const fewest = 4;

/** k of the local outlier factor (row M-corr); one less than the points where they are fewer. */
const neighbours = 20;

/**
 * Indices of the points of a scatter that are no outliers by a local outlier factor above 1.5 with 20 neighbours (row M-corr);
 * all points where factors are not defined: fewer than four, or a number that is not finite.
 */
export function inliers(x: Sample, y: Sample): number[] {
  const all = Array.from({ length: x.length }, (_, index) => index);
  const isDefined = x.length >= fewest && all.every((index) => Number.isFinite(x[index]) && Number.isFinite(y[index]));
  if (!isDefined) return all;
  const outside = outliers(localOutlierFactors([x, y], { neighbours: Math.min(neighbours, x.length - 1) }));
  return all.filter((index) => !outside[index]);
}
