import { isDeepStrictEqual } from 'node:util';
import { QueueEvents } from 'bullmq';
import { messageOf, ThalwegError } from '../../base/index.ts';
import type { Specification } from '../../contract/index.ts';
import { packageVersion } from '../../run/index.ts';
import type { QueuedRun, RunQueue, StartedRun } from '../queue.ts';
import { connectQueue, type QueueConnection } from './connection.ts';
import { contentOf, defaultPriority, jobIdOf, jobOptions, openJobs, type RunJobs } from './jobs.ts';
import { prefix, runQueueName } from './names.ts';
import { errorOfReason } from './reason.ts';

export interface RedisQueueOptions {
  /** `redis://host:6379`. */
  readonly url: string;
  /** Of its jobs: lower ones come first; default 1000. */
  readonly priority?: number;
  /** How often a run is tried before it counts as failed; default 5. */
  readonly attempts?: number;
  /** SHA-256 of the examples that a specification trains on, where it is known: workers with others refuse. */
  readonly dataDigest?: (specification: Specification) => string | null;
  /** Hears of cuts. */
  readonly onNote?: (text: string) => void;
  /** Milliseconds between two looks at what events may have missed; default 10 s. */
  readonly lookEvery?: number;
}

/** A run that somebody in this process waits for. */
interface OpenRun {
  readonly run: QueuedRun;
  readonly onProgress: (share: number) => void;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  /** Cuts of the connection when its job was last seen. */
  cuts: number;
  /** Whether it stands in the queue: before that, what lies there under its name is of another time. */
  isPlaced: boolean;
}

/**
 * A queue of runs on Redis or Valkey: workers on many machines make them. A run that is started twice stands there once. The
 * connection's server must answer now (`USAGE`, `QUEUE_FAILED`); later cuts are waited out.
 */
export async function createRedisQueue(options: RedisQueueOptions): Promise<RunQueue> {
  const connection = await connectQueue(options.url, options.onNote ?? (() => undefined));
  const events = new QueueEvents(runQueueName, { connection: connection.client, prefix });
  // The connection notes cuts; these would say the same again.
  events.on('error', () => undefined);
  // Otherwise what happens before it listens would be missed until the next look.
  await events.waitUntilReady();
  return new RedisQueue(connection, openJobs(connection), events, options);
}

class RedisQueue implements RunQueue {
  readonly concurrency = Infinity;
  readonly #connection: QueueConnection;
  readonly #jobs: RunJobs;
  readonly #events: QueueEvents;
  readonly #options: RedisQueueOptions;
  readonly #open = new Map<string, OpenRun>();
  readonly #timer: NodeJS.Timeout;
  #closing: Promise<void> | undefined;
  #isLooking = false;

  constructor(connection: QueueConnection, jobs: RunJobs, events: QueueEvents, options: RedisQueueOptions) {
    this.#connection = connection;
    this.#jobs = jobs;
    this.#events = events;
    this.#options = options;
    jobs.on('error', () => undefined);
    const look = ({ jobId }: { jobId: string }): void => void this.#look(jobId);
    for (const event of ['completed', 'failed', 'removed'] as const) events.on(event, look);
    events.on('progress', ({ jobId, data }) => {
      const { share } = data as { share?: unknown };
      if (typeof share === 'number') this.#open.get(jobId)?.onProgress(share);
    });
    // Events of a cut, and what a server that lost its last second took back, show only here.
    this.#timer = setInterval(() => void this.#lookAtAll(), options.lookEvery ?? 10_000);
  }

  start(run: QueuedRun, onProgress: (share: number) => void): StartedRun {
    const id = jobIdOf(run);
    let open: OpenRun;
    const done = new Promise<void>((resolve, reject) => {
      open = { run, onProgress, resolve, reject, cuts: this.#connection.cuts, isPlaced: false };
    });
    this.#open.set(id, open!);
    void this.#place(id, open!);
    return { done, stop: () => this.#settle(id, leftInQueue(run)) };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    for (const [id, { run }] of this.#open) this.#settle(id, leftInQueue(run));
    await this.#events.close().catch(() => undefined);
    await this.#jobs.close();
    this.#connection.close();
  }

  async #place(id: string, open: OpenRun): Promise<void> {
    open.isPlaced = false;
    open.cuts = this.#connection.cuts;
    try {
      await this.#put(id, open.run);
      open.isPlaced = true;
      // What happened meanwhile was not looked at.
      await this.#look(id);
    } catch (error) {
      const { id: name } = open.run;
      const message = `queue: ${name} could not be queued: ${messageOf(error)}`;
      this.#settle(id, error instanceof ThalwegError ? error : new ThalwegError('QUEUE_FAILED', message));
    }
  }

  /** Queues it, unless it is there already. One that is done or failed is made again: whoever starts it knows that it is not there. */
  async #put(id: string, run: QueuedRun): Promise<void> {
    const { attempts = 5, priority = defaultPriority, dataDigest } = this.#options;
    const known = run.dataDigest ?? dataDigest?.(run.specification) ?? null;
    const content = contentOf(known === null ? run : { ...run, dataDigest: known }, packageVersion());
    const kept = await this.#jobs.getJob(id);
    if (!kept) return void (await this.#jobs.add(run.id, content, jobOptions(run, attempts, priority)));
    const state = await kept.getState();
    const hasEnded = state === 'completed' || state === 'failed';
    if (!hasEnded && kept.data.definition !== run.definition) throw anotherDefinition(run);
    if (state === 'active') return;
    // What was queued by another version, or taken back, is as it shall be now.
    if (!isDeepStrictEqual(kept.data, content)) await kept.updateData(content);
    if (hasEnded) await kept.retry(state, { resetAttemptsMade: true });
  }

  #settle(id: string, error: Error | null): void {
    const open = this.#open.get(id);
    if (!open) return;
    this.#open.delete(id);
    if (error) open.reject(error);
    else open.resolve();
  }

  /** One after the other, however many there are; while that goes on, it is not begun again. */
  async #lookAtAll(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (const id of [...this.#open.keys()]) await this.#look(id);
    this.#isLooking = false;
  }

  async #look(id: string): Promise<void> {
    const open = this.#open.get(id);
    if (!open?.isPlaced) return;
    const { cuts } = this.#connection;
    try {
      // In this order: what is read after the state belongs to it.
      const state = await this.#jobs.getJobState(id);
      const job = await this.#jobs.getJob(id);
      // A server that was killed may have lost its last second, and this with it.
      if (!job)
        return this.#connection.cuts === open.cuts ? this.#settle(id, takenOut(open.run)) : this.#place(id, open);
      open.cuts = cuts;
      if (state === 'completed') this.#settle(id, null);
      if (state === 'failed') this.#settle(id, errorOfReason(open.run.id, job.failedReason));
    } catch {
      // The connection was closed meanwhile, or the next look says more.
    }
  }
}

const leftInQueue = ({ id }: QueuedRun): ThalwegError =>
  new ThalwegError('INTERRUPTED', `run ${id}: left in the queue, where workers go on with it`);

const takenOut = ({ id }: QueuedRun): ThalwegError =>
  new ThalwegError('INTERRUPTED', `run ${id}: somebody took it out of the queue`);

const anotherDefinition = ({ id, definition }: QueuedRun): ThalwegError =>
  new ThalwegError('RUN_EXISTS', `run ${id}: expected definition ${definition} in the queue, got another of that name`);
