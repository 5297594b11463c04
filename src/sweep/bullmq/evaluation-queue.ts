import { FlowProducer, QueueEvents } from 'bullmq';
import { messageOf, ThalwegError } from '../../base/index.ts';
import type { PartJob } from '../../contract/index.ts';
import { packageVersion, partsOf, type LandscapeLayout, type PartsComputer, type PartsHooks } from '../../run/index.ts';
import { connectQueue, type QueueConnection } from './connection.ts';
import {
  decodePoints,
  evaluationFlow,
  openEvaluations,
  type EvaluationFlow,
  type EvaluationJobs,
} from './evaluation-jobs.ts';
import { defaultPriority } from './jobs.ts';
import { evaluationQueueName, prefix } from './names.ts';
import { errorOfReason, isOfConnection } from './reason.ts';

export interface EvaluationQueueOptions {
  /** `redis://host:6379`. */
  readonly url: string;
  /** What a landscape is computed from, as workers find it. */
  readonly checkpoints: (layout: LandscapeLayout) => Promise<PartJob['checkpoints']>;
  /** Of its jobs: lower ones come first; default 1000. */
  readonly priority?: number;
  /** How often a part is tried before the landscape counts as failed; default 5. */
  readonly attempts?: number;
  /** Milliseconds between two looks at what events may have missed; default 5 s. */
  readonly lookEvery?: number;
}

/**
 * Lets workers on many machines compute the points of a landscape: one flow, whose parts they take, and which one of them joins. The
 * same landscape stands there once, however often it is asked for; after an interruption workers go on, and the same request looks at
 * it again. Rejects with `USAGE` and `QUEUE_FAILED` where no server answers now; later cuts are waited out.
 */
export const partsInQueue =
  (options: EvaluationQueueOptions): PartsComputer =>
  async (layout, hooks) => {
    if (partsOf(layout, 1).length === 0) return;
    const connection = await connectQueue(options.url, hooks.onNote);
    const jobs = openEvaluations(connection);
    jobs.on('error', () => undefined);
    try {
      const { priority = defaultPriority, attempts = 5 } = options;
      const checkpoints = await options.checkpoints(layout);
      const common = { thalweg: packageVersion(), priority, attempts };
      const flow = evaluationFlow(layout, (count) => partsOf(layout, count), checkpoints, common);
      await new Follower(connection, jobs, flow, options, hooks).follow();
    } finally {
      await jobs.close();
      connection.close();
    }
  };

/** Puts a flow into the queue, and waits for its end. */
class Follower {
  readonly #connection: QueueConnection;
  readonly #jobs: EvaluationJobs;
  readonly #flow: EvaluationFlow;
  readonly #options: EvaluationQueueOptions;
  readonly #hooks: PartsHooks;
  /** Points that are computed, by the jobs of parts. */
  readonly #points = new Map<string, number>();
  #cuts = 0;
  /** While it is placed, what lies in the queue under its name is of another time. */
  #isPlaced = false;
  #isLooking = false;
  #settle!: (error: Error | null) => void;

  constructor(
    connection: QueueConnection,
    jobs: EvaluationJobs,
    flow: EvaluationFlow,
    options: EvaluationQueueOptions,
    hooks: PartsHooks,
  ) {
    this.#connection = connection;
    this.#jobs = jobs;
    this.#flow = flow;
    this.#options = options;
    this.#hooks = hooks;
  }

  async follow(): Promise<void> {
    const { signal } = this.#hooks;
    const ended = new Promise<void>((resolve, reject) => {
      this.#settle = (error) => (error ? reject(error) : resolve());
    });
    ended.catch(() => undefined);
    const stop = (): void => this.#settle(leftInQueue());
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const events = new QueueEvents(evaluationQueueName, { connection: this.#connection.client, prefix });
    // The connection notes cuts; these would say the same again.
    events.on('error', () => undefined);
    this.#listen(events);
    // Events of a cut show only here.
    const timer = setInterval(() => void this.#look(), this.#options.lookEvery ?? 5000);
    try {
      await events.waitUntilReady();
      await this.#place();
      this.#isPlaced = true;
      await this.#look();
      await ended;
    } finally {
      signal.removeEventListener('abort', stop);
      clearInterval(timer);
      await events.close().catch(() => undefined);
    }
  }

  #listen(events: QueueEvents): void {
    const { id, parts } = this.#flow;
    events.on('progress', ({ jobId, data }) => {
      const { points } = data as { points?: unknown };
      if (parts.has(jobId) && typeof points === 'number') this.#reach(jobId, points);
    });
    events.on('completed', ({ jobId }) => {
      const points = parts.get(jobId);
      if (points !== undefined) this.#reach(jobId, points);
    });
    const look = ({ jobId }: { jobId: string }): void => void (jobId === id || parts.has(jobId) ? this.#look() : null);
    for (const event of ['completed', 'failed', 'removed'] as const) events.on(event, look);
  }

  #reach(part: string, points: number): void {
    this.#points.set(part, Math.max(points, this.#points.get(part) ?? 0));
    this.#hooks.onPoints([...this.#points.values()].reduce((sum, own) => sum + own, 0));
  }

  /** Queues what is not there. Parts that are done count; what failed is tried anew. */
  async #place(): Promise<void> {
    this.#cuts = this.#connection.cuts;
    const { id, parts, flow } = this.#flow;
    const state = await this.#jobs.getJobState(id);
    if (state !== 'unknown' && state !== 'failed') return;
    if (state === 'failed') await (await this.#jobs.getJob(id))?.remove({ removeChildren: false });
    for (const part of parts.keys())
      if ((await this.#jobs.getJobState(part)) === 'failed') await (await this.#jobs.getJob(part))?.remove();
    const producer = new FlowProducer({ connection: this.#connection.client, prefix });
    producer.on('error', () => undefined);
    try {
      await producer.add(flow);
    } catch (cause) {
      throw new ThalwegError('QUEUE_FAILED', `queue: ${id} could not be queued: ${messageOf(cause)}`, { cause });
    } finally {
      await producer.close();
    }
  }

  async #look(): Promise<void> {
    if (this.#isLooking || !this.#isPlaced) return;
    this.#isLooking = true;
    try {
      await this.#judge();
    } catch (error) {
      // After a cut the next look says more.
      if (!isOfConnection(error)) this.#settle(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.#isLooking = false;
    }
  }

  async #judge(): Promise<void> {
    const { id, parts } = this.#flow;
    const { cuts } = this.#connection;
    const state = await this.#jobs.getJobState(id);
    const job = await this.#jobs.getJob(id);
    if (!job) {
      // A server that was killed may have lost its last second, and this with it.
      if (this.#connection.cuts !== this.#cuts) return this.#place();
      return this.#settle(new ThalwegError('INTERRUPTED', 'landscape: somebody took it out of the queue'));
    }
    this.#cuts = cuts;
    if (state === 'failed') return this.#settle(await this.#failure(job.failedReason));
    if (state === 'completed') {
      this.#hooks.onPart(decodePoints(job.returnvalue));
      return this.#settle(null);
    }
    for (const part of parts.keys())
      if (!this.#points.has(part) && (await this.#jobs.getJobState(part)) === 'completed')
        this.#reach(part, parts.get(part)!);
  }

  /** Why a landscape failed: what the first of its parts said, or the one that joins them. */
  async #failure(reason: string): Promise<Error> {
    for (const part of this.#flow.parts.keys()) {
      const job = await this.#jobs.getJob(part);
      if (job?.failedReason && (await job.isFailed())) return errorOfReason(part, job.failedReason);
    }
    return errorOfReason(this.#flow.id, reason);
  }
}

const leftInQueue = (): ThalwegError =>
  new ThalwegError('INTERRUPTED', 'landscape: left in the queue, where workers go on with it');
