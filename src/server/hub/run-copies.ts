import { RunCopy, type RunCopyOptions } from './run-copy.ts';
import { DataWitness } from './data-witness.ts';

/** How the copies of runs are kept. */
export interface RunCopiesOptions extends Pick<RunCopyOptions, 'runsDirectory' | 'replica' | 'openFile'> {
  /** Milliseconds without a sign of life after which a run counts as interrupted; default 30,000. */
  readonly lease?: number | undefined;
}

interface Entry {
  readonly copy: RunCopy;
  /** Settles when the requests before have been answered. */
  tail: Promise<unknown>;
  requests: number;
  seen: number;
}

/**
 * The copies that workers write at the moment. Requests for one run are carried out one after another. A copy that nobody
 * has asked for during a lease is closed, so that open files and memory are bounded by the runs that are being made.
 */
export class RunCopies {
  readonly #options: RunCopiesOptions;
  readonly #witness: DataWitness;
  readonly #entries = new Map<string, Entry>();
  readonly #lease: number;
  readonly #timer: NodeJS.Timeout;

  constructor(options: RunCopiesOptions) {
    this.#options = options;
    this.#lease = options.lease ?? 30_000;
    this.#witness = new DataWitness(options.runsDirectory);
    this.#timer = setInterval(() => this.#closeIdle(), this.#lease / 4).unref();
  }

  /** Runs that are open. */
  get open(): number {
    return this.#entries.size;
  }

  /** Carries a request out when those before it are done. */
  async with<T>(id: string, work: (copy: RunCopy, alive: () => void) => T | Promise<T>): Promise<T> {
    const entry = this.#entries.get(id) ?? this.#enter(id);
    const alive = (): void => void (entry.seen = performance.now());
    entry.requests++;
    const result = entry.tail.then(() => work(entry.copy, alive));
    entry.tail = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      entry.requests--;
      alive();
    }
  }

  /** Closes all, after what is being done. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#entries.values()].map(({ tail }) => tail));
    for (const { copy } of this.#entries.values()) copy.close();
    this.#entries.clear();
  }

  #enter(id: string): Entry {
    const { runsDirectory, replica, openFile } = this.#options;
    const copy = new RunCopy({ runsDirectory, id, witness: this.#witness, replica, ...(openFile && { openFile }) });
    const entry: Entry = { copy, tail: Promise.resolve(), requests: 0, seen: performance.now() };
    this.#entries.set(id, entry);
    return entry;
  }

  #closeIdle(): void {
    for (const [id, entry] of this.#entries) {
      if (entry.requests > 0 || performance.now() - entry.seen < this.#lease) continue;
      this.#entries.delete(id);
      entry.copy.close();
    }
  }
}
