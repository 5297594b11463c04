import type { ExampleSetName, LandscapeBatchNorm, LandscapeKind } from '../../contract/index.ts';
import type { Normalisation } from '../../landscape/index.ts';

/** A checkpoint of a run. */
export interface CheckpointPlace {
  readonly run: string;
  /** An iteration that has a checkpoint, or the newest checkpoint. */
  readonly at: number | 'last';
}

/** What every landscape is told. */
interface CommonRequest {
  readonly runsDirectory: string;
  /** Which examples the loss is of; default `train`. */
  readonly set?: ExampleSetName;
  /** The first n of a seeded permutation of the set, or `all`; default 2,000, or all of fewer. */
  readonly examples?: number | 'all';
  /**
   * Statistics of batch normalisation; default `running`.
   *
   * - `running`: on a surface those of its centre; elsewhere combined from those of the checkpoints as the parameters are.
   * - `batch`: of each chunk of the training batch size.
   * - `recomputed`: at each point anew, on the examples.
   */
  readonly batchNorm?: LandscapeBatchNorm;
  /** Folder of data sets; default: `$THALWEG_DATA`, then the user's cache. */
  readonly dataDirectory?: string;
  /** Threads of the CPU runtime; default: those of the first run. */
  readonly threads?: number | 'auto';
  /**
   * A file that keeps what is computed, in an existing folder; default: none. Where it exists, work goes on from there, with
   * the same bits; it stays when the work is done.
   */
  readonly state?: string;
}

/** The loss on a plane along two random directions around a checkpoint. */
export interface SurfaceRequest extends CommonRequest {
  readonly what: 'surface';
  readonly centre: CheckpointPlace;
  /** First step along both axes; default −1. */
  readonly from?: number;
  /** Last step along both axes, greater than `from`; default 1. */
  readonly to?: number;
  /** Points along each axis, at least 2; default 51. */
  readonly points?: number;
  /** Seed of the directions; default: that of the run. */
  readonly seed?: number;
  /** Default `filter`. */
  readonly normalisation?: Normalisation;
}

/** The loss on the principal plane of a run's checkpoints. */
export interface TrajectoryRequest extends CommonRequest {
  readonly what: 'trajectory';
  readonly run: string;
  /** Points along each axis, at least 2; default 31. */
  readonly points?: number;
  /** How far the grid goes beyond the trajectory, as a share of its larger extent; above 0, default 0.25. */
  readonly beyond?: number;
}

/** The loss along the line between two checkpoints. */
export interface ConnectivityRequest extends CommonRequest {
  readonly what: 'connectivity';
  readonly ends: readonly [CheckpointPlace, CheckpointPlace];
  /** Points on the line, both ends among them, at least 3; default 31. */
  readonly points?: number;
}

/** The loss on the plane through three checkpoints. */
export interface SimplexRequest extends CommonRequest {
  readonly what: 'simplex';
  readonly vertices: readonly [CheckpointPlace, CheckpointPlace, CheckpointPlace];
  /** Parts that each edge is cut into, at least 1; default 20. */
  readonly steps?: number;
  /** How far the grid goes beyond the edges, as a share of the simplex's height; default 0.5. */
  readonly beyond?: number;
  /** Loss up to which a point counts as low, nat; default: that of the highest vertex. */
  readonly threshold?: number;
}

export type LandscapeRequest = SurfaceRequest | TrajectoryRequest | ConnectivityRequest | SimplexRequest;

export interface LandscapeHooks {
  readonly onProgress?: (progress: LandscapeProgress) => void;
  readonly onNote?: (message: string) => void;
  /** When it aborts, measuring ends after the block of points that is computed, with `INTERRUPTED`. */
  readonly signal?: AbortSignal;
}

export interface LandscapeProgress {
  readonly what: LandscapeKind;
  /** Points that are computed. */
  readonly points: number;
  readonly of: number;
}
