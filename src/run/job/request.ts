import { createHash } from 'node:crypto';
import type { QuantitySpecification } from '../../contract/index.ts';
import { checkpointAt, readRun } from '../checkpoint-at.ts';
import type { CheckpointPlace, LandscapeRequest } from '../landscape/index.ts';

/** Something that is computed from checkpoints of a run and kept in its folder. */
export type JobRequest = MeasurementJob | LandscapeJob;

interface Place {
  readonly runsDirectory: string;
  /** The run in whose folder the result is kept. */
  readonly id: string;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
}

export interface MeasurementJob extends Place {
  readonly kind: 'measurement';
  /** An iteration that has a checkpoint, the newest checkpoint, or 0 for the initial point. */
  readonly at: number | 'last';
  readonly quantity: QuantitySpecification;
}

type Unplaced<Request> = Request extends LandscapeRequest
  ? Omit<Request, 'runsDirectory' | 'dataDirectory' | 'threads' | 'state'>
  : never;

/** A landscape without what the place of its run says. */
export type LandscapeWish = Unplaced<LandscapeRequest>;

export interface LandscapeJob extends Place {
  readonly kind: 'landscape';
  readonly landscape: LandscapeWish;
}

/** A request whose checkpoints are named by their iterations, and the name that its result has. */
export interface SettledJob {
  readonly request: JobRequest;
  /** The same for the same request at the same checkpoints. */
  readonly name: string;
  /** What is computed, where: `margins at iteration 1200`. */
  readonly title: string;
}

/** Names the checkpoints of a request. Throws `RUN_NOT_FOUND`, `RUN_STATE` where one does not exist. */
export function settleJob(request: JobRequest): SettledJob {
  return request.kind === 'measurement' ? settleMeasurement(request) : settleLandscape(request);
}

function settleMeasurement(request: MeasurementJob): SettledJob {
  const { quantity, runsDirectory, id } = request;
  const at = iterationAt(runsDirectory, { run: id, at: request.at }, true);
  return {
    request: { ...request, at },
    name: `${quantity.kind}-at-${at}-${digestOf(quantity)}`,
    title: `${quantity.kind} at iteration ${at}`,
  };
}

function settleLandscape(request: LandscapeJob): SettledJob {
  const { runsDirectory, id } = request;
  const settled = (place: CheckpointPlace): CheckpointPlace & { readonly at: number } => ({
    run: place.run,
    at: iterationAt(runsDirectory, place, false),
  });
  const named = (landscape: LandscapeWish, where: string, seen: object = landscape): SettledJob => ({
    request: { ...request, landscape },
    name: `${landscape.what}-${digestOf(seen)}`,
    title: `${landscape.what} ${where}`,
  });
  const wish = request.landscape;
  switch (wish.what) {
    case 'surface': {
      const centre = settled(wish.centre);
      return named({ ...wish, centre }, `around iteration ${centre.at}`);
    }
    case 'trajectory': {
      // A run that goes on has more checkpoints, and another plane.
      const iterations = readRun(runsDirectory, id).checkpoints.map(({ iteration }) => iteration);
      return named(wish, `of ${iterations.length} checkpoints`, { ...wish, iterations });
    }
    case 'connectivity': {
      const [from, to] = [settled(wish.ends[0]), settled(wish.ends[1])];
      return named({ ...wish, ends: [from, to] }, `from ${placeName(from)} to ${placeName(to)}`);
    }
    case 'simplex': {
      const [one, other, third] = wish.vertices;
      const vertices = [settled(one), settled(other), settled(third)] as const;
      return named({ ...wish, vertices }, `between ${vertices.map(placeName).join(', ')}`);
    }
  }
}

const placeName = ({ run, at }: CheckpointPlace): string => `${run} at ${at}`;

/** @param initial whether iteration 0 needs no checkpoint */
function iterationAt(runsDirectory: string, { run, at }: CheckpointPlace, initial: boolean): number {
  const { checkpoints } = readRun(runsDirectory, run);
  return initial && at === 0 ? 0 : checkpointAt(run, checkpoints, at).iteration;
}

/** Eight hexadecimal digits of the SHA-256 of a value's JSON. */
const digestOf = (value: object): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
