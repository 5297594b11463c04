import type { Weights } from './combination.ts';
import { requireInteger, usage } from './network.ts';

/**
 * Evenly spaced numbers, both ends among them: `from + (to − from)·i/(steps − 1)`.
 *
 * @param steps how many, at least 2. Throws `USAGE` for fewer, and for ends that are not finite.
 */
export function evenly(from: number, to: number, steps: number): number[] {
  requireInteger('grid', 'steps', steps, 2);
  if (!Number.isFinite(from) || !Number.isFinite(to)) throw usage('grid', 'finite ends', `${from} to ${to}`);
  return Array.from({ length: steps }, (_, index) =>
    index === steps - 1 ? to : from + ((to - from) * index) / (steps - 1),
  );
}

/** Weights (1, a, b) of `θ + aδ + bη` for every b, and for it every a: the point at (a[i], b[j]) is `j·|a| + i`. */
export const planeWeights = (a: readonly number[], b: readonly number[]): Weights[] =>
  b.flatMap((second) => a.map((first) => [1, first, second]));

/**
 * Barycentric coordinates (λ₁, λ₂, λ₃) with sum 1, on the triangular grid that cuts each edge of the simplex into `steps`
 * parts, and beyond the edges as far as no λ is below −margin.
 *
 * @param steps parts of an edge, at least 1
 * @param margin at least 0, in units of an edge's height; cut down to a whole number of steps
 */
export function barycentricGrid(steps: number, margin: number): Weights[] {
  requireInteger('simplex', 'steps', steps, 1);
  if (!(margin >= 0 && margin < Infinity)) throw usage('simplex', 'a margin of at least 0', margin);
  // A margin that is meant to be whole steps must not lose one to rounding: 0.3·10 is below 3.
  const outside = Math.floor(margin * steps + 1e-9);
  const points: Weights[] = [];
  for (let third = 0 - outside; third <= steps + 2 * outside; third++)
    for (let second = 0 - outside; second <= steps + outside - third; second++)
      points.push([steps - second - third, second, third].map((part) => part / steps));
  return points;
}
