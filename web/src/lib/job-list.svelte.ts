import type { Job, JobsEvent } from '../../../src/contract/index.ts';
import { askJson } from './api.ts';
import { EventStream } from './event-stream.ts';
import { runAddress } from './routes.ts';

/** The background jobs of one kind of a run, live. */
export class JobList {
  /** Jobs that wait or run, and the last one that failed after that. */
  shown = $state.raw<readonly Job[]>([]);
  readonly #kind: Job['kind'];
  readonly #stream: EventStream<JobsEvent>;
  readonly #seen = new Map<string, Job['status']>();

  /** @param onDone called with a job that has ended well since this list was made */
  constructor(run: string, kind: Job['kind'], onDone: (job: Job) => void) {
    this.#kind = kind;
    this.#stream = new EventStream(`/api${runAddress(run)}/jobs/events`, {
      open: () => undefined,
      lost: () => undefined,
      event: ({ jobs }) => this.#apply(jobs, onDone),
    });
  }

  /** Whether one waits or runs. */
  get isBusy(): boolean {
    return this.shown.some(isOpen);
  }

  async cancel({ id }: Job): Promise<void> {
    await askJson<Job>(`/jobs/${id}`, { method: 'DELETE' });
  }

  close(): void {
    this.#stream.close();
  }

  #apply(all: readonly Job[], onDone: (job: Job) => void): void {
    const jobs = all.filter(({ kind }) => kind === this.#kind);
    for (const job of jobs) {
      const before = this.#seen.get(job.id);
      this.#seen.set(job.id, job.status);
      if (job.status === 'done' && before !== undefined && before !== 'done') onDone(job);
    }
    const last = jobs.at(-1);
    this.shown = jobs.filter((job) => isOpen(job) || (job === last && job.status === 'failed'));
  }
}

const isOpen = ({ status }: Job): boolean => status === 'waiting' || status === 'running' || status === 'stopping';
