import type { Tensor } from '../graph/index.ts';
import { abs, add, constant, div, maximum, minimum, mul, sub } from '../ops/index.ts';
import { hostTensor } from '../base/index.ts';
import { requireNonNegative, requirePositive, wrongUse } from './check.ts';
import type { Draw, Dynamics } from './dynamics.ts';
import { requireBox, type Box } from './points.ts';
import { gradientOf, type Potential } from './potential.ts';

/**
 * What a step takes for the gradient.
 *
 * - `gradient`: ∇V by automatic differentiation.
 * - `diagonal-difference`: the rule of the code behind paper R's runs. **One** forward difference along (1, …, 1),
 *   `D(x) = (V(x + h·(1, …, 1)) − V(x))/h ≈ Σ_j ∂V/∂x_j`, moves **every** coordinate: `x ← x − γ·D(x)·(1, …, 1)`. It is not a
 *   gradient: differences of coordinates never change, so without noise a chain stays on the diagonal line it starts on
 *   and stops where V is stationary along that line, at a minimum or not.
 */
export type Drift = 'gradient' | 'diagonal-difference';

/**
 * What happens beyond the box: `project` puts a coordinate on the nearest bound (Π_K of the paper; mass gathers on the
 * boundary itself), `reflect` folds it back (the stationary law keeps the density `exp(−U/T)` up to the boundary).
 */
export type Boundary = 'project' | 'reflect';

export interface LangevinOptions {
  /** γ > 0 */
  readonly stepSize: number;
  /** γ' ≥ 0: standard deviation of the noise of each coordinate at the first step; default 0, which is plain descent. */
  readonly noise?: number;
  /** `constant`: γ'_k = γ'; `harmonic`: γ'_k = γ'/(1 + k) in step k = 0, 1, …. Default `constant`. */
  readonly decay?: 'constant' | 'harmonic';
  /** K; default: none. */
  readonly box?: Box;
  /** Default `project`. */
  readonly boundary?: Boundary;
  /** Default `gradient`. */
  readonly drift?: Drift;
  /** h > 0 of `diagonal-difference`; default 10⁻⁵, for float64. */
  readonly difference?: number;
}

/**
 * SGD-Langevin (row R-sgdl): `x ← Π_K(x − γ∇V(x) + γ'_k W)` with W standard normal. Plain gradient descent for γ' = 0.
 *
 * With constant noise this is the Euler–Maruyama scheme of `dx = −∇V dt + √(2T) dB` with the step γ and the temperature
 * `T = γ'²/(2γ)` ({@link temperatureOf}): as γ → 0 at fixed T its stationary law goes to `exp(−V/T)/Z`.
 *
 * Throws `USAGE` for a step or noise outside its range, or a box of another dimension.
 */
export function langevin(potential: Potential, options: LangevinOptions): Dynamics {
  const { stepSize, noise = 0, decay = 'constant', box, boundary = 'project', drift = 'gradient' } = options;
  const { difference = 1e-5 } = options;
  const subject = 'langevin';
  requirePositive(subject, 'step size', stepSize);
  requireNonNegative(subject, 'noise', noise);
  requirePositive(subject, 'difference', difference);
  if (box) requireBox(subject, box, potential.dimension);
  const normal: Draw = { law: 'normal', size: potential.dimension };
  return {
    name: noise > 0 ? `langevin on ${potential.name}` : `descent on ${potential.name}`,
    dimension: potential.dimension,
    draws: noise > 0 ? { noise: normal } : {},
    step(x, { draws, index }) {
      const slope = drift === 'gradient' ? gradientOf(potential, x) : diagonalDifference(potential, x, difference);
      const drifted = sub(x, mul(slope, stepSize));
      const scale = decay === 'constant' ? noise : div(noise, add(index, 1));
      const moved = noise > 0 ? add(drifted, mul(draws['noise']!, scale)) : drifted;
      return box ? bounded(moved, box, boundary) : moved;
    },
  };
}

/** `(V(x + h·1) − V(x))/h`: [d, n] → [n]. */
function diagonalDifference(potential: Potential, x: Tensor, h: number): Tensor {
  const rise = sub(potential.value(add(x, h)), potential.value(x));
  return div(rise, h);
}

function bounded(x: Tensor, { low, high }: Box, boundary: Boundary): Tensor {
  const bound = (values: readonly number[]): Tensor => constant(hostTensor(x.dtype, [values.length, 1], values));
  const [from, to] = [bound(low), bound(high)];
  if (boundary === 'project') return minimum(maximum(x, from), to);
  // Folded at the lower bound, then at the upper one: right for steps shorter than the box; the projection is for others.
  const above = add(from, abs(sub(x, from)));
  return minimum(maximum(sub(to, abs(sub(to, above))), from), to);
}

/** `T = γ'²/(2γ)`: the temperature of Langevin dynamics with step γ and constant noise γ'. */
export function temperatureOf({ stepSize, noise }: { readonly stepSize: number; readonly noise: number }): number {
  requirePositive('temperature', 'step size', stepSize);
  requireNonNegative('temperature', 'noise', noise);
  return noise ** 2 / (2 * stepSize);
}

/** `γ' = √(2γT)`: the noise that gives the temperature T at step γ. */
export function noiseAtTemperature(temperature: number, stepSize: number): number {
  requireNonNegative('noise', 'temperature', temperature);
  requirePositive('noise', 'step size', stepSize);
  return Math.sqrt(2 * stepSize * temperature);
}

/**
 * Variance of the stationary law of `x ← x − γλx + γ'W`: `T/(λ(1 − γλ/2))` with `T = γ'²/(2γ)`: the exact law of the scheme on
 * a quadratic, wider than Boltzmann's T/λ by the factor `1/(1 − γλ/2)`. Throws `USAGE` unless 0 < γλ < 2.
 */
export function stationaryVariance(
  curvature: number,
  { stepSize, noise }: { readonly stepSize: number; readonly noise: number },
): number {
  const product = stepSize * curvature;
  if (!(product > 0 && product < 2)) throw wrongUse('stationary variance', '0 < γλ < 2', product);
  return temperatureOf({ stepSize, noise }) / (curvature * (1 - product / 2));
}
