import { z } from 'zod';
import { exampleSetNames, landscapeBatchNorms, normalisations } from '../landscape.ts';
import { quantitySchema } from '../specification/index.ts';
import { runParametersSchema } from './common.ts';

const checkpointAt = z.union([z.literal('last'), z.int().nonnegative()]).describe('iteration of a checkpoint, or last');
const place = z.strictObject({ run: z.string(), at: checkpointAt });
const points = z.int().min(2).max(501).describe('points along each axis');

/** `POST /api/runs/:id/measurements` */
export const measurementBodySchema = z.strictObject({ quantity: quantitySchema, at: checkpointAt.default('last') });
export type MeasurementBody = z.input<typeof measurementBodySchema>;

const landscapeOptions = {
  set: z.enum(exampleSetNames).exactOptional(),
  examples: z.union([z.literal('all'), z.int().positive()]).exactOptional(),
  batchNorm: z.enum(landscapeBatchNorms).exactOptional(),
};

/** `POST /api/runs/:id/landscapes` */
export const landscapeBodySchema = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('surface'),
    at: checkpointAt.default('last'),
    from: z.number().exactOptional(),
    to: z.number().exactOptional(),
    points: points.exactOptional(),
    seed: z.int().nonnegative().exactOptional(),
    normalisation: z.enum(normalisations).exactOptional(),
    ...landscapeOptions,
  }),
  z.strictObject({
    what: z.literal('trajectory'),
    points: points.exactOptional(),
    beyond: z.number().positive().max(10).exactOptional(),
    ...landscapeOptions,
  }),
  z.strictObject({
    what: z.literal('connectivity'),
    ends: z.tuple([place, place]),
    points: z.int().min(3).max(5001).exactOptional(),
    ...landscapeOptions,
  }),
  z.strictObject({
    what: z.literal('simplex'),
    vertices: z.tuple([place, place, place]),
    steps: z.int().min(1).max(200).exactOptional(),
    beyond: z.number().min(0).max(10).exactOptional(),
    ...landscapeOptions,
  }),
]);
export type LandscapeBody = z.input<typeof landscapeBodySchema>;

/** What a landscape costs on this machine, as some of its points tell. */
export const landscapePriceSchema = z.object({
  points: z.int().positive().describe('points at which the loss is computed'),
  seconds: z.number().nonnegative().describe('predicted wall time from the beginning, loading the data included'),
});
export type LandscapePrice = z.infer<typeof landscapePriceSchema>;

/** Something that is computed from a run in the background. */
export const jobSchema = z.object({
  id: z.string(),
  run: z.string(),
  kind: z.enum(['measurement', 'landscape']),
  name: z.string().describe('of the result in the folder of the run'),
  title: z.string().describe('what is computed, where'),
  status: z
    .enum(['waiting', 'running', 'stopping', 'done', 'failed', 'cancelled'])
    .describe('stopping: it was cancelled and has not ended yet'),
  done: z.int().nonnegative().describe('products or points that are computed'),
  of: z.int().nonnegative().describe('how many there are at most; 0 before that is known'),
  secondsLeft: z.number().nonnegative().nullable().describe('by the pace so far; null before there is one'),
  note: z.string().nullable().describe('what it said last, such as that images are decoded'),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
});
export type Job = z.infer<typeof jobSchema>;

export const jobParametersSchema = z.object({ job: z.string().max(64) });

/** Server-sent events of the jobs of one run: all of them whenever one changed. */
export interface JobsEvent {
  readonly jobs: readonly Job[];
}

/** What lies in the folder of a run beside its records. */
export const runResultSchema = z.object({
  name: z.string(),
  written: z.string().describe('ISO 8601'),
  bytes: z.int().nonnegative(),
});
export type RunResultEntry = z.infer<typeof runResultSchema>;

export const resultParametersSchema = runParametersSchema.extend({ name: z.string().max(128) });

/** Training examples by their positions in the training set of the run. */
export const exampleParametersSchema = runParametersSchema.extend({
  file: z.string().regex(/^\d{1,9}\.(png|json)$/, 'expected <position>.png or <position>.json'),
});

export const exampleQuerySchema = z.object({
  at: z.coerce
    .number()
    .pipe(z.int().nonnegative())
    .optional()
    .describe('JSON: iteration of a checkpoint, or 0 for the initial point, whose prediction is told as well'),
});

/** What a network makes of an example, with the running statistics of batch normalisation. */
export const predictionSchema = z.object({
  label: z.int().nonnegative().describe('the class with the largest score; the first of equal ones'),
  className: z.string(),
  probability: z.number().min(0).max(1).describe('softmax of the scores at that class'),
});
export type Prediction = z.infer<typeof predictionSchema>;

/** One example as the data set has it. */
export const exampleSchema = z.object({
  position: z.int().nonnegative(),
  label: z.int().nonnegative(),
  className: z.string(),
  shape: z.array(z.int().positive()),
  values: z.array(z.number()).nullable().describe('its numbers; null for an image, which is there as PNG'),
  prediction: predictionSchema.nullable().describe('null where none was asked for, or where no score is a number'),
});
export type Example = z.infer<typeof exampleSchema>;

/** A checkpoint of a run. */
export const checkpointSchema = z.object({ iteration: z.int().nonnegative(), bytes: z.int().nonnegative() });
export type CheckpointEntry = z.infer<typeof checkpointSchema>;
export const checkpointParametersSchema = runParametersSchema.extend({
  file: z.string().regex(/^\d{1,12}\.safetensors$/, 'expected <iteration>.safetensors'),
});
