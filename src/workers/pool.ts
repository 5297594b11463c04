import { invariant, ThalwegError } from '../base/index.ts';
import { WorkerProcess } from './worker-process.ts';
import type { Work, WorkRequest } from './work.ts';

export interface PoolOptions {
  /** The file that every process runs; it calls `serveRequests`. */
  readonly program: string;
  /** Pieces of work after which a process is replaced; default {@link defaultLifetime}. */
  readonly lifetime?: number;
}

/**
 * In one process that made 136 trials of W, M, F and G at scale smoke, resident memory stayed within 35 MB over the last 36 trials of W
 * and over 30 of M, and rose to 0.5, 0.7 and 1.0 GB where other networks came; open files stayed below 35. Whether the allocator
 * gives all of that back was not told apart from a slow leak, so that a process is replaced; it costs a second in 40 trials.
 */
const defaultLifetime = 40;

/**
 * Processes that carry out requests, each one after another: the runtime blocks the thread that it runs in, and loading it
 * takes longer than a short training. There are as many as are given work at a time. A process takes the next request after a
 * result and after a failure that the program knows; one that died, was killed or met a defect is replaced. Processes without
 * work do not keep this one alive, and all end with it, each after stopping what it has in hand.
 */
export class WorkerPool<Request, Message, Result> {
  readonly #program: string;
  readonly #lifetime: number;
  readonly #all = new Set<WorkerProcess<Request, Message, Result>>();
  readonly #free = new Set<WorkerProcess<Request, Message, Result>>();
  #closed = false;

  constructor({ program, lifetime = defaultLifetime }: PoolOptions) {
    this.#program = program;
    this.#lifetime = lifetime;
  }

  /** Begins a piece of work, in a process that has none in hand or in a new one. */
  start(request: WorkRequest<Request, Message>): Work<Result> {
    invariant(!this.#closed, 'a closed pool takes no work');
    const process = this.#takeFree() ?? this.#create();
    const work = process.start(request);
    work.done.then(
      () => this.#giveBack(process),
      (error: unknown) => (leavesDoubt(error) ? void process.end() : this.#giveBack(process)),
    );
    return work;
  }

  /** Ends the processes that have nothing in hand: what comes next has the machine for itself. */
  clear(): void {
    for (const process of this.#free) void process.end();
    this.#free.clear();
  }

  /** Takes no more work. Every process ends as soon as it has none in hand; resolves when all are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    this.clear();
    await Promise.all([...this.#all].map(({ gone }) => gone));
  }

  #create(): WorkerProcess<Request, Message, Result> {
    const process = new WorkerProcess<Request, Message, Result>(this.#program);
    this.#all.add(process);
    void process.gone.then(() => {
      this.#all.delete(process);
      this.#free.delete(process);
    });
    return process;
  }

  #takeFree(): WorkerProcess<Request, Message, Result> | undefined {
    for (const process of this.#free) {
      this.#free.delete(process);
      if (process.isFree) return process;
    }
    return undefined;
  }

  #giveBack(process: WorkerProcess<Request, Message, Result>): void {
    if (this.#closed || process.begun >= this.#lifetime || !process.isFree) void process.end();
    else this.#free.add(process);
  }
}

/** Whether a failure may have left something behind: a defect anything, a failed runtime a device that is lost or full. */
const leavesDoubt = (error: unknown): boolean =>
  !(error instanceof ThalwegError) ||
  ['INTERNAL', 'RUNTIME_FAILED', 'DEVICE_MEMORY', 'DEVICE_LOST', 'TRAINER_DIED'].includes(error.code);
