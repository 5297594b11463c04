import type { Plane } from './directions.ts';
import { withEvaluator } from './combination.ts';
import { evenly, planeWeights } from './grid.ts';
import { mapLosses, type LossMap, type MapOptions } from './map.ts';
import { usage, type LandscapeNetwork } from './network.ts';
import type { Trajectory } from './trajectory-axes.ts';
import type { TrajectoryPlane } from './trajectory.ts';

/** Loss over a plane. */
export interface Surface {
  /** Steps along δ. */
  readonly a: readonly number[];
  /** Steps along η. */
  readonly b: readonly number[];
  /** Cosine of δ and η. */
  readonly cosine: number;
  /** The loss at (a[i], b[j]) is `map.loss[j·|a| + i]`. */
  readonly map: LossMap;
}

export interface SurfaceOptions extends MapOptions {
  /** Default −1 to 1 in 51 steps, 0 among them. */
  readonly a?: readonly number[];
  /** Default: as `a`'s default. */
  readonly b?: readonly number[];
}

/**
 * Mean loss and accuracy at every `θ + aδ + bη` of a grid. At (0, 0) it is the loss of the checkpoint itself, bit for bit.
 *
 * Throws `USAGE` for an empty grid and what `mapLosses` refuses.
 */
export async function measureSurface(
  network: LandscapeNetwork,
  { centre, axes, cosine }: Plane,
  { a = evenly(-1, 1, 51), b = evenly(-1, 1, 51), ...options }: SurfaceOptions = {},
): Promise<Surface> {
  for (const [name, values] of Object.entries({ a, b }))
    if (values.length === 0) throw usage('surface', `at least one value of ${name}`, 'none');
  return { a, b, cosine, map: await mapLosses(network, [centre, ...axes], planeWeights(a, b), options) };
}

/** What a trajectory drawn on its plane hides: each checkpoint beside its projection, on which the drawn surface lies. */
export interface TrajectoryLosses {
  /** L(θ_k), with running statistics (where these are taken) of its own. */
  readonly loss: Float64Array<ArrayBuffer>;
  readonly accuracy: Float64Array<ArrayBuffer>;
  /** L at the projection of θ_k onto the plane. */
  readonly projected: LossMap;
}

export interface TrajectoryLossOptions extends MapOptions {
  /** Told after each checkpoint how many of them are evaluated; the projections come before. */
  readonly onCheckpoint?: ((evaluated: number) => void) | undefined;
}

/** Loss and accuracy at every checkpoint, and at its projection. Throws what `mapLosses` throws. */
export async function measureTrajectory(
  network: LandscapeNetwork,
  { centre, axes, coordinates }: TrajectoryPlane,
  trajectory: Trajectory,
  { onCheckpoint, ...options }: TrajectoryLossOptions = {},
): Promise<TrajectoryLosses> {
  const weights = coordinates.map(([a, b]) => [1, a, b]);
  const projected = await mapLosses(network, [centre, ...axes], weights, options);
  const { count } = trajectory;
  const [loss, accuracy] = [new Float64Array(count), new Float64Array(count)];
  await withEvaluator({ ...network, block: 1 }, 1, async (evaluator) => {
    for (let index = 0; index < count; index++) {
      const [own] = await evaluator.with([await trajectory.at(index)], (evaluate) => evaluate([[1]]));
      loss[index] = own!.loss;
      accuracy[index] = own!.accuracy;
      onCheckpoint?.(index + 1);
    }
  });
  return { loss, accuracy, projected };
}
