import { ThalwegError } from '../../base/index.ts';
import {
  encodeNumber,
  type BarriersDocument,
  type ConnectivityDocument,
  type LandscapeDocument,
  type SimplexDocument,
  type SurfaceDocument,
} from '../../contract/index.ts';
import {
  barycentricGrid,
  evenly,
  measureConnectivity,
  measureSimplex,
  measureSurface,
  randomPlane,
  type Barrier,
  type Barriers,
} from '../../landscape/index.ts';
import { columnsOf } from './columns.ts';
import type {
  ConnectivityRequest,
  LandscapeHooks,
  LandscapeRequest,
  SimplexRequest,
  SurfaceRequest,
} from './request.ts';
import { withTerrain, type Terrain } from './terrain.ts';
import { measureTrajectoryOf } from './trajectory.ts';
import { Work } from './work.ts';

/**
 * Measures the loss around checkpoints of runs, in this process; runs are only read. With `state` the same request goes on
 * where an earlier one ended, however it did, with the same bits. Throws `USAGE` for options out of range and for a state of
 * other options, `RUN_NOT_FOUND`, `RUN_STATE` for an iteration without a checkpoint, `CHECKPOINT_INVALID` for a checkpoint of another
 * model, `DATA_INVALID` when the examples are not those of the first run, `INTERRUPTED`.
 */
export const measureLandscape = (request: LandscapeRequest, hooks: LandscapeHooks = {}): Promise<LandscapeDocument> =>
  withTerrain(request, hooks, (terrain): Promise<LandscapeDocument> => {
    switch (request.what) {
      case 'surface':
        return surfaceOf(request, terrain, hooks);
      case 'trajectory':
        return measureTrajectoryOf(request, terrain, hooks);
      case 'connectivity':
        return connectivityOf(request, terrain, hooks);
      case 'simplex':
        return simplexOf(request, terrain, hooks);
    }
  });

async function surfaceOf(
  request: SurfaceRequest,
  { file, checkpoints, network, point, description, identity }: Terrain,
  hooks: LandscapeHooks,
): Promise<SurfaceDocument> {
  const { from = -1, to = 1, points = 51, seed = file.specification.seed, normalisation = 'filter' } = request;
  if (!(from < to)) throw new ThalwegError('USAGE', `surface: expected from < to, got ${from} and ${to}`);
  const steps = evenly(from, to, points);
  const options = { from: String(from), to: String(to), points: String(points), seed: String(seed), normalisation };
  const work = new Work(request, { ...identity, ...options }, points ** 2, hooks);
  const plane = await randomPlane(network.objective.model, point(0), { seed, normalisation });
  const { a, b, cosine, map } = await measureSurface(network, plane, { a: steps, b: steps, ...work.map });
  return {
    what: 'surface',
    checkpoints: [...checkpoints],
    seed,
    normalisation,
    ...description,
    ...columnsOf(map),
    a: [...a],
    b: [...b],
    cosine: encodeNumber(cosine),
  };
}

async function connectivityOf(
  request: ConnectivityRequest,
  { checkpoints, network, point, description, identity }: Terrain,
  hooks: LandscapeHooks,
): Promise<ConnectivityDocument> {
  const { points = 31 } = request;
  const work = new Work(request, { ...identity, points: String(points) }, points, hooks);
  const line = await measureConnectivity(network, [point(0), point(1)], { points, ...work.map });
  return {
    what: 'connectivity',
    checkpoints: [...checkpoints],
    alphas: [...line.alphas],
    ...description,
    ...columnsOf(line.map),
    barriers: { loss: barriersDocument(line.loss!), error: barriersDocument(line.error!) },
  };
}

async function simplexOf(
  request: SimplexRequest,
  { checkpoints, network, point, description, identity }: Terrain,
  hooks: LandscapeHooks,
): Promise<SimplexDocument> {
  const { steps = 20, beyond: margin = 0.5, threshold } = request;
  const total = barycentricGrid(steps, margin).length;
  const options = { steps: String(steps), beyond: String(margin) };
  const work = new Work(request, { ...identity, ...options }, total, hooks);
  const found = await measureSimplex(network, [point(0), point(1), point(2)], {
    steps,
    margin,
    threshold,
    ...work.map,
  });
  const { shareBelow, threshold: limit, mean, excess, points } = found.flatness!;
  return {
    what: 'simplex',
    checkpoints: [...checkpoints],
    steps,
    coordinates: found.coordinates.map((lambda) => [...lambda]),
    ...description,
    ...columnsOf(found.map),
    flatness: { shareBelow, threshold: limit, mean: encodeNumber(mean), excess: encodeNumber(excess), points },
  };
}

const barrierDocument = ({ height, alpha }: Barrier) => ({ height: encodeNumber(height), alpha });

const barriersDocument = ({ aboveChord, aboveMean, aboveHigherEnd }: Barriers): BarriersDocument => ({
  aboveChord: barrierDocument(aboveChord),
  aboveMean: barrierDocument(aboveMean),
  aboveHigherEnd: barrierDocument(aboveHigherEnd),
});
