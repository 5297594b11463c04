import { WorkerPool } from './pool.ts';
import type { Work, WorkRequest } from './work.ts';

export interface QueueOptions {
  /** The file that the process runs; it calls `serveRequests`. */
  readonly program: string;
  /** Milliseconds without a request after which the process ends, with what it remembers; default: it stays. */
  readonly idle?: number;
}

/** Requests that one process answers, one after another: it remembers what it loaded for the next. */
export class WorkerQueue<Request, Result> {
  readonly #pool: WorkerPool<Request, never, Result>;
  readonly #idle: number | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #current: Work<Result> | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor({ program, idle }: QueueOptions) {
    this.#pool = new WorkerPool({ program, lifetime: Infinity });
    this.#idle = idle;
  }

  /** Asks when those before are answered. Rejects with the request's own error, and with that of `died`, also after {@link close}. */
  ask(request: Request, died: WorkRequest<Request, never>['died']): Promise<Result> {
    const answer = this.#last.then(() => this.#begin(request, died));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** Ends what is in hand: nothing that is asked for here is kept. Resolves when the process is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#current?.kill();
    await this.#pool.close();
  }

  async #begin(request: Request, died: WorkRequest<Request, never>['died']): Promise<Result> {
    if (this.#isClosed) throw died({ asked: 'kill', how: 'it was not asked any more' });
    clearTimeout(this.#timer);
    const work = this.#pool.start({ request, onMessage: () => undefined, died });
    this.#current = work;
    try {
      return await work.done;
    } finally {
      this.#current = null;
      if (this.#idle !== undefined && !this.#isClosed)
        this.#timer = setTimeout(() => this.#pool.clear(), this.#idle).unref();
    }
  }
}
