import { ThalwegError } from '../../base/index.ts';
import { encodeNumber, type TrajectoryDocument } from '../../contract/index.ts';
import {
  evenly,
  measureSurface,
  measureTrajectory,
  trajectoryPlane,
  type Trajectory,
  type TrajectoryPlane,
} from '../../landscape/index.ts';
import { columnsOf } from './columns.ts';
import type { LandscapeHooks, TrajectoryRequest } from './request.ts';
import type { Terrain } from './terrain.ts';
import { Work } from './work.ts';

/** The surface on the principal plane of a run's checkpoints; then each checkpoint, and its projection. */
export async function measureTrajectoryOf(
  request: TrajectoryRequest,
  { checkpoints, network, point, description, identity }: Terrain,
  hooks: LandscapeHooks,
): Promise<TrajectoryDocument> {
  const { points = 31, beyond = 0.25 } = request;
  if (!(beyond > 0 && beyond < Infinity))
    throw new ThalwegError('USAGE', `trajectory: expected beyond to be a finite number above 0, got ${beyond}`);
  const { length } = checkpoints;
  const options = { points: String(points), beyond: String(beyond) };
  const work = new Work(request, { ...identity, ...options }, points ** 2 + 2 * length, hooks);
  const trajectory: Trajectory = {
    count: length,
    async at(index) {
      work.requireGoingOn();
      return point(index);
    },
  };
  const plane = await trajectoryPlane(network.objective.model, trajectory);
  const { a, b, map, cosine } = await measureSurface(network, plane, { ...gridOf(plane, points, beyond), ...work.map });
  const onProgress = ({ completed }: { readonly completed: number }): void => work.reached(points ** 2 + completed);
  const onCheckpoint = (evaluated: number): void => work.reached(points ** 2 + length + evaluated);
  const { loss, accuracy, projected } = await measureTrajectory(network, plane, trajectory, {
    onProgress,
    onCheckpoint,
  });
  return {
    what: 'trajectory',
    checkpoints: [...checkpoints],
    explained: [...plane.explained],
    ...description,
    ...columnsOf(map),
    a: [...a],
    b: [...b],
    cosine: encodeNumber(cosine),
    trajectory: checkpoints.map(({ iteration }, k) => ({
      iteration,
      a: plane.coordinates[k]![0],
      b: plane.coordinates[k]![1],
      distance: plane.distances[k]!,
      loss: encodeNumber(loss[k]!),
      accuracy: encodeNumber(accuracy[k]!),
      projectedLoss: encodeNumber(projected.loss[k]!),
      projectedAccuracy: encodeNumber(projected.accuracy[k]!),
    })),
  };
}

/** A grid that holds the whole trajectory, and as much beyond it on every side. */
function gridOf({ coordinates }: TrajectoryPlane, points: number, beyond: number): { a: number[]; b: number[] } {
  const extents = ([0, 1] as const).map((axis) => {
    const values = coordinates.map((point) => point[axis]);
    return [Math.min(...values), Math.max(...values)] as const;
  });
  const margin = beyond * Math.max(...extents.map(([low, high]) => high - low));
  const [a, b] = extents.map(([low, high]) => evenly(low - margin, high + margin, points));
  return { a: a!, b: b! };
}
