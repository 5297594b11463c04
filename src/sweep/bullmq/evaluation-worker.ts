import { DelayedError, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { evaluationJobSchema, type EvaluatedPoints, type EvaluationJob, type PartJob } from '../../contract/index.ts';
import type { LandscapeRequest, PartRequest, PartWork } from '../../run/index.ts';
import type { Capacity } from '../capacity.ts';
import type { QueueConnection } from './connection.ts';
import { encodePoints, joinPoints, type EvaluationQueueJob, type PartProgress } from './evaluation-jobs.ts';
import { forgetWorker, readWorkers, saySign, workerIdentity, type WorkerIdentity } from './heartbeat.ts';
import { evaluationQueueName, prefix } from './names.ts';
import { failsEverywhere, isOfConnection, reasonOf } from './reason.ts';

/** Where the runs of a part lie on this machine. */
export interface PartPlace {
  readonly runsDirectory: string;
  readonly dataDirectory?: string;
  /** Called when the part is done with them. */
  readonly release?: () => void;
}

export interface EvaluationWorkerOptions {
  readonly connection: QueueConnection;
  readonly name: string;
  /** Version of Thalweg: parts of another one are left to others. */
  readonly thalweg: string;
  /** Parts at a time. */
  readonly concurrency: number;
  /** What this machine can do at a time, shared with the runs that it makes. */
  readonly capacity: Capacity;
  /** Brings the checkpoints of a part; rejects with `INTERRUPTED` when the signal aborts. */
  readonly place: (job: PartJob, signal: AbortSignal) => Promise<PartPlace>;
  /** Computes a part in a process of this machine. */
  readonly start: (request: PartRequest, onPoints: (points: number) => void) => PartWork;
  /** Seconds without a sign of life after which a worker's parts go to others; default 30. */
  readonly patience?: number;
  /** Milliseconds for which a part is left to others; default 10 s. */
  readonly leftToOthers?: number;
  /** Milliseconds between two signs of life; null: somebody else gives them; default 5 s. */
  readonly signEvery?: number | null;
  /** Hears what is going on, for a log. */
  readonly onNote: (text: string) => void;
}

type Points = Worker<EvaluationJob, EvaluatedPoints, string, never, PartProgress>;

/** A worker that dies in the middle of a part gives it to the next one a few times; kills may befall it by chance. */
const maxStalls = 20;

/** Takes parts of landscapes out of a queue on Redis and computes them, and joins those that are all there. */
export class EvaluationWorker {
  readonly #options: EvaluationWorkerOptions;
  readonly #worker: Points;
  readonly #hands = new Map<string, AbortController>();
  readonly #identity: WorkerIdentity;
  readonly #timer: NodeJS.Timeout | undefined;
  #isLeaving = false;
  #isPaused = false;

  constructor(options: EvaluationWorkerOptions) {
    this.#options = options;
    const { connection, concurrency, name, thalweg, patience = 30, signEvery = 5000 } = options;
    this.#identity = workerIdentity(name, thalweg, concurrency);
    this.#worker = new Worker<EvaluationJob, EvaluatedPoints, string, never, PartProgress>(
      evaluationQueueName,
      (job, token) => this.#process(job, token!),
      {
        ...{ connection: connection.client, prefix, name, concurrency },
        ...{ lockDuration: 1000 * patience, stalledInterval: 1000 * patience, maxStalledCount: maxStalls },
      },
    );
    this.#worker.on('error', (error) => this.#noteProblem(error));
    if (signEvery === null) return;
    this.#timer = setInterval(() => void this.#saySign(), signEvery);
    void this.#saySign();
  }

  /** Parts that it has in hand. */
  get inHand(): readonly string[] {
    return [...this.#hands.keys()];
  }

  /** Takes no more parts; those in hand go back into the queue, for the next worker. Resolves when nothing of it is left. */
  async leave(): Promise<void> {
    this.#isLeaving = true;
    await this.#worker.pause(true);
    for (const controller of this.#hands.values()) controller.abort();
    await this.#worker.close();
    if (!this.#timer) return;
    clearInterval(this.#timer);
    const { client } = this.#options.connection;
    await forgetWorker(client, this.#identity.name).catch((error: unknown) => this.#noteProblem(error));
  }

  async #saySign(): Promise<void> {
    const state = { runs: [...this.inHand], leaving: this.#isLeaving };
    await saySign(this.#options.connection.client, this.#identity, state).catch((error: unknown) =>
      this.#noteProblem(error),
    );
  }

  async #process(job: EvaluationQueueJob, token: string): Promise<EvaluatedPoints> {
    const { data, error } = evaluationJobSchema.safeParse(job.data);
    if (!data) throw new UnrecoverableError(reasonOf(unreadable(job, error.issues[0]!.message)));
    if (data.thalweg !== this.#options.thalweg) return this.#leaveToVersion(job, token, data.thalweg);
    if (data.kind === 'join') return this.#joined(job);
    const release = this.#options.capacity.tryTake(1 / this.#options.concurrency);
    if (!release) return this.#waitForCapacity(job, token);
    const controller = new AbortController();
    this.#hands.set(job.id!, controller);
    try {
      if (this.#isLeaving) controller.abort();
      return await this.#compute(job, data, controller.signal);
    } catch (thrown) {
      return await this.#end(job, token, thrown);
    } finally {
      this.#hands.delete(job.id!);
      release();
    }
  }

  async #compute(job: EvaluationQueueJob, data: PartJob, signal: AbortSignal): Promise<EvaluatedPoints> {
    const { release, ...place } = await this.#options.place(data, signal);
    const { landscape, identity, first, count } = data;
    const request: LandscapeRequest = { ...landscape, ...place };
    const work = this.#options.start({ request, identity, first, count }, progressOf(job));
    const stop = (): void => work.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      return encodePoints(await work.done);
    } finally {
      signal.removeEventListener('abort', stop);
      release?.();
    }
  }

  async #joined(job: EvaluationQueueJob): Promise<EvaluatedPoints> {
    const { data } = job;
    const parts = Object.values(await job.getChildrenValues<unknown>());
    try {
      return joinPoints(data as Extract<EvaluationJob, { kind: 'join' }>, parts);
    } catch (error) {
      // Trying again would find the same.
      throw error instanceof ThalwegError ? new UnrecoverableError(reasonOf(error)) : error;
    }
  }

  /** Tells the queue what becomes of a part that was not computed. Always throws what BullMQ wants to hear. */
  async #end(job: EvaluationQueueJob, token: string, thrown: unknown): Promise<never> {
    const error = thrown instanceof ThalwegError ? thrown : new ThalwegError('INTERNAL', messageOf(thrown));
    if (error.code === 'INTERRUPTED' && this.#isLeaving) return this.#giveBack(job, token);
    this.#options.onNote(error.message);
    throw failsEverywhere(error) ? new UnrecoverableError(reasonOf(error)) : new Error(reasonOf(error));
  }

  /** What this machine has in hand leaves no room: the part is for others, until something here has ended. */
  async #waitForCapacity(job: EvaluationQueueJob, token: string): Promise<never> {
    if (!this.#isPaused) {
      this.#isPaused = true;
      void this.#worker.pause(true);
      this.#options.capacity.onRelease(() => {
        this.#isPaused = false;
        if (!this.#isLeaving) void this.#worker.resume();
      });
    }
    return this.#giveBack(job, token);
  }

  async #giveBack(job: EvaluationQueueJob, token: string): Promise<never> {
    await job.moveToWait(token).catch((problem: unknown) => this.#noteProblem(problem));
    throw new WaitingError();
  }

  /** Another version may give other numbers: the job waits for a worker that has the right one, where there is one. */
  async #leaveToVersion(job: EvaluationQueueJob, token: string, thalweg: string): Promise<never> {
    const { connection, name, leftToOthers = 10_000 } = this.#options;
    const workers = await readWorkers(connection.client);
    if (!workers.some((worker) => worker.thalweg === thalweg))
      throw new UnrecoverableError(
        reasonOf(
          new ThalwegError(
            'RUN_STATE',
            `part ${job.id}: expected a worker with Thalweg ${thalweg}, got ${name} with ${this.#options.thalweg}`,
          ),
        ),
      );
    await job.moveToDelayed(Date.now() + leftToOthers, token);
    throw new DelayedError();
  }

  /** Cuts are noted by the connection. */
  #noteProblem(error: unknown): void {
    if (!isOfConnection(error)) this.#options.onNote(`queue: ${messageOf(error)}`);
  }
}

const unreadable = ({ id }: EvaluationQueueJob, message: string): ThalwegError =>
  new ThalwegError('SPECIFICATION_INVALID', `job ${id}: ${message}`);

/** Tells at most once a second. */
function progressOf(job: EvaluationQueueJob): (points: number) => void {
  let told = -Infinity;
  return (points) => {
    if (performance.now() - told < 1000) return;
    told = performance.now();
    // What cannot be told now is told a second later.
    job.updateProgress({ points }).catch(() => undefined);
  };
}
