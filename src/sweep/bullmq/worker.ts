import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { DelayedError, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { runJobSchema, type RunJob } from '../../contract/index.ts';
import { Capacity } from '../capacity.ts';
import type { QueuedRun } from '../queue.ts';
import type { Share } from '../share.ts';
import type { QueueConnection } from './connection.ts';
import { forgetWorker, readWorkers, saySign, workerIdentity, type WorkerIdentity } from './heartbeat.ts';
import { openJobs, type RunJobProgress, type RunJobs, type RunQueueJob } from './jobs.ts';
import { makeAndSend, type RunMaker } from './make-and-send.ts';
import { prefix, runQueueName } from './names.ts';
import { failsEverywhere, isOfConnection, reasonOf } from './reason.ts';

export interface RunWorkerOptions extends RunMaker {
  readonly connection: QueueConnection;
  /** Version of Thalweg: runs of another one are left to others. */
  readonly thalweg: string;
  /** Runs at a time, at most. */
  readonly concurrency: number;
  /** How this machine is shared out among runs like one of them; default: as many at a time as may be. */
  readonly share?: (run: QueuedRun, signal: AbortSignal) => Promise<Pick<Share, 'workers'>>;
  /** What this machine can do at a time; default: one for its runs alone. */
  readonly capacity?: Capacity;
  /** What else this worker has in hand, to be told with its signs of life. */
  readonly alsoInHand?: () => readonly string[];
  /** Seconds without a sign of life after which a worker's runs go to others; default 30. */
  readonly patience?: number;
  /** Milliseconds between two signs of life; default 5 s. */
  readonly signEvery?: number;
  /** Milliseconds for which a run is left to others; default 10 s. */
  readonly leftToOthers?: number;
  /** Hears what is going on, for a log. */
  readonly onNote: (text: string) => void;
}

/** Why a run is stopped before its end. */
type StopReason = 'leaving' | 'cancelled';

/** A run that this worker makes, perhaps for a second attempt at its job, where the first one's lock was lost in a cut. */
interface Hand {
  readonly job: string;
  readonly done: Promise<void>;
  readonly controller: AbortController;
}

/** A worker whose runs kill it takes them a few times; many cuts and kills may befall a run by chance. */
const maxStalls = 20;

/** Name of a worker: its machine, its process, and what no other has. */
export const newWorkerName = (): string => `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;

/** Takes runs out of a queue on Redis and makes them, several at a time, until it is told to leave. */
export class RunWorker {
  readonly name: string;
  readonly #options: RunWorkerOptions;
  readonly #capacity: Capacity;
  #identity: WorkerIdentity;
  readonly #worker: Worker<RunJob, null, string, never, RunJobProgress>;
  readonly #jobs: RunJobs;
  readonly #hands = new Map<string, Hand>();
  readonly #timer: NodeJS.Timeout;
  readonly #leaving = new AbortController();
  /** Whether it takes nothing until something of this machine is free again. */
  #isFull = false;

  constructor(name: string, options: RunWorkerOptions) {
    const { connection, concurrency, thalweg, patience = 30, signEvery = 5000 } = options;
    this.name = name;
    this.#options = options;
    this.#capacity = options.capacity ?? new Capacity();
    this.#identity = workerIdentity(name, thalweg, concurrency);
    this.#jobs = openJobs(connection);
    this.#jobs.on('error', () => undefined);
    const worker = new Worker<RunJob, null, string, never, RunJobProgress>(
      runQueueName,
      (job, token, signal) => this.#process(job, token!, signal!),
      {
        ...{ connection: connection.client, prefix, name, concurrency },
        ...{ lockDuration: 1000 * patience, stalledInterval: 1000 * patience, maxStalledCount: maxStalls },
      },
    );
    worker.on('error', (error) => this.#noteProblem(error));
    this.#worker = worker;
    this.#timer = setInterval(() => void this.#saySign(), signEvery);
    void this.#saySign();
  }

  /** Takes no more runs until {@link resume}; those in hand go on. */
  async pause(): Promise<void> {
    await this.#worker.pause(true);
  }

  resume(): Promise<void> {
    return this.#worker.resume();
  }

  /**
   * Takes no more runs; those in hand write a checkpoint, which is sent, and go back into the queue for the next worker. Resolves when
   * nothing of it is left.
   */
  async leave(): Promise<void> {
    this.#leaving.abort();
    void this.#saySign();
    await this.#worker.pause(true);
    for (const { controller } of this.#hands.values()) controller.abort('leaving' satisfies StopReason);
    await this.#worker.close();
    clearInterval(this.#timer);
    await forgetWorker(this.#options.connection.client, this.name);
    await this.#jobs.close();
  }

  async #process(job: RunQueueJob, token: string, signal: AbortSignal): Promise<null> {
    const { data, error } = runJobSchema.safeParse(job.data);
    if (!data) throw new UnrecoverableError(reasonOf(unreadable(job, error.issues[0]!)));
    if (data.cancelled === true) throw new UnrecoverableError(reasonOf(cancelled(data)));
    if (data.thalweg !== this.#options.thalweg) return this.#leaveToVersion(job, token, data);
    const hand = await this.#take(job, data, token, signal);
    const stop = (): void => hand.controller.abort(signal.reason);
    signal.addEventListener('abort', stop);
    try {
      await hand.done;
      return null;
    } catch (thrown) {
      return await this.#end(job, token, hand, thrown);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** The run in hand, where an earlier attempt at this job still makes it, or a new one. */
  async #take(job: RunQueueJob, data: RunJob, token: string, signal: AbortSignal): Promise<Hand> {
    const earlier = this.#hands.get(data.id);
    if (earlier && earlier.job === job.id) return earlier;
    // An earlier stage of the run; the folder can have one writer.
    await earlier?.done.catch(() => undefined);
    const run = queuedOf(data);
    const release = await this.#room(run, job, token, signal);
    const controller = new AbortController();
    const done = makeAndSend(run, this.#options, {
      signal: controller.signal,
      onProgress: progressOf(job),
    }).finally(() => {
      this.#hands.delete(data.id);
      release();
    });
    const hand = { job: job.id!, done, controller };
    this.#hands.set(data.id, hand);
    if (this.#leaving.signal.aborted) controller.abort('leaving' satisfies StopReason);
    void this.#saySign();
    return hand;
  }

  /** Takes what a run needs of this machine. Where that is not free, the run is for others until something here has ended. */
  async #room(run: QueuedRun, job: RunQueueJob, token: string, signal: AbortSignal): Promise<() => void> {
    const { workers } = await this.#shareOf(run, signal).catch((thrown: unknown) =>
      this.#end(job, token, { controller: new AbortController() }, thrown),
    );
    this.#identity = { ...this.#identity, concurrency: workers };
    const release = this.#capacity.tryTake(1 / workers);
    if (release) return release;
    if (!this.#isFull) {
      this.#isFull = true;
      void this.#worker.pause(true);
      this.#capacity.onRelease(() => {
        this.#isFull = false;
        if (!this.#leaving.signal.aborted) void this.#worker.resume();
      });
    }
    await job.moveToWait(token).catch((problem: unknown) => this.#noteProblem(problem));
    throw new WaitingError();
  }

  async #shareOf(run: QueuedRun, signal: AbortSignal): Promise<Pick<Share, 'workers'>> {
    const { share, concurrency } = this.#options;
    return share ? share(run, AbortSignal.any([signal, this.#leaving.signal])) : { workers: concurrency };
  }

  /** Tells the queue what becomes of a job that did not come to its end. Always throws what BullMQ wants to hear. */
  async #end(
    job: RunQueueJob,
    token: string,
    { controller }: Pick<Hand, 'controller'>,
    thrown: unknown,
  ): Promise<never> {
    const error = thrown instanceof ThalwegError ? thrown : new ThalwegError('INTERNAL', messageOf(thrown));
    const reason = controller.signal.reason as StopReason | undefined;
    if (error.code === 'INTERRUPTED' && reason === 'cancelled')
      throw new UnrecoverableError(reasonOf(cancelled(job.data)));
    if (error.code === 'INTERRUPTED' && this.#leaving.signal.aborted) {
      await job.moveToWait(token).catch((problem: unknown) => this.#noteProblem(problem));
      this.#options.onNote(`run ${job.data.id}: back in the queue`);
      throw new WaitingError();
    }
    this.#options.onNote(error.message);
    if (error.code === 'RUN_TAKEN_OVER') {
      await job.moveToDelayed(this.#othersUntil(), token).catch(() => undefined);
      throw new DelayedError();
    }
    throw failsEverywhere(error) ? new UnrecoverableError(reasonOf(error)) : new Error(reasonOf(error));
  }

  /** Another version may give other numbers: the job waits for a worker that has the right one, where there is one. */
  async #leaveToVersion(job: RunQueueJob, token: string, { id, thalweg }: RunJob): Promise<never> {
    const own = this.#options.thalweg;
    const message = `run ${id}: expected a worker with Thalweg ${thalweg}, got ${this.name} with ${own}`;
    const workers = await readWorkers(this.#options.connection.client);
    if (!workers.some((worker) => worker.thalweg === thalweg))
      throw new UnrecoverableError(reasonOf(new ThalwegError('RUN_STATE', message)));
    this.#options.onNote(`${message}; left to others`);
    await job.moveToDelayed(this.#othersUntil(), token);
    throw new DelayedError();
  }

  /** Says that it lives, and looks whether somebody took back what it makes. */
  async #saySign(): Promise<void> {
    try {
      const runs = [...this.#hands.keys(), ...(this.#options.alsoInHand?.() ?? [])];
      await saySign(this.#options.connection.client, this.#identity, { runs, leaving: this.#leaving.signal.aborted });
      for (const hand of this.#hands.values()) {
        const job = await this.#jobs.getJob(hand.job);
        if (job?.data.cancelled === true) hand.controller.abort('cancelled' satisfies StopReason);
      }
    } catch (error) {
      this.#noteProblem(error);
    }
  }

  #othersUntil(): number {
    return Date.now() + (this.#options.leftToOthers ?? 10_000);
  }

  /** Cuts are noted by the connection. */
  #noteProblem(error: unknown): void {
    if (!isOfConnection(error)) this.#options.onNote(`queue: ${messageOf(error)}`);
  }
}

const queuedOf = ({ id, specification, definition, until, dataDigest }: RunJob): QueuedRun => ({
  ...{ id, specification, definition },
  ...(until !== undefined && { until }),
  ...(dataDigest !== undefined && { dataDigest }),
});

const cancelled = ({ id }: RunJob): ThalwegError => new ThalwegError('INTERRUPTED', `run ${id}: cancelled`);

const unreadable = ({ id }: RunQueueJob, { path, message }: { path: PropertyKey[]; message: string }): ThalwegError =>
  new ThalwegError('SPECIFICATION_INVALID', `job ${id}: ${[path.join('.'), message].filter(Boolean).join(': ')}`);

/** Tells at most once a second. */
function progressOf(job: RunQueueJob): (share: number) => void {
  let told = -Infinity;
  return (share) => {
    if (performance.now() - told < 1000) return;
    told = performance.now();
    // What cannot be told now is told a second later.
    job.updateProgress({ share }).catch(() => undefined);
  };
}
