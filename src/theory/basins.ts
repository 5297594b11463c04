import type { Runtime } from '../runtime/index.ts';
import { requirePositive } from './check.ts';
import { gridCentres, gridOn } from './grid.ts';
import { langevin } from './langevin.ts';
import { pointAt, type Points } from './points.ts';
import { simulate } from './simulate.ts';
import { flatAt, sharpAt, type Surface } from './surfaces.ts';

/** Where a point of the surface with two minima lies. */
export type Well = 'flat' | 'sharp' | 'neither';

/** Shares of points, of sum 1. */
export type WellShares = Readonly<Record<Well, number>>;

/** Distance to a well's bottom at which it is about half as deep (u(1) = −0.45). */
const wellRadius = 1;

/**
 * The well in which each point lies: `flat` within `radius` of the trough x₁ = 4, `sharp` within it of (8, 5, …, 5), else `neither`.
 * Throws `USAGE` unless 0 < radius.
 *
 * @param radius default 1, where a well is about half as deep
 */
export function wellsOf(points: Points, radius = wellRadius): Well[] {
  requirePositive('wells', 'radius', radius);
  const centre = sharpAt(points.dimension);
  return Array.from({ length: points.count }, (_, index) => {
    const point = pointAt(points, index);
    if (Math.abs(point[0]! - flatAt) <= radius) return 'flat';
    const distance = Math.hypot(...centre.map((value, axis) => point[axis]! - value));
    return distance <= radius ? 'sharp' : 'neither';
  });
}

/** The shares of points in each well. */
export function wellShares(points: Points, radius = wellRadius): WellShares {
  const wells = wellsOf(points, radius);
  const share = (well: Well): number => wells.filter((one) => one === well).length / wells.length;
  return { flat: share('flat'), sharp: share('sharp'), neither: share('neither') };
}

export interface BasinOptions {
  /** Starts along each axis; default 100. */
  readonly cells?: number;
  /** γ of the descent; default 0.05. */
  readonly stepSize?: number;
  /** Default 2000: γ·steps is the time that the gradient flow is followed. */
  readonly steps?: number;
}

/** Basins of attraction on a grid. */
export interface Basins {
  readonly shares: WellShares;
  /** The well to which each start leads, row by row, the last axis fastest. */
  readonly wells: readonly Well[];
  readonly starts: Points;
}

/**
 * Areas of the basins of the surface with two minima, as shares of the box: where plain gradient descent with a small step leads from a
 * grid of starts. `neither` are starts that did not come near a minimum within the time γ·steps: far from both wells the surface is
 * flat to ten digits, and the flow stands still for any practical time; from its edge it even leads away.
 *
 * Throws `USAGE` for a grid too large.
 */
export async function basinAreas(
  runtime: Runtime,
  surface: Surface,
  { cells = 100, stepSize = 0.05, steps = 2000 }: BasinOptions = {},
): Promise<Basins> {
  const starts = gridCentres(gridOn(surface.box, cells));
  const descent = langevin(surface, { stepSize, box: surface.box });
  const { end } = await simulate(runtime, descent, starts, { steps, seed: 0 });
  return { shares: wellShares(end), wells: wellsOf(end), starts };
}
