import { randomUUID } from 'node:crypto';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { Job } from '../contract/index.ts';
import { settleJob, startJob, type JobMessage, type JobProcess, type JobRequest } from '../run/index.ts';

/** Ended jobs that are still told of. */
const remembered = 20;

/** How long a job that was told to end may take to keep what it has, milliseconds. */
const patience = 5000;

interface Entry {
  job: Job;
  readonly request: JobRequest;
  work: JobProcess | null;
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

  /** What is computed now: its title, or null. */
  get computing(): string | null {
    return this.#entries.find(({ work }) => work !== null)?.job.title ?? null;
  }

  /** Begins a job, or lets it wait for its turn. Throws `RUN_NOT_FOUND`, `RUN_STATE` for an iteration without a checkpoint. */
  add(request: JobRequest): Job {
    const { name, title, request: settled } = settleJob(request);
    // One that is about to end computes nothing for whoever asks again.
    const same = this.#entries.find(
      ({ job }) => isOpen(job) && job.status !== 'stopping' && job.run === request.id && job.name === name,
    );
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
    const entry: Entry = { job, request: settled, work: null, began: null };
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
    if (entry.job.status === 'running') {
      this.#told(entry, { status: 'stopping', secondsLeft: null });
      void ended(entry.work!);
    }
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
    await Promise.all(this.#entries.flatMap(({ work }) => (work ? [ended(work)] : [])));
  }

  #next(): void {
    if (this.#isClosed || this.computing !== null) return;
    const entry = this.#entries.find(({ job }) => job.status === 'waiting');
    if (entry) void this.#run(entry);
  }

  async #run(entry: Entry): Promise<void> {
    const work = this.#start(entry.request, (message) => this.#hear(entry, message));
    entry.work = work;
    this.#told(entry, { status: 'running' });
    const ending = await work.done.then(
      (name): Partial<Job> => ({ status: 'done', name, done: entry.job.of, secondsLeft: 0 }),
      failureOf,
    );
    entry.work = null;
    this.#told(entry, ending);
    this.#next();
  }

  #hear(entry: Entry, message: JobMessage): void {
    if (message.type === 'note') return this.#told(entry, { note: message.message });
    const { done, of } = message;
    const now = performance.now();
    // The first report says what was kept of earlier work.
    entry.began ??= { at: now, done };
    const computed = done - entry.began.done;
    const isPaced = computed > 0 && entry.job.status === 'running';
    const secondsLeft = isPaced ? ((now - entry.began.at) / 1000 / computed) * (of - done) : null;
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

const isOpen = ({ status }: Job): boolean => status === 'waiting' || status === 'running' || status === 'stopping';

/** Ends what is computed: a landscape keeps what it has, if it hears in time. */
async function ended(work: JobProcess): Promise<void> {
  work.stop();
  const timer = setTimeout(() => work.kill(), patience);
  await work.done.catch(() => undefined);
  clearTimeout(timer);
}

function failureOf(error: unknown): Partial<Job> {
  const code = error instanceof ThalwegError ? error.code : 'INTERNAL';
  if (code === 'INTERRUPTED') return { status: 'cancelled', secondsLeft: null };
  return { status: 'failed', secondsLeft: null, error: { code, message: messageOf(error) } };
}
