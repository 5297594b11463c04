import type { Specification } from '../contract/index.ts';

/** A run that is to be made. */
export interface QueuedRun {
  readonly id: string;
  readonly specification: Specification;
  /** Digest of everything that decides its numbers: what lies under its name must have it. */
  readonly definition: string;
  /** Iteration at which it stops for now, `interrupted` behind a checkpoint; absent: it goes on to its end. */
  readonly until?: number;
  /** SHA-256 of the examples as it shall use them, where it is known: others are refused with `DATA_INVALID`. */
  readonly dataDigest?: string;
}

/** A run that is being made. */
export interface StartedRun {
  /**
   * Resolves when it is finished, or stands at {@link QueuedRun.until}. Rejects with the error that it met, with `INTERRUPTED`
   * where it was stopped.
   */
  readonly done: Promise<void>;
  /** Asks it to write a checkpoint and end. Afterwards it does nothing. */
  stop(): void;
}

/** Where runs are made: in processes of this machine, or by workers on many. */
export interface RunQueue {
  /** Runs that it is given at a time; Infinity where the queue itself decides. */
  readonly concurrency: number;
  /**
   * Begins a run, or goes on with it from its last checkpoint.
   *
   * @param onProgress hears which share of the run is done, in [0, 1]
   */
  start(run: QueuedRun, onProgress: (share: number) => void): StartedRun;
  /** Takes no more runs; resolves when nothing of it is left in this process. */
  close(): Promise<void>;
}
