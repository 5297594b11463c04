import { ThalwegError } from '../../base/index.ts';
import { encodeNumber, type BarriersDocument, type LandscapeDocument } from '../../contract/index.ts';
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
import type { ConnectivityRequest, LandscapeRequest, SimplexRequest, SurfaceRequest } from './request.ts';
import type { Survey } from './survey.ts';
import type { Terrain } from './terrain.ts';
import { surveyTrajectory } from './trajectory.ts';

/** Lays a landscape out. Throws `USAGE` for options out of range. */
export function surveyOf(request: LandscapeRequest, terrain: Terrain): Survey {
  switch (request.what) {
    case 'surface':
      return surveySurface(request, terrain);
    case 'trajectory':
      return surveyTrajectory(request, terrain);
    case 'connectivity':
      return surveyConnectivity(request, terrain);
    case 'simplex':
      return surveySimplex(request, terrain);
  }
}

function surveySurface(request: SurfaceRequest, { file, checkpoints, network, point, description }: Terrain): Survey {
  const { from = -1, to = 1, points = 51, seed = file.specification.seed, normalisation = 'filter' } = request;
  if (!(from < to)) throw new ThalwegError('USAGE', `surface: expected from < to, got ${from} and ${to}`);
  const steps = evenly(from, to, points);
  return {
    options: { from: String(from), to: String(to), points: String(points), seed: String(seed), normalisation },
    points: points ** 2,
    others: 0,
    async measure(options) {
      const plane = await randomPlane(network.objective.model, point(0), { seed, normalisation });
      const { a, b, cosine, map } = await measureSurface(network, plane, { a: steps, b: steps, ...options });
      const document = async (): Promise<LandscapeDocument> => ({
        what: 'surface',
        checkpoints: [...checkpoints],
        seed,
        normalisation,
        ...description,
        ...columnsOf(map),
        a: [...a],
        b: [...b],
        cosine: encodeNumber(cosine),
      });
      return { map, document };
    },
  };
}

function surveyConnectivity(
  { points = 31 }: ConnectivityRequest,
  { checkpoints, network, point, description }: Terrain,
): Survey {
  return {
    options: { points: String(points) },
    points,
    others: 0,
    async measure(options) {
      const line = await measureConnectivity(network, [point(0), point(1)], { points, ...options });
      const document = async (): Promise<LandscapeDocument> => ({
        what: 'connectivity',
        checkpoints: [...checkpoints],
        alphas: [...line.alphas],
        ...description,
        ...columnsOf(line.map),
        barriers: { loss: barriersDocument(line.loss!), error: barriersDocument(line.error!) },
      });
      return { map: line.map, document };
    },
  };
}

function surveySimplex(
  { steps = 20, beyond: margin = 0.5, threshold }: SimplexRequest,
  { checkpoints, network, point, description }: Terrain,
): Survey {
  return {
    options: { steps: String(steps), beyond: String(margin) },
    points: barycentricGrid(steps, margin).length,
    others: 0,
    async measure(options) {
      const vertices = [point(0), point(1), point(2)] as const;
      const found = await measureSimplex(network, vertices, { steps, margin, threshold, ...options });
      const document = async (): Promise<LandscapeDocument> => {
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
      };
      return { map: found.map, document };
    },
  };
}

const barrierDocument = ({ height, alpha }: Barrier) => ({ height: encodeNumber(height), alpha });

const barriersDocument = ({ aboveChord, aboveMean, aboveHigherEnd }: Barriers): BarriersDocument => ({
  aboveChord: barrierDocument(aboveChord),
  aboveMean: barrierDocument(aboveMean),
  aboveHigherEnd: barrierDocument(aboveHigherEnd),
});
