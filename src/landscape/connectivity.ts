import type { NetworkPoint } from '../curvature/index.ts';
import { evenly } from './grid.ts';
import { mapLosses, type LossMap, type MapOptions } from './map.ts';
import { requireInteger, requireOwnStatistics, type LandscapeNetwork } from './network.ts';

/** How high a quantity Q rises between two ends, in its own unit, by three definitions. All are maxima over the points. */
export interface Barriers {
  /**
   * `max_α Q(α) − ((1−α)Q(0) + αQ(1))`: above the chord (Entezari, Sedghi, Saukh, Neyshabur 2022). 0 for a line that is
   * convex in Q.
   */
  readonly aboveChord: Barrier;
  /** `max_α Q(α) − (Q(0) + Q(1))/2`: above the mean of the ends (Frankle, Dziugaite, Roy, Carbin 2020, with Q the error). */
  readonly aboveMean: Barrier;
  /** `max(0, max over interior α of Q(α) − max(Q(0), Q(1)))`: above the higher end (row W-barrier). */
  readonly aboveHigherEnd: Barrier;
}

export interface Barrier {
  readonly height: number;
  /** Where it is: the first of the highest points. */
  readonly alpha: number;
}

/** Loss and accuracy along the line between two networks. */
export interface Connectivity {
  /** α, from 0 to 1. */
  readonly alphas: readonly number[];
  readonly map: LossMap;
  /** Of the loss, nat; null while the map is incomplete. */
  readonly loss: Barriers | null;
  /** Of the error, 1 − accuracy; null while the map is incomplete. */
  readonly error: Barriers | null;
}

export interface ConnectivityOptions extends MapOptions {
  /** Number of points, both ends among them; at least 3, default 31. */
  readonly points?: number;
}

/**
 * Linear mode connectivity: `L((1−α)θ_A + αθ_B)` at evenly spaced α, on the examples of the network (call it for training
 * and test examples). The ends are the checkpoints themselves, bit for bit. A barrier between grid points is missed, so each
 * height is at most the true one.
 *
 * Throws `USAGE` for fewer than 3 points, statistics of a `centre`, and what `mapLosses` refuses; `RUNTIME_INPUT` for
 *   checkpoints of different models.
 */
export async function measureConnectivity(
  network: LandscapeNetwork,
  [from, to]: readonly [NetworkPoint, NetworkPoint],
  { points = 31, ...options }: ConnectivityOptions = {},
): Promise<Connectivity> {
  requireOwnStatistics('connectivity', network);
  requireInteger('connectivity', 'points', points, 3);
  const alphas = evenly(0, 1, points);
  const weights = alphas.map((alpha) => [1 - alpha, alpha]);
  const map = await mapLosses(network, [from, to], weights, options);
  if (map.completed < points) return { alphas, map, loss: null, error: null };
  const error = map.accuracy.map((accuracy) => 1 - accuracy);
  return { alphas, map, loss: barriersOf(alphas, map.loss), error: barriersOf(alphas, error) };
}

/**
 * The barriers of a quantity on a line.
 *
 * @param alphas from 0 to 1, at least 3
 * @param values Q at each α; a height is NaN where one of them is
 */
export function barriersOf(alphas: readonly number[], values: ArrayLike<number>): Barriers {
  const last = alphas.length - 1;
  const [start, end] = [values[0]!, values[last]!];
  const higher = Math.max(start, end);
  const highest = (from: number, to: number, level: (alpha: number) => number): Barrier => {
    let best: Barrier = { height: values[from]! - level(alphas[from]!), alpha: alphas[from]! };
    for (let index = from + 1; index <= to; index++) {
      const height = values[index]! - level(alphas[index]!);
      if (height > best.height || Number.isNaN(height)) best = { height, alpha: alphas[index]! };
      if (Number.isNaN(best.height)) break;
    }
    return best;
  };
  const inside = highest(1, last - 1, () => higher);
  return {
    aboveChord: highest(0, last, (alpha) => (1 - alpha) * start + alpha * end),
    aboveMean: highest(0, last, () => (start + end) / 2),
    aboveHigherEnd: { ...inside, height: Math.max(0, inside.height) },
  };
}
