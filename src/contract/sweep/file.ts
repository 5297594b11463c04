import { z } from 'zod';
import { spanSchema } from '../cadence.ts';
import { studyScaleSchema } from '../scale.ts';
import { count } from '../specification/count.ts';
import { axisKeySchema, gridAxisSchema, randomAxisSchema } from './axis.ts';

/** What a halving can decide by: it is measured whenever a run is evaluated. */
export const halvingMetrics = [
  'train.loss',
  'train.accuracy',
  'validation.loss',
  'validation.accuracy',
  'test.loss',
  'test.accuracy',
] as const;

const halvingSchema = z
  .strictObject({
    metric: z.enum(halvingMetrics).describe('series whose mean over the seeds decides which cells go on'),
    minimise: z
      .boolean()
      .optional()
      .describe('whether less is better (default: true for losses, false for accuracies)'),
    factor: z.int().min(2).max(100).default(3).describe('of n cells ⌈n / factor⌉ go on, factor times as far'),
    first: spanSchema.describe('where the first decision is made: "3 epochs" or "400 iterations"'),
  })
  .describe('successive halving: cells that are worse than others early end there');
export type Halving = z.output<typeof halvingSchema>;

const ratioSchema = z
  .strictObject({
    ratio: z.tuple([axisKeySchema, axisKeySchema]).describe('two keys: the first divided by the second'),
    atLeast: z.number().optional(),
    atMost: z.number().optional(),
  })
  .refine(({ atLeast, atMost }) => atLeast !== undefined || atMost !== undefined, {
    error: 'expected atLeast, atMost or both beside ratio',
  });

const constraintSchema = z.union([
  z
    .string()
    .min(1)
    .describe('a query as `thalweg list --where` takes it, over the keys of the specification: batchSize<=256'),
  ratioSchema,
]);
export type Constraint = z.output<typeof constraintSchema>;

/** A sweep as a user writes it (YAML or JSON): a specification, and what is varied. Unknown keys are errors. */
export const sweepSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,59}$/, 'expected lower-case letters, digits, ".", "_" and "-", 60 at most')
    .describe('name of the sweep, with which the names of its runs begin'),
  base: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .describe('a study, the path of a specification file (from the folder of this one), or a specification'),
  scale: studyScaleSchema.optional().describe('scale of the study (default: laptop)'),
  set: z.record(axisKeySchema, z.unknown()).default({}).describe('changes of the base, for all runs'),
  grid: z
    .record(axisKeySchema, gridAxisSchema)
    .default({})
    .describe('axes: every value of each with every value of the others'),
  list: z
    .array(
      z
        .record(axisKeySchema, z.unknown())
        .refine((entry) => Object.keys(entry).length > 0, { error: 'expected a mapping with a key' }),
    )
    .max(10_000)
    .default([])
    .describe('settings of values that go together; each with every cell of the grid'),
  random: z
    .strictObject({
      count: count('draws; more of them keep the earlier ones').max(1_000_000),
      seed: z.int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(1).describe('seed of the draws'),
      axes: z
        .record(axisKeySchema, randomAxisSchema)
        .refine((axes) => Object.keys(axes).length > 0, { error: 'expected a mapping with a key' })
        .describe('what is drawn; every draw gives a value to each'),
    })
    .optional()
    .describe('random axes; each draw with every cell of grid and list'),
  seeds: z
    .union([count('seeds 1 … n').max(100_000), z.array(z.int().nonnegative().max(Number.MAX_SAFE_INTEGER)).min(1)])
    .default(1)
    .describe('seeds of every cell: n for 1 … n, or a list'),
  constraints: z.array(constraintSchema).default([]).describe('cells that do not fulfil all of them are left out'),
  keep: z
    .strictObject({
      checkpoints: z
        .enum(['all', 'last', 'none'])
        .default('all')
        .describe('of a finished run: all that its specification keeps, the last one, or none'),
    })
    .default({ checkpoints: 'all' })
    .describe('what is kept of finished runs beside their records'),
  stop: z
    .strictObject({
      nonFinite: z
        .enum(['stop', 'record'])
        .optional()
        .describe('a loss that is not finite ends its run, or is recorded (default: as the base says)'),
      halving: halvingSchema.optional(),
    })
    .default({})
    .describe('what ends runs early'),
});
export type Sweep = z.output<typeof sweepSchema>;
export type SweepInput = z.input<typeof sweepSchema>;
