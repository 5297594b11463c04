import { z } from 'zod';
import { runFileSchema } from './run.ts';
import { specificationSchema } from './specification/index.ts';

/** A run as it lies in a queue on Redis: what a worker needs to make it, and to refuse it. */
export const runJobSchema = z.strictObject({
  id: runFileSchema.shape.id,
  specification: specificationSchema,
  definition: z.string().describe('digest of everything that decides its numbers'),
  until: z.int().positive().optional().describe('iteration at which it stops for now; absent: it goes on to its end'),
  thalweg: z.string().describe('version that shall make it: another one may give other numbers'),
  dataDigest: z.string().optional().describe('SHA-256 of the examples as they are used, where it is known'),
  cancelled: z.boolean().optional().describe('somebody took it back while it was made'),
});
export type RunJob = z.infer<typeof runJobSchema>;

/** What a worker says of itself in Redis every few seconds. It disappears a while after the worker did. */
export const workerRecordSchema = z.strictObject({
  name: z.string(),
  host: z.string(),
  process: z.int().positive(),
  thalweg: z.string().describe('version'),
  cores: z.int().positive(),
  memory: z.number().nonnegative().describe('bytes of the machine that are free'),
  load: z.number().nonnegative().describe('mean number of processes that wanted to run over the last minute'),
  concurrency: z.int().positive().describe('runs that it makes at a time'),
  runs: z.array(z.string()).describe('that it has in hand'),
  began: z.iso.datetime(),
  seen: z.iso.datetime().describe('last sign of life'),
  leaving: z.boolean().describe('it was told to end'),
});
export type WorkerRecord = z.infer<typeof workerRecordSchema>;
