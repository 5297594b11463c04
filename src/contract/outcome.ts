import { z } from 'zod';
import { studyScaleSchema } from './scale.ts';
import { jsonNumberSchema } from './record.ts';

/** What tells the trials of an experiment apart: `{ learningRate: 0.1, batchSize: 100 }`. */
export const conditionSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
export type Condition = Readonly<z.infer<typeof conditionSchema>>;

export const outcomeVersion = 1;

/** What a computed trial gave: the file of a result, written whole when it is done. */
export const outcomeFileSchema = z.strictObject({
  version: z.literal(outcomeVersion),
  id: z.string(),
  experiment: z.string().describe('identifier of the experiment'),
  scale: studyScaleSchema,
  condition: conditionSchema,
  seed: z.int().nonnegative(),
  definition: z.string().describe('digest of everything that decides its numbers'),
  created: z.iso.datetime(),
  seconds: z.number().nonnegative().describe('wall time'),
  environment: z.strictObject({
    thalweg: z.string(),
    node: z.string(),
    platform: z.string(),
    processor: z.string(),
    revision: z.string().nullable(),
  }),
  numbers: z.record(z.string(), jsonNumberSchema),
  arrays: z.record(z.string(), z.array(jsonNumberSchema)),
});
export type OutcomeFile = z.infer<typeof outcomeFileSchema>;
