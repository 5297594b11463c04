import { z } from 'zod';
import { bodySchema, runParametersSchema, wholeNumberSchema } from './common.ts';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256, 64 hexadecimal digits');

/** `GET /api/hub` */
export const hubSchema = z.object({
  version: z.string().describe('of Thalweg: a worker must have the same'),
  batch: z
    .object({ rows: z.int(), log: z.int() })
    .describe('the largest pieces that it takes: records, and bytes of a log'),
});
export type HubDescription = z.infer<typeof hubSchema>;

/** How far the copy of a run is. */
export const hubPositionSchema = z.object({
  seq: z.int().nonnegative().describe('last place in the sequence of records and rewinds'),
  clock: z.int().min(-1).describe('last iteration of the clock; −1: none'),
  log: z.int().nonnegative().describe('bytes of the log'),
});
export type HubPosition = z.infer<typeof hubPositionSchema>;

export const hubCheckpointSchema = z.object({
  iteration: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  sha256: sha256Schema,
});
export type HubCheckpoint = z.infer<typeof hubCheckpointSchema>;

/** A file of a run beside its records and checkpoints, such as its copy of a network. */
export const hubFileSchema = z.object({
  name: z.string().max(256).describe('path in the folder of the run'),
  bytes: z.int().nonnegative(),
  sha256: sha256Schema,
});
export type HubFile = z.infer<typeof hubFileSchema>;

/** `POST /api/hub/runs/:id/claim`: a worker takes a run; whoever had it before is refused from then on. */
export const claimBodySchema = bodySchema({
  version: z.string().max(100).describe('of Thalweg'),
  definition: z.string().max(200).describe('digest of everything that decides the numbers of the run'),
  worker: bodySchema({ id: z.string().max(200), host: z.string().max(255), pid: z.int().nonnegative() }),
  holds: bodySchema({
    folder: z.uuid().describe('of the folder that the worker has'),
    seq: z.int().nonnegative(),
    log: z.int().nonnegative(),
  })
    .nullable()
    .describe('what the worker has of it already; null: nothing'),
  folder: z.uuid().describe('of the folder that the worker makes where it cannot go on with the one that it has'),
});
export type ClaimBody = z.infer<typeof claimBodySchema>;

export const claimSchema = z.object({
  session: z.int().positive().describe('every later request of this worker names it'),
  state: z.enum(['missing', 'unfinished', 'finished']),
  isContinued: z
    .boolean()
    .describe('whether the worker’s folder is what the copy was made from, and has all of it: it can go on there'),
  position: hubPositionSchema,
  checkpoints: z.array(hubCheckpointSchema).describe('oldest first'),
  files: z.array(hubFileSchema),
});
export type Claim = z.infer<typeof claimSchema>;

export const hubSessionSchema = z.object({ session: wholeNumberSchema.describe('as the claim gave it') });
export const hubLogQuerySchema = hubSessionSchema.extend({
  from: wholeNumberSchema.describe('byte of the log at which the body begins'),
});
export const hubCheckpointQuerySchema = hubSessionSchema.extend({
  bytes: wholeNumberSchema,
  sha256: sha256Schema,
});
export const hubFileQuerySchema = hubCheckpointQuerySchema.extend({ name: hubFileSchema.shape.name });

/** `GET /api/hub/runs/:id`: a run as the hub has it now, for whoever brings it to another machine. */
export const hubRunSchema = z.object({
  state: z.enum(['unfinished', 'finished']),
  checkpoints: z.array(hubCheckpointSchema).describe('oldest first'),
  files: z.array(hubFileSchema),
});
export type HubRun = z.infer<typeof hubRunSchema>;
export const hubFileReadQuerySchema = hubFileSchema.pick({ name: true });
export const hubCheckpointParametersSchema = runParametersSchema.extend({ iteration: wholeNumberSchema });

/** `GET /api/hub/runs/:id/records`: what follows a position. */
export const hubRecordsQuerySchema = z.object({
  seq: wholeNumberSchema.default(0),
  clock: z.coerce.number().pipe(z.int().min(-1)).default(-1),
});
export const hubLogReadQuerySchema = z.object({ from: wholeNumberSchema.default(0) });

/** The answer to everything that was sent: where the copy stands now. */
export const receivedSchema = z.object({ position: hubPositionSchema });

/** SHA-256 of each part of a run. */
export const contentDigestSchema = z.object({
  file: sha256Schema,
  metrics: sha256Schema,
  log: sha256Schema,
  checkpoints: sha256Schema,
  files: sha256Schema,
});

/** `POST /api/hub/runs/:id/finish` */
export const finishBodySchema = bodySchema({
  file: z.string().max(1_000_000).describe('the text of run.json'),
  names: z.array(hubFileSchema.shape.name).max(100_000).describe('of the other files that the worker has'),
  digest: contentDigestSchema,
});
export type FinishBody = z.infer<typeof finishBodySchema>;
export const finishedSchema = z.object({ digest: contentDigestSchema });

export const okSchema = z.object({ ok: z.literal(true) });

/** `GET /api/hub/data`: files of data sets that a worker can have from the hub. */
export const hubDataSchema = z.object({
  files: z.array(
    z.object({
      set: z.string().describe('name of the data set'),
      file: z.string().describe('name of the file, as it is published'),
      bytes: z.int().nonnegative(),
      sha256: sha256Schema.describe('of the file as it lies there'),
    }),
  ),
});
export type HubData = z.infer<typeof hubDataSchema>;
export const hubDataParametersSchema = z.object({ sha256: sha256Schema });
