import type { ThalwegError } from '../base/index.ts';
import type { HubClient } from './client.ts';
import type { FileCache } from './cache.ts';

/** What a worker asks of a run before it trains. */
export interface TakeRequest {
  readonly client: HubClient;
  /** The worker's own folder of runs. One worker at a time uses it. */
  readonly runsDirectory: string;
  readonly id: string;
  /** Digest of everything that decides the numbers of the run: what lies at the hub under its name must have the same. */
  readonly definition: string;
  readonly worker: WorkerName;
  /** Where checkpoints of the hub are kept for the next time (default: nowhere). */
  readonly cache?: FileCache;
  /** Gives up: rejects with `INTERRUPTED`. */
  readonly signal?: AbortSignal;
  /** Hears what is going on, for a log. */
  readonly onNote?: (message: string) => void;
}

/** Who trains, as the hub and the page name it. */
export interface WorkerName {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

/**
 * A run that this worker holds now.
 *
 * - `begin`: neither has anything of it; `executeRun` with its id.
 * - `resume`: its folder lies in `runsDirectory`, this worker's own or fetched from the hub; `resumeRun`.
 * - `send`: it ended here and the hub does not have all of it; only {@link RunSending.finish}.
 * - `none`: the hub has it whole.
 */
export type TakenRun =
  { readonly work: 'begin' | 'resume' | 'send'; readonly sender: RunSending } | { readonly work: 'none' };

/** How far the sending of a run is. */
export interface SenderState {
  /** What the hub has acknowledged: the place in the sequence of records and rewinds, and bytes of the log. */
  readonly acknowledged: { readonly seq: number; readonly log: number };
  /** Bytes of all requests that were acknowledged. */
  readonly bytes: number;
  /** Why sending waits, or has ended; null while all is well. */
  readonly problem: ThalwegError | null;
}

/**
 * Sends the folder of a run to the hub while it is written. The folder is the buffer: whoever writes it never waits for the
 * hub, and nothing is held in memory beyond one batch.
 */
export interface RunSending {
  readonly state: SenderState;
  /**
   * Resolves, never rejects, with the error after which nothing more is sent: `RUN_TAKEN_OVER` where another worker has the run
   * now (end the training: its numbers count for nothing), or another refusal of the hub. Never resolves otherwise.
   */
  readonly refused: Promise<ThalwegError>;
  /** Begins to follow the folder, which need not exist yet. */
  start(): void;
  /**
   * Resolves when everything that the folder holds at this moment is acknowledged. Waits as long as the hub is away. Rejects with
   * what {@link refused} says, and with `INTERRUPTED` after {@link stop}.
   */
  flush(): Promise<void>;
  /**
   * For a run that has ended as finished: sends the rest, and resolves when hub and worker have found their contents equal.
   * Rejects with `COPY_DIFFERS` where they are not, and as {@link flush} does. Afterwards the folder here may be deleted.
   */
  finish(): Promise<void>;
  /**
   * Ends the sending, and tells the hub where it can be reached that nobody writes the run for now. Nothing is lost: what was not sent
   * lies in the folder, and `takeRun` goes on.
   */
  stop(): Promise<void>;
}
