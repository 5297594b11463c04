import { ThalwegError } from '../../base/index.ts';
import { encodeNumber, type TrajectoryDocument } from '../../contract/index.ts';
import {
  evenly,
  measureSurface,
  measureTrajectory,
  trajectoryPlane,
  type Trajectory,
  type TrajectoryLosses,
  type TrajectoryPlane,
} from '../../landscape/index.ts';
import { columnsOf } from './columns.ts';
import type { TrajectoryRequest } from './request.ts';
import type { Survey } from './survey.ts';
import type { Terrain } from './terrain.ts';

/** The surface on the principal plane of a run's checkpoints; then each checkpoint, and its projection. */
export function surveyTrajectory(
  { points = 31, beyond = 0.25 }: TrajectoryRequest,
  { checkpoints, network, point, description }: Terrain,
): Survey {
  if (!(beyond > 0 && beyond < Infinity))
    throw new ThalwegError('USAGE', `trajectory: expected beyond to be a finite number above 0, got ${beyond}`);
  const { length } = checkpoints;
  return {
    options: { points: String(points), beyond: String(beyond) },
    points: points ** 2,
    others: 2 * length,
    async measure(options, going) {
      const trajectory: Trajectory = {
        count: length,
        async at(index) {
          going.requireGoingOn();
          return point(index);
        },
      };
      const plane = await trajectoryPlane(network.objective.model, trajectory);
      const surface = await measureSurface(network, plane, { ...gridOf(plane, points, beyond), ...options });
      const document = async (): Promise<TrajectoryDocument> => {
        const losses = await measureTrajectory(network, plane, trajectory, {
          onProgress: ({ completed }) => going.reached(points ** 2 + completed),
          onCheckpoint: (evaluated) => going.reached(points ** 2 + length + evaluated),
        });
        return {
          what: 'trajectory',
          checkpoints: [...checkpoints],
          explained: [...plane.explained],
          ...description,
          ...columnsOf(surface.map),
          a: [...surface.a],
          b: [...surface.b],
          cosine: encodeNumber(surface.cosine),
          trajectory: checkpoints.map(({ iteration }, k) => ({ iteration, ...pointOf(k, plane, losses) })),
        };
      };
      return { map: surface.map, document };
    },
  };
}

function pointOf(k: number, { coordinates, distances }: TrajectoryPlane, losses: TrajectoryLosses) {
  const { loss, accuracy, projected } = losses;
  const [a, b] = coordinates[k]!;
  return {
    a,
    b,
    distance: distances[k]!,
    loss: encodeNumber(loss[k]!),
    accuracy: encodeNumber(accuracy[k]!),
    projectedLoss: encodeNumber(projected.loss[k]!),
    projectedAccuracy: encodeNumber(projected.accuracy[k]!),
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
