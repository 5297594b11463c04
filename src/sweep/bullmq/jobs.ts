import { Queue, type Job, type JobsOptions } from 'bullmq';
import { runJobSchema, type RunJob } from '../../contract/index.ts';
import type { QueuedRun } from '../queue.ts';
import type { QueueConnection } from './connection.ts';
import { prefix, runQueueName } from './names.ts';

/** What a worker tells of a run: the share that is done, in [0, 1]. */
export interface RunJobProgress {
  readonly share: number;
}

export type RunQueueJob = Job<RunJob, null, string, RunJobProgress>;
export type RunJobs = Queue<RunQueueJob>;

/** Lower ones come first; between them there is room for both sides. */
export const defaultPriority = 1000;
export const lastPriority = 2_000_000;

const day = 86_400;

/** How a job is kept and tried: what BullMQ does with it by itself. */
export const jobOptions = (run: QueuedRun, attempts: number, priority: number): JobsOptions => ({
  jobId: jobIdOf(run),
  priority,
  attempts,
  // 5, 10, 20, … seconds between two attempts.
  backoff: { type: 'exponential', delay: 5000 },
  removeOnComplete: { age: day, count: 100_000 },
  removeOnFail: { age: 14 * day },
});

/** The same for the same run and stage: what is queued twice stands there once. BullMQ takes neither whole numbers nor colons. */
export const jobIdOf = ({ id, until }: Pick<QueuedRun, 'id' | 'until'>): string => `${id}@${until ?? 'end'}`;

/** The queue of runs over a connection, which stays open when it is closed. */
export const openJobs = ({ client }: QueueConnection): RunJobs =>
  new Queue<RunQueueJob>(runQueueName, { connection: client, prefix });

/** Content of the job of a run. */
export const contentOf = (run: QueuedRun, thalweg: string): RunJob =>
  runJobSchema.parse({
    id: run.id,
    specification: run.specification,
    definition: run.definition,
    ...(run.until !== undefined && { until: run.until }),
    thalweg,
    ...(run.dataDigest !== undefined && { dataDigest: run.dataDigest }),
  });
