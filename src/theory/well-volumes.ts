import { requirePositive, requireWhole, wrongUse } from './check.ts';
import { wellProfile } from './surfaces.ts';

/** What each well holds, and how many times more the flat one. */
export interface WellRatio {
  readonly flat: number;
  readonly sharp: number;
  /** flat/sharp */
  readonly ratio: number;
}

/** Surface of the unit ball in d dimensions: 2π^{d/2}/Γ(d/2); 2 (points) in one dimension. */
function unitSphere(dimension: number): number {
  let [surface, from] = dimension % 2 === 1 ? [2, 1] : [2 * Math.PI, 2];
  for (; from < dimension; from += 2) surface *= (2 * Math.PI) / from;
  return surface;
}

/**
 * Volumes of the parts of the box `[0, 10]^d` that are within r of each minimum of the surface with two minima (row R-volume):
 * the slab `2r·10^{d−1}` around the trough and the ball `S_{d−1} r^d/d` around the sharp minimum. In one dimension they are equal.
 *
 * @param radius r in (0, 2]: at 2 the two parts touch; default 1
 */
export function wellVolumes(dimension: number, radius = 1): WellRatio {
  requireReach(dimension, radius);
  const flat = 2 * radius * 10 ** (dimension - 1);
  const sharp = (unitSphere(dimension) * radius ** dimension) / dimension;
  return { flat, sharp, ratio: flat / sharp };
}

/**
 * Weights of both wells under the Boltzmann law, `∫ exp(−U/T)` over the points within r of each minimum, the other well's tail
 * neglected (below 10⁻⁴ of the depth within r = 1): `10^{d−1}·2∫₀ʳ e^{−u(s)/T} ds` and `S_{d−1}∫₀ʳ s^{d−1} e^{−u(s)/T} ds` with the
 * profile u of a well, by Simpson's rule. Their ratio is what shares of chains in equilibrium are compared with.
 *
 * Throws `USAGE` for d < 1, T ≤ 0 or r outside (0, 2].
 *
 * @param radius r; default 1
 */
export function wellWeights(dimension: number, temperature: number, radius = 1): WellRatio {
  requireReach(dimension, radius);
  requirePositive('wells', 'temperature', temperature);
  const weight = (s: number): number => Math.exp(-wellProfile(s) / temperature);
  const flat = 2 * 10 ** (dimension - 1) * simpson(weight, radius);
  const sharp = unitSphere(dimension) * simpson((s) => s ** (dimension - 1) * weight(s), radius);
  return { flat, sharp, ratio: flat / sharp };
}

function requireReach(dimension: number, radius: number): void {
  requireWhole('wells', 'dimensions', dimension, 1);
  if (!(radius > 0 && radius <= 2)) throw wrongUse('wells', 'a radius in (0, 2]', radius);
}

/** `∫₀ᵇ f` on 2000 intervals. */
function simpson(f: (s: number) => number, end: number): number {
  const intervals = 2000;
  const step = end / intervals;
  let total = f(0) + f(end);
  for (let index = 1; index < intervals; index++) total += (index % 2 === 1 ? 4 : 2) * f(index * step);
  return (total * step) / 3;
}
