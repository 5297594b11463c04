import type { FlatSpecification } from './run-list/index.ts';
import type { RecordColumns, SeriesName } from './record.ts';
import type { RunFile, RunStatus } from './run.ts';

/** What a training process tells the process that started it. */
export type TrainerMessage =
  | {
      readonly type: 'started';
      readonly run: string;
      readonly directory: string;
      readonly totalIterations: number;
      readonly iteration: number;
    }
  | {
      readonly type: 'progress';
      readonly iteration: number;
      readonly totalIterations: number;
      readonly epoch: number;
      readonly loss: number;
      readonly iterationsPerSecond: number;
      readonly secondsLeft: number | null;
      /** What is happening right now. */
      readonly activity: 'training' | 'interpolating' | 'evaluating';
    }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly type: 'ended'; readonly run: RunFile }
  | {
      readonly type: 'failed';
      readonly code: string;
      readonly message: string;
      readonly stack: string | null;
      readonly run: string | null;
    };

/** What the starting process tells a training process. */
export type TrainerCommand = { readonly type: 'stop' };

/** A run as the list shows it. */
export interface RunListEntry {
  readonly id: string;
  readonly name: string | null;
  readonly study: string | null;
  readonly scale: string | null;
  readonly status: RunStatus;
  readonly created: string;
  readonly updated: string;
  readonly iteration: number;
  readonly totalIterations: number;
  /** Where it was forked; null for a run that began at iteration 0. */
  readonly parent: { readonly run: string; readonly iteration: number } | null;
  readonly seed: number;
  readonly optimizer: string;
  readonly trainLoss: number | null;
  readonly trainAccuracy: number | null;
  /** Null where no validation set is kept apart. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  readonly testLoss: number | null;
  readonly testAccuracy: number | null;
  readonly barriers: number | null;
  readonly interpolated: number | null;
  readonly meanHeight: number | null;
  readonly distance: number | null;
  readonly seconds: number | null;
  readonly parameters: number | null;
  /** Every value of the specification by the key that `--set` takes for it. */
  readonly specification: FlatSpecification;
  readonly tags: readonly string[];
  readonly note: string;
  readonly archived: boolean;
  /** Why its annotations could not be read, when they could not. */
  readonly annotationsProblem: string | null;
  /** Why the folder could not be read, when it could not. */
  readonly problem: string | null;
}

/** A run in the trash. */
export interface TrashedRun {
  /** Its name there: the run's, or `<run>~2` where several of that name were deleted. */
  readonly name: string;
  readonly trashed: string;
  /** What its folder takes on the disk. */
  readonly bytes: number;
  readonly run: RunListEntry;
}

/** A small curve of a run's training loss. */
export interface Sparkline {
  readonly run: string;
  /** `train.loss` where it was measured at least twice, else `batch.loss`. */
  readonly series: SeriesName;
  /** Iterations that each point stands for. */
  readonly iterationsPerPoint: number;
  /** At most 48: mean, lowest and highest of the finite values from `iteration` on (null: there are none), nat, and how many were not finite. */
  readonly points: readonly {
    readonly iteration: number;
    readonly mean: number | null;
    readonly min: number | null;
    readonly max: number | null;
    readonly nonFinite: number;
  }[];
  /** Why it is only a part, when it is. */
  readonly problem: string | null;
}

/** Server-sent events of one run. The event id is the newest `seq`, so that a client goes on where it stopped. */
export type RunEvent =
  | { readonly type: 'run'; readonly run: RunFile }
  | { readonly type: 'records'; readonly series: SeriesName; readonly columns: RecordColumns }
  /** Records at or after this iteration were withdrawn (a resume from an older checkpoint): drop them. */
  | { readonly type: 'rewind'; readonly iteration: number }
  | {
      readonly type: 'log';
      readonly lines: readonly { readonly time: number; readonly level: number; readonly message: string }[];
    };

/** Server-sent events of the list of runs. */
export type RunListEvent =
  /** The whole list; it comes first. */
  | { readonly type: 'runs'; readonly runs: readonly RunListEntry[] }
  /** Runs that are new or have changed, and the names of those that are gone. */
  | { readonly type: 'changed'; readonly runs: readonly RunListEntry[]; readonly removed: readonly string[] };
