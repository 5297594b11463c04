import { z } from 'zod';
import { exampleSetNames, landscapeBatchNorms, normalisations } from './landscape.ts';
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

const iteration = z.int().nonnegative();
const place = z.strictObject({ run: runFileSchema.shape.id, at: iteration });
const common = {
  set: z.enum(exampleSetNames).exactOptional(),
  examples: z.union([z.literal('all'), z.int().positive()]).exactOptional(),
  batchNorm: z.enum(landscapeBatchNorms).exactOptional(),
  threads: z.int().positive(),
};

/** A landscape as it lies in a queue: what `thalweg landscape` asks for, with its checkpoints by their iterations. */
export const landscapeWorkSchema = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('surface'),
    centre: place,
    from: z.number().exactOptional(),
    to: z.number().exactOptional(),
    points: z.int().exactOptional(),
    seed: z.int().nonnegative().exactOptional(),
    normalisation: z.enum(normalisations).exactOptional(),
    ...common,
  }),
  z.strictObject({
    what: z.literal('trajectory'),
    run: runFileSchema.shape.id,
    points: z.int().exactOptional(),
    beyond: z.number().exactOptional(),
    ...common,
  }),
  z.strictObject({
    what: z.literal('connectivity'),
    ends: z.tuple([place, place]),
    points: z.int().exactOptional(),
    ...common,
  }),
  z.strictObject({
    what: z.literal('simplex'),
    vertices: z.tuple([place, place, place]),
    steps: z.int().exactOptional(),
    beyond: z.number().exactOptional(),
    threshold: z.number().exactOptional(),
    ...common,
  }),
]);
export type LandscapeWork = z.infer<typeof landscapeWorkSchema>;

/** A part of a landscape as it lies in a queue on Redis. */
export const partJobSchema = z.strictObject({
  kind: z.literal('part'),
  landscape: landscapeWorkSchema,
  identity: z
    .record(z.string(), z.string())
    .describe('what decides its numbers: a worker that has something else refuses'),
  checkpoints: z
    .array(
      z.strictObject({
        run: runFileSchema.shape.id,
        iteration,
        bytes: z.int().nonnegative(),
        sha256: z.string(),
      }),
    )
    .min(1)
    .describe('that it is computed from'),
  first: z.int().nonnegative().describe('place of its first point'),
  count: z.int().positive().describe('how many points'),
  thalweg: z.string().describe('version that shall compute it'),
});
export type PartJob = z.infer<typeof partJobSchema>;

/** What joins the parts of a landscape when all are there: the parent of their flow. */
export const joinJobSchema = z.strictObject({
  kind: z.literal('join'),
  first: z.int().nonnegative(),
  points: z.int().positive().describe('from the first one on'),
  thalweg: z.string(),
});
export type JoinJob = z.infer<typeof joinJobSchema>;

export const evaluationJobSchema = z.discriminatedUnion('kind', [partJobSchema, joinJobSchema]);
export type EvaluationJob = z.infer<typeof evaluationJobSchema>;

const float64 = z.base64().describe('float64, little-endian');

/** Points of a landscape as they travel. */
export const evaluatedPointsSchema = z.strictObject({
  first: z.int().nonnegative(),
  weights: float64,
  loss: float64,
  accuracy: float64,
  processors: z.array(z.string()).describe('kinds of processors that computed them'),
});
export type EvaluatedPoints = z.infer<typeof evaluatedPointsSchema>;

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
