import type { NetworkPoint } from '../curvature/index.ts';
import type { Weights } from './combination.ts';
import { barycentricGrid } from './grid.ts';
import { mapLosses, type LossMap, type MapOptions } from './map.ts';
import { requireOwnStatistics, usage, type LandscapeNetwork } from './network.ts';

/** How flat the loss is over the simplex of three networks: over the grid points with no negative λ, each counting once. */
export interface SimplexFlatness {
  /** Share of the points with a loss of at most the threshold. */
  readonly shareBelow: number;
  /** The threshold, nat. */
  readonly threshold: number;
  /** Mean loss, nat. */
  readonly mean: number;
  /** `max L − max(L(θ_1), L(θ_2), L(θ_3))`, nat; 0 when no point is above the highest vertex. */
  readonly excess: number;
  /** Number of points. */
  readonly points: number;
}

/** Loss over the plane through three networks, in barycentric coordinates. */
export interface SimplexSurface {
  /** (λ₁, λ₂, λ₃) of each point, with sum 1; negative ones are beyond an edge. */
  readonly coordinates: readonly Weights[];
  readonly map: LossMap;
  /** Null while the map is incomplete. */
  readonly flatness: SimplexFlatness | null;
}

export interface SimplexOptions extends MapOptions {
  /** Parts that each edge is cut into; default 20. */
  readonly steps?: number;
  /** How far the grid goes beyond the edges, as a share of the simplex's height; default 0.5. */
  readonly margin?: number;
  /** Loss up to which a point counts as low, nat; default: that of the highest vertex. */
  readonly threshold?: number | undefined;
}

/**
 * Three-point interpolation `L(λ₁θ_1 + λ₂θ_2 + λ₃θ_3)` over the simplex and beyond its edges (row R-labels). The vertices are
 * the networks themselves, bit for bit.
 *
 * Throws `USAGE` for a threshold that is not finite, statistics of a `centre`, and what `mapLosses` refuses; `RUNTIME_INPUT`
 *   for networks of different models.
 */
export async function measureSimplex(
  network: LandscapeNetwork,
  vertices: readonly [NetworkPoint, NetworkPoint, NetworkPoint],
  { steps = 20, margin = 0.5, threshold, ...options }: SimplexOptions = {},
): Promise<SimplexSurface> {
  requireOwnStatistics('simplex', network);
  if (threshold !== undefined && !Number.isFinite(threshold)) throw usage('simplex', 'a finite threshold', threshold);
  const coordinates = barycentricGrid(steps, margin);
  const map = await mapLosses(network, vertices, coordinates, options);
  const complete = map.completed === coordinates.length;
  return { coordinates, map, flatness: complete ? simplexFlatness(coordinates, map.loss, threshold) : null };
}

/**
 * Flatness from losses at barycentric coordinates, the three vertices among them. A loss that is NaN is not low.
 *
 * @param threshold default: the loss of the highest vertex
 */
export function simplexFlatness(
  coordinates: readonly Weights[],
  loss: ArrayLike<number>,
  threshold?: number,
): SimplexFlatness {
  const values = coordinates.flatMap((lambda, index) => (lambda.every((part) => part >= 0) ? [loss[index]!] : []));
  const vertices = coordinates.flatMap((lambda, index) =>
    lambda.includes(1) && isVertex(lambda) ? [loss[index]!] : [],
  );
  const highest = Math.max(...vertices);
  const limit = threshold ?? highest;
  return {
    shareBelow: values.filter((value) => value <= limit).length / values.length,
    threshold: limit,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    excess: Math.max(...values) - highest,
    points: values.length,
  };
}

const isVertex = (lambda: Weights): boolean => lambda.filter((part) => part === 0).length === lambda.length - 1;
