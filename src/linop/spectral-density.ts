import { checkInteger, checkPositive, checkSymmetric, inputError } from './check.ts';
import type { OnProgress } from './estimate.ts';
import { probesOf } from './hutchinson.ts';
import { RunningMoments } from './moments.ts';
import type { LinearOperator } from './operator.ts';
import type { ProbeDistribution } from './probe-vector.ts';
import { integrate, lanczosQuadrature, type Quadrature } from './quadrature.ts';

/** How a density is drawn from its quadratures. */
export interface DensityOptions {
  /** σ: standard deviation of the Gaussian kernel, in units of the eigenvalues; default a hundredth of the range. */
  readonly width?: number | undefined;
  /** Points of the grid, at least 12; default 1024, or more where a given width needs them. */
  readonly gridPoints?: number | undefined;
}

/** A smoothed spectral density on an even grid. */
export interface Density {
  /** Eigenvalues: from 5σ below the smallest node to 5σ above the largest. */
  readonly grid: Float64Array<ArrayBuffer>;
  /** Share of the eigenvalues per unit of eigenvalue, at each grid point: the mean over probes. Its integral is 1. */
  readonly density: Float64Array<ArrayBuffer>;
  /** Standard error of the density over probes, at each grid point. */
  readonly standardError: Float64Array<ArrayBuffer>;
  /** σ of the kernel. */
  readonly width: number;
  /** Distance of two grid points, at most σ. */
  readonly spacing: number;
}

/** Options of {@link spectralDensity}. */
export interface SpectralDensityOptions extends DensityOptions {
  readonly seed: number;
  /** Number of random vectors, at least 2; default 10. */
  readonly probes?: number | undefined;
  /** m: Lanczos steps, hence products, for each probe; default 80, or n. Memory: m vectors. */
  readonly steps?: number | undefined;
  /** Default `rademacher`. */
  readonly distribution?: ProbeDistribution | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** What {@link spectralDensity} found. */
export interface SpectralDensity extends Density {
  /** Nodes and weights of each probe. {@link densityOf} draws them again with another width, without products. */
  readonly quadratures: readonly Quadrature[];
  readonly steps: number;
  readonly products: number;
  readonly seed: number;
}

/**
 * Spectral density of a symmetric operator, `φ_σ(t) = (1/n) Σᵢ N(t; λᵢ, σ²)`, by stochastic Lanczos quadrature (Lin, Saad,
 * Yang 2016; Ghorbani, Krishnan, Xiao 2019): the mean over probes of `Σⱼ wⱼ N(t; θⱼ, σ²)`. The standard error is that of
 * the probes; detail finer than the nodes lie apart is not resolved, whatever the width.
 */
export async function spectralDensity(
  operator: LinearOperator,
  options: SpectralDensityOptions,
): Promise<SpectralDensity> {
  const { seed, probes = 10, steps = Math.min(80, operator.size), onProgress } = options;
  checkSymmetric(subject, operator);
  checkInteger(subject, 'probes', probes, [2, Infinity]);
  checkInteger(subject, 'steps', steps, [1, operator.size]);
  checkDrawing(options);
  const draw = probesOf(operator, subject, options);
  const quadratures: Quadrature[] = [];
  let products = 0;
  const count = (): void => {
    products++;
    onProgress?.({ products, of: probes * steps });
  };
  for (let probe = 0; probe < probes; probe++)
    quadratures.push(await lanczosQuadrature(operator, draw(probe, 1)[0]!, steps, count));
  return { ...densityOf(quadratures, options), quadratures, steps, products, seed };
}

const subject = 'spectral density';

/** The grid ends this many σ beyond the nodes: 6e-7 of a kernel lies outside. */
const tails = 5;

/** Most points of a grid. */
const mostPoints = 1_000_000;

function checkDrawing({ width, gridPoints }: DensityOptions): void {
  if (width !== undefined) checkPositive(subject, 'width', width);
  if (gridPoints !== undefined) checkInteger(subject, 'gridPoints', gridPoints, [2 * tails + 2, mostPoints]);
}

/**
 * The density of quadratures (at least two, one for each probe) under a Gaussian kernel. The spacing is at most σ, where
 * the sum over an even grid equals the integral of a Gaussian within 1e-8; with the tails the integral is 1 within 1e-6. A
 * width that the grid cannot resolve is refused.
 */
export function densityOf(quadratures: readonly Quadrature[], options: DensityOptions = {}): Density {
  checkInteger(subject, 'probes', quadratures.length, [2, Infinity]);
  checkDrawing(options);
  const low = Math.min(...quadratures.map(({ nodes }) => nodes[0]!));
  const high = Math.max(...quadratures.map(({ nodes }) => nodes[nodes.length - 1]!));
  const { width, gridPoints } = resolution(low, high, options);
  const spacing = (high - low + 2 * tails * width) / (gridPoints - 1);
  const grid = Float64Array.from({ length: gridPoints }, (_, index) => low - tails * width + index * spacing);
  const moments = new RunningMoments(gridPoints);
  for (const quadrature of quadratures) moments.add(smoothed(quadrature, grid, width));
  return { grid, density: moments.mean(), standardError: moments.standardError(), width, spacing };
}

/** Width and number of points with `spacing ≤ width`, that is `range ≤ width·(points − 1 − 2·tails)`. */
function resolution(low: number, high: number, options: DensityOptions): { width: number; gridPoints: number } {
  const range = high - low;
  const needed = (width: number): number => Math.ceil(range / width) + 1 + 2 * tails;
  if (options.width === undefined) {
    const { gridPoints = 1024 } = options;
    const magnitude = Math.max(Math.abs(low), Math.abs(high));
    // One value has no range but rounding; its kernel is a hundredth of the value, or of 1 where that is 0.
    const natural = (range > 1e-6 * magnitude ? range : magnitude || 1) / 100;
    return { width: Math.max(natural, range / (gridPoints - 1 - 2 * tails)), gridPoints };
  }
  const { width, gridPoints = Math.max(1024, needed(width)) } = options;
  if (needed(width) > Math.min(gridPoints, mostPoints))
    throw inputError(
      subject,
      `width ${width} needs gridPoints of at least ${needed(width)} (at most ${mostPoints}) for eigenvalues in [${low}, ${high}]`,
      `gridPoints=${gridPoints}`,
    );
  return { width, gridPoints };
}

/** `Σⱼ wⱼ N(t; θⱼ, σ²)` at each grid point t. */
export function smoothed(quadrature: Quadrature, grid: Float64Array, width: number): Float64Array {
  const height = 1 / (width * Math.sqrt(2 * Math.PI));
  return grid.map((t) => integrate(quadrature, (node) => height * Math.exp(-0.5 * ((t - node) / width) ** 2)));
}
