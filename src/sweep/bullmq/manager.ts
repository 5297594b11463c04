import { ThalwegError } from '../../base/index.ts';
import type { QueueJob, QueueJobState, QueueStatus } from '../../contract/index.ts';
import { connectQueue, type QueueConnection } from './connection.ts';
import { openEvaluations, type EvaluationJobs } from './evaluation-jobs.ts';
import { readWorkers } from './heartbeat.ts';
import { jobIdOf, lastPriority, openJobs, type RunJobs, type RunQueueJob } from './jobs.ts';
import { textOfReason } from './reason.ts';

/**
 * Looks at a queue of runs on Redis and changes what lies in it. Everything rejects with `QUEUE_FAILED` while the server is gone:
 * whoever asks shall not wait for it.
 */
export interface QueueManager {
  /** @param jobs at most, of each state */
  status(jobs: number): Promise<QueueStatus>;
  /** Workers take no more runs, and no parts of landscapes, until {@link resume}; what they have in hand goes on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Takes out all runs, and parts of landscapes, that no worker has in hand, and gives their number. */
  drain(): Promise<number>;
  /** Takes a run out; one that is made stops behind a checkpoint within seconds. Rejects with `RUN_NOT_FOUND`, `RUN_STATE`. */
  cancel(name: string): Promise<void>;
  /** Tries a run again that failed, was cancelled or waits for its next attempt. Rejects as {@link cancel} does. */
  retry(name: string): Promise<void>;
  /** @param priority lower ones come first, from 1 */
  setPriority(name: string, priority: number): Promise<void>;
  close(): Promise<void>;
}

/** Connects to the queue of `redis://…`; rejects with `USAGE`, `QUEUE_FAILED`. */
export async function openQueueManager(url: string, onNote: (text: string) => void): Promise<QueueManager> {
  const connection = await connectQueue(url, onNote);
  return new Manager(connection, openJobs(connection), openEvaluations(connection));
}

/** What BullMQ calls the states. */
const namesInBull = {
  active: ['active'],
  waiting: ['prioritized', 'waiting'],
  delayed: ['delayed'],
  failed: ['failed'],
  completed: ['completed'],
} as const satisfies Record<QueueJobState, readonly string[]>;
const states = Object.keys(namesInBull) as QueueJobState[];

class Manager implements QueueManager {
  readonly #connection: QueueConnection;
  readonly #jobs: RunJobs;
  readonly #evaluations: EvaluationJobs;

  constructor(connection: QueueConnection, jobs: RunJobs, evaluations: EvaluationJobs) {
    this.#connection = connection;
    this.#jobs = jobs;
    this.#evaluations = evaluations;
    for (const queue of [jobs, evaluations]) queue.on('error', () => undefined);
  }

  status(most: number): Promise<QueueStatus> {
    return this.#connection.whileThere(() => this.#status(most));
  }

  async #status(most: number): Promise<QueueStatus> {
    const [counts, evaluations, paused, workers] = await Promise.all([
      countsOf(this.#jobs),
      countsOf(this.#evaluations),
      this.#jobs.isPaused(),
      readWorkers(this.#connection.client),
    ]);
    const jobs = most === 0 ? [] : (await Promise.all(states.map((state) => this.#first(state, most)))).flat();
    return { address: this.#connection.shown, paused, counts, evaluations, workers, jobs };
  }

  async pause(): Promise<void> {
    await this.#connection.whileThere(() => Promise.all([this.#jobs.pause(), this.#evaluations.pause()]));
  }

  async resume(): Promise<void> {
    await this.#connection.whileThere(() => Promise.all([this.#jobs.resume(), this.#evaluations.resume()]));
  }

  drain(): Promise<number> {
    return this.#connection.whileThere(() => this.#drain());
  }

  async #drain(): Promise<number> {
    const queues = [this.#jobs, this.#evaluations];
    const count = async (): Promise<number> =>
      (await Promise.all(queues.map((queue) => queue.count()))).reduce((sum, own) => sum + own, 0);
    const before = await count();
    for (const queue of queues) await queue.drain(true);
    return before - (await count());
  }

  cancel(name: string): Promise<void> {
    return this.#connection.whileThere(() => this.#cancel(name));
  }

  async #cancel(name: string): Promise<void> {
    const { job, state } = await this.#find(name);
    if (state === 'completed' || state === 'failed') throw wrongState(name, 'one that waits or is made', state);
    if (state === 'active') return job.updateData({ ...job.data, cancelled: true });
    await job.remove();
  }

  retry(name: string): Promise<void> {
    return this.#connection.whileThere(() => this.#retry(name));
  }

  async #retry(name: string): Promise<void> {
    const { job, state } = await this.#find(name);
    if (state === 'delayed') return job.promote();
    if (state !== 'failed') throw wrongState(name, 'one that failed or waits for its next attempt', state);
    const { cancelled: _cancelled, ...data } = job.data;
    await job.updateData(data);
    await job.retry('failed', { resetAttemptsMade: true });
  }

  setPriority(name: string, priority: number): Promise<void> {
    return this.#connection.whileThere(() => this.#setPriority(name, priority));
  }

  async #setPriority(name: string, priority: number): Promise<void> {
    if (!(Number.isInteger(priority) && priority >= 1 && priority <= lastPriority))
      throw new ThalwegError('USAGE', `priority: expected a whole number from 1 to ${lastPriority}, got ${priority}`);
    const { job, state } = await this.#find(name);
    if (state === 'completed' || state === 'failed' || state === 'active')
      throw wrongState(name, 'one that waits', state);
    await job.changePriority({ priority });
  }

  async close(): Promise<void> {
    await Promise.all([this.#jobs.close(), this.#evaluations.close()]);
    this.#connection.close();
  }

  async #first(state: QueueJobState, most: number): Promise<QueueJob[]> {
    // What ended last comes first, and of the others what comes next.
    const ascending = state !== 'failed' && state !== 'completed';
    const jobs = await this.#jobs.getJobs([...namesInBull[state]], 0, most - 1, ascending);
    return jobs
      .filter(Boolean)
      .slice(0, most)
      .map((job) => describeJob(job, state));
  }

  /** The job of a run: that of its end, or of the stage that is open, or the one that is named. */
  async #find(name: string): Promise<{ readonly job: RunQueueJob; readonly state: string }> {
    const id = name.includes('@') ? name : jobIdOf({ id: name });
    const job = (await this.#jobs.getJob(id)) ?? (name.includes('@') ? undefined : await this.#stageOf(name));
    if (!job)
      throw new ThalwegError(
        'RUN_NOT_FOUND',
        `queue: expected a run that is in the queue, got ${JSON.stringify(name)}`,
      );
    return { job, state: await job.getState() };
  }

  async #stageOf(run: string): Promise<RunQueueJob | undefined> {
    const open = await this.#jobs.getJobs(['active', 'prioritized', 'waiting', 'delayed', 'failed']);
    return open.find((job) => job?.data.id === run);
  }
}

async function countsOf(queue: RunJobs | EvaluationJobs): Promise<QueueStatus['counts']> {
  const bull = await queue.getJobCounts(...Object.values(namesInBull).flat());
  const count = (state: QueueJobState): number => namesInBull[state].reduce((sum, name) => sum + (bull[name] ?? 0), 0);
  return {
    ...{ active: count('active'), waiting: count('waiting'), delayed: count('delayed') },
    ...{ failed: count('failed'), completed: count('completed') },
  };
}

const wrongState = (name: string, expected: string, state: string): ThalwegError =>
  new ThalwegError('RUN_STATE', `queue: expected ${expected}, got ${name}, which is ${state}`);

const timeOf = (milliseconds: number | undefined): string | null =>
  milliseconds === undefined ? null : new Date(milliseconds).toISOString();

function describeJob(job: RunQueueJob, state: QueueJobState): QueueJob {
  const { data, progress } = job;
  return {
    job: job.id!,
    run: data.id,
    until: data.until ?? null,
    state,
    share: state === 'completed' ? 1 : typeof progress === 'object' ? progress.share : 0,
    priority: job.priority,
    // BullMQ counts the one that came to its end as well.
    attempts: job.attemptsMade - (state === 'completed' ? 1 : 0),
    worker: job.processedBy ?? null,
    reason: job.failedReason ? textOfReason(job.failedReason) : null,
    queued: new Date(job.timestamp).toISOString(),
    begun: timeOf(job.processedOn),
    ended: timeOf(job.finishedOn),
  };
}
