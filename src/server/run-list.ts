import type { RunListEntry } from '../contract/index.ts';
import { RunIndex } from '../store/index.ts';
import { ListFeed } from './live/index.ts';

/** The list of runs of a server: one index for those who ask and those who listen. */
export class RunList {
  readonly feed: ListFeed;
  readonly #index: RunIndex;

  constructor(runsDirectory: string) {
    this.#index = new RunIndex(runsDirectory);
    this.feed = new ListFeed(this.#index);
  }

  /** The runs as they stand now, newest first. Throws `RUN_NOT_FOUND` for a folder that cannot be read. */
  runs(): readonly RunListEntry[] {
    return this.#index.look().runs();
  }

  /** Says that a request changed something: those who listen learn of it at once. */
  changed(): void {
    this.feed.look();
  }
}
