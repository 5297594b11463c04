import { ThalwegError } from '../../base/index.ts';
import type { CheckpointName } from '../../contract/index.ts';
import { mapBlock, type LossMap, type MapPart } from '../../landscape/index.ts';
import { describeMachine } from '../environment.ts';
import type { ComputedMap } from './computed.ts';
import { differenceOf, Journal, type Identity } from './journal.ts';
import type { CheckpointPlace, LandscapeHooks, LandscapeRequest } from './request.ts';
import { surveyOf } from './surveys.ts';
import { withTerrain, type Terrain } from './terrain.ts';

/** A landscape whose points are to be computed in parts, in several processes or on several machines. */
export interface LandscapeLayout {
  /** What each part is asked for: its checkpoints by their iterations, its threads by their number. */
  readonly request: LandscapeRequest;
  /** What it is computed from, in their order. */
  readonly checkpoints: readonly CheckpointName[];
  /** What decides the numbers: every part must be of the same. */
  readonly identity: Identity;
  /** Points of the map. */
  readonly points: number;
  /** Points that one program evaluates: parts begin at multiples of it. */
  readonly block: number;
  /** What was kept of earlier work: the points before the first part. */
  readonly kept: LossMap | undefined;
  /** Points, with those that are evaluated once the map is whole. */
  readonly total: number;
}

/** A part of a landscape, as it is asked for. */
export interface PartRequest extends MapPart {
  readonly request: LandscapeRequest;
  readonly identity: Identity;
}

/** The points of a part. */
export interface LandscapePart {
  readonly first: number;
  /** The weights of its points, as in a {@link LossMap}: other machines must have laid out the same points. */
  readonly weights: Float64Array;
  readonly loss: Float64Array;
  readonly accuracy: Float64Array;
  /** Kinds of processors that computed it: others may give other last bits. */
  readonly processors: readonly string[];
}

/**
 * Finds out what a landscape consists of; nothing of it is computed. Throws what {@link measureLandscape} throws before it computes.
 */
export const layOutLandscape = (request: LandscapeRequest, hooks: LandscapeHooks = {}): Promise<LandscapeLayout> =>
  withTerrain(request, hooks, async (terrain) => {
    const survey = surveyOf(request, terrain);
    const identity = { ...terrain.identity, ...survey.options };
    const { points } = survey;
    return {
      request: settled(request, terrain),
      checkpoints: terrain.checkpoints,
      identity,
      points,
      block: mapBlock(terrain.network, points),
      kept: new Journal(request.state ?? null, identity).kept,
      total: points + survey.others,
    };
  });

/** The same request, without what another machine or a later moment would read in another way. */
function settled(request: LandscapeRequest, { checkpoints, network }: Terrain): LandscapeRequest {
  const threads = network.runtime.backend.threads;
  const place = (index: number): CheckpointPlace => ({
    run: checkpoints[index]!.run,
    at: checkpoints[index]!.iteration,
  });
  switch (request.what) {
    case 'surface':
      return { ...request, threads, centre: place(0) };
    case 'trajectory':
      return { ...request, threads };
    case 'connectivity':
      return { ...request, threads, ends: [place(0), place(1)] };
    case 'simplex':
      return { ...request, threads, vertices: [place(0), place(1), place(2)] };
  }
}

/**
 * Cuts what is missing into parts of whole blocks.
 *
 * @param count about how many; there are fewer where there are not so many blocks
 */
export function partsOf({ points, block, kept }: LandscapeLayout, count: number): MapPart[] {
  const start = kept?.completed ?? 0;
  const size = block * Math.max(1, Math.ceil((points - start) / count / block));
  const number = Math.ceil((points - start) / size);
  return Array.from({ length: number }, (_, index) => {
    const first = start + index * size;
    return { first, count: Math.min(size, points - first) };
  });
}

/**
 * Computes a part, in this process. Throws what {@link measureLandscape} throws, `DATA_INVALID` where the examples or checkpoints are
 * others than those of the whole, and `RUN_STATE` where another thing is that decides its numbers.
 */
export const measurePart = (
  { request, identity, first, count }: PartRequest,
  {
    signal,
    onNote,
    onPoints,
  }: { signal?: AbortSignal; onNote?: (text: string) => void; onPoints?: (points: number) => void },
): Promise<LandscapePart> =>
  withTerrain(request, onNote ? { onNote } : {}, async (terrain) => {
    const survey = surveyOf(request, terrain);
    requireSame(identity, { ...terrain.identity, ...survey.options });
    const requireGoingOn = (): void => {
      if (signal?.aborted)
        throw new ThalwegError('INTERRUPTED', `landscape: stopped in the part from point ${first} on`);
    };
    const onProgress = ({ completed }: LossMap): void => {
      onPoints?.(completed);
      requireGoingOn();
    };
    const options = { part: { first, count }, onProgress };
    const { map } = await survey.measure(options, { requireGoingOn, reached: requireGoingOn });
    const own = (values: Float64Array, each = 1): Float64Array => values.slice(first * each, (first + count) * each);
    const { weights, terms, loss, accuracy } = map;
    const values = { weights: own(weights, terms), loss: own(loss), accuracy: own(accuracy) };
    return { first, ...values, processors: [describeMachine().processor] };
  });

function requireSame(expected: Identity, got: Identity): void {
  const odd = differenceOf(expected, got);
  if (!odd) return;
  const code = odd.name.startsWith('SHA-256') ? 'DATA_INVALID' : 'RUN_STATE';
  throw new ThalwegError(code, `part of a landscape: expected ${odd.name} ${odd.expected}, got ${odd.got}`);
}

/**
 * The parts of a landscape, and what was kept before them, as one map: as far as they follow each other without a gap. Null where there
 * is nothing yet.
 */
export function joinParts(
  { identity, points, kept }: LandscapeLayout,
  parts: readonly LandscapePart[],
): ComputedMap | null {
  const [any] = parts;
  if (!any) return kept ? { identity, map: kept } : null;
  const terms = any.weights.length / any.loss.length;
  const unknown = (each = 1): Float64Array<ArrayBuffer> => new Float64Array(points * each).fill(NaN);
  const weights = kept?.weights.slice() ?? unknown(terms);
  const [loss, accuracy] = [kept?.loss.slice() ?? unknown(), kept?.accuracy.slice() ?? unknown()];
  let completed = kept?.completed ?? 0;
  for (const part of [...parts].sort((a, b) => a.first - b.first)) {
    if (part.first !== completed) break;
    weights.set(part.weights, part.first * terms);
    loss.set(part.loss, part.first);
    accuracy.set(part.accuracy, part.first);
    completed += part.loss.length;
  }
  return { identity, map: { terms, weights, first: 0, completed, loss, accuracy } };
}
