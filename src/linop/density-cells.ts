import { checkInteger } from './check.ts';
import { RunningMoments } from './moments.ts';
import type { Quadrature } from './quadrature.ts';
import { smoothed, type Density } from './spectral-density.ts';

/** A density in cells of equal width. */
export interface DensityCells {
  /** Centres of the cells, ascending. */
  readonly centres: Float64Array<ArrayBuffer>;
  /** Mean density of each cell: times the width of a cell, the share of the eigenvalues in it. */
  readonly density: Float64Array<ArrayBuffer>;
  /** Standard error over probes of each mean. */
  readonly standardError: Float64Array<ArrayBuffer>;
  /** Width of a cell. */
  readonly cell: number;
}

/**
 * A density on at most so many points, with the same integral: each point of its grid stands for an interval of the grid's
 * spacing, and a cell is `⌈points/most⌉` of them in a row (the last one filled up with empty ones, so that all are as wide). The
 * value of a cell is its integral over its width; picking every so many-th point instead would lose what lies between.
 * The standard error is that of the cell's mean over probes, whose neighbouring points err together.
 *
 * @param quadratures those that the density was drawn from
 */
export function densityCells(
  quadratures: readonly Quadrature[],
  { grid, width, spacing }: Density,
  most: number,
): DensityCells {
  checkInteger('density cells', 'most', most, [1, Infinity]);
  const points = Math.ceil(grid.length / most);
  const count = Math.ceil(grid.length / points);
  const moments = new RunningMoments(count);
  for (const quadrature of quadratures) {
    const cells = new Float64Array(count);
    smoothed(quadrature, grid, width).forEach((value, index) => (cells[Math.floor(index / points)]! += value / points));
    moments.add(cells);
  }
  const cell = points * spacing;
  const first = grid[0]! - spacing / 2;
  const centres = Float64Array.from({ length: count }, (_, index) => first + (index + 0.5) * cell);
  return { centres, density: moments.mean(), standardError: moments.standardError(), cell };
}
