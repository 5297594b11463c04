import { z } from 'zod';
import { workerRecordSchema } from '../queue.ts';

/**
 * Where a job stands. `waiting`: for a worker; `delayed`: for its next attempt, or for a worker of its version; `failed`: as often as it
 * may be tried.
 */
export const queueJobStateSchema = z.enum(['waiting', 'active', 'delayed', 'failed', 'completed']);
export type QueueJobState = z.infer<typeof queueJobStateSchema>;

/** A run in the queue, or a stage of one. */
export const queueJobSchema = z.object({
  job: z.string().describe('<run>@end, or <run>@<iteration> for a stage'),
  run: z.string(),
  until: z.int().nullable().describe('iteration at which it stops for now; null: it goes on to its end'),
  state: queueJobStateSchema,
  share: z.number().describe('done, in [0, 1]'),
  priority: z.int().nonnegative().describe('lower ones come first'),
  attempts: z.int().nonnegative().describe('that failed'),
  worker: z.string().nullable().describe('that makes it, or made it last'),
  reason: z.string().nullable().describe('why the last attempt failed'),
  queued: z.string().describe('when'),
  begun: z.string().nullable().describe('when the last attempt began'),
  ended: z.string().nullable(),
});
export type QueueJob = z.infer<typeof queueJobSchema>;

/** `GET /api/queue` */
export const queueStatusSchema = z.object({
  address: z.string().describe('of its server, without name and password'),
  paused: z.boolean(),
  counts: z.record(queueJobStateSchema, z.int().nonnegative()),
  evaluations: z.record(queueJobStateSchema, z.int().nonnegative()).describe('the same of parts of landscapes'),
  workers: z.array(workerRecordSchema),
  jobs: z.array(queueJobSchema).describe('of each state the first ones; counts tells how many there are'),
});
export type QueueStatus = z.infer<typeof queueStatusSchema>;

export const queueQuerySchema = z.object({
  jobs: z.coerce.number().pipe(z.int().min(0).max(1000)).default(200).describe('at most, of each state'),
});

const runsSchema = z
  .array(z.string().min(1).max(256))
  .min(1, 'expected at least one run')
  .max(1000)
  .describe('names of runs, or <run>@<iteration> for a stage');

/** `POST /api/queue`: what shall become of the queue, or of runs in it. */
export const queueActionSchema = z.discriminatedUnion('action', [
  z.strictObject({ action: z.literal('pause').describe('workers take no more; what they have in hand goes on') }),
  z.strictObject({ action: z.literal('resume') }),
  z.strictObject({ action: z.literal('drain').describe('takes out all that no worker has in hand') }),
  z.strictObject({ action: z.literal('cancel'), runs: runsSchema }),
  z.strictObject({ action: z.literal('retry'), runs: runsSchema }),
  z.strictObject({ action: z.literal('priority'), runs: runsSchema, priority: z.int().min(1).max(2_000_000) }),
]);
export type QueueAction = z.infer<typeof queueActionSchema>;
