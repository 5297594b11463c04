/** Something that runs in a process of its own. */
export interface Work {
  readonly done: Promise<void>;
  /** Asks it to end; what it can keep, it keeps. Then `done` rejects with `INTERRUPTED`. */
  stop(): void;
}
