import { randomUUID } from 'node:crypto';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { Job } from '../contract/index.ts';
import { settleJob, startJob, type JobProcess, type JobRequest } from '../run/index.ts';

/** Ended jobs that are still told of. */
const remembered = 20;

interface Entry {
  job: Job;
  readonly request: JobRequest;
  process: JobProcess | null;
  /** When it began, and how much was kept of it by then. */
  began: { readonly at: number; readonly done: number } | null;
}

export type StartJob = typeof startJob;

/**
 * What is computed from runs in the background, each job in a process of its own, one after the other: the runtime takes all cores. A
 * request that waits or runs already is the same job.
 */
export class Jobs {
  readonly #start: StartJob;
  readonly #listeners = new Set<(run: string) => void>();
  #entries: Entry[] = [];
  #isClosed = false;

  constructor(start: StartJob = startJob) {
    this.#start = start;
  }

  /** Begins a job, or lets it wait for its turn. Throws `RUN_NOT_FOUND`, `RUN_STATE` for an iteration without a checkpoint. */
  add(request: JobRequest): Job {
    const { name, title, request: settled } = settleJob(request);
    const same = this.#entries.find(({ job }) => isOpen(job) && job.run === request.id && job.name === name);
    if (same) return same.job;
    const job: Job = {
      id: randomUUID(),
      run: request.id,
      kind: request.kind,
      name,
      title,
      status: 'waiting',
      done: 0,
      of: 0,
      secondsLeft: null,
      note: null,
      error: null,
    };
    const entry: Entry = { job, request: settled, process: null, began: null };
    this.#entries.push(entry);
    this.#forget();
    this.#told(entry, {});
    this.#next();
    return entry.job;
  }

  /** The jobs of a run, oldest first. */
  of(run: string): readonly Job[] {
    return this.#entries.flatMap(({ job }) => (job.run === run ? [job] : []));
  }

  /** Ends a job; one that has ended stays as it is. Throws `ROUTE_UNKNOWN` where there is none of that id. */
  cancel(id: string): Job {
    const entry = this.#entries.find(({ job }) => job.id === id);
    if (!entry)
      throw new ThalwegError('ROUTE_UNKNOWN', `job ${id}: expected a job of this server, got none of that id`);
    if (entry.job.status === 'waiting') this.#told(entry, { status: 'cancelled' });
    else entry.process?.stop();
    return entry.job;
  }

  /** Calls `listener` with the run whose jobs changed. Returns what ends that. */
  listen(listener: (run: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends all jobs and waits until their processes are gone. What a landscape has computed is kept. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.#entries.flatMap(({ process }) => (process ? [process] : []));
    for (const process of running) process.stop();
    const patience = setTimeout(() => running.forEach((process) => process.kill()), 5000);
    await Promise.allSettled(running.map(({ done }) => done));
    clearTimeout(patience);
  }

  #next(): void {
    if (this.#isClosed || this.#entries.some(({ process }) => process !== null)) return;
    const entry = this.#entries.find(({ job }) => job.status === 'waiting');
    if (entry) void this.#run(entry);
  }

  async #run(entry: Entry): Promise<void> {
    const process = this.#start(entry.request, {
      onProgress: ({ done, of }) => this.#progressed(entry, done, of),
      onNote: (note) => this.#told(entry, { note }),
    });
    entry.process = process;
    this.#told(entry, { status: 'running' });
    const ending = await process.done.then(
      (name): Partial<Job> => ({ status: 'done', name, done: entry.job.of, secondsLeft: 0 }),
      failureOf,
    );
    entry.process = null;
    this.#told(entry, ending);
    this.#next();
  }

  #progressed(entry: Entry, done: number, of: number): void {
    const now = performance.now();
    // The first report says what was kept of earlier work.
    entry.began ??= { at: now, done };
    const computed = done - entry.began.done;
    const secondsLeft = computed > 0 ? ((now - entry.began.at) / 1000 / computed) * (of - done) : null;
    this.#told(entry, { done, of, secondsLeft });
  }

  #told(entry: Entry, change: Partial<Job>): void {
    entry.job = { ...entry.job, ...change };
    for (const listener of this.#listeners) listener(entry.job.run);
  }

  #forget(): void {
    const ended = this.#entries.filter(({ job }) => !isOpen(job));
    const old = new Set(ended.slice(0, Math.max(0, ended.length - remembered)));
    this.#entries = this.#entries.filter((entry) => !old.has(entry));
  }
}

const isOpen = ({ status }: Job): boolean => status === 'waiting' || status === 'running';

function failureOf(error: unknown): Partial<Job> {
  const code = error instanceof ThalwegError ? error.code : 'INTERNAL';
  if (code === 'INTERRUPTED') return { status: 'cancelled', secondsLeft: null };
  return { status: 'failed', secondsLeft: null, error: { code, message: messageOf(error) } };
}
