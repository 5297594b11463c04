import { z } from 'zod';
import { recordColumnsSchema, seriesNameSchema } from '../record.ts';
import { logLineSchema, runFileSchema, runStatusSchema } from '../run.ts';
import { runParametersSchema, wholeNumberSchema } from './common.ts';

/** A run as the list shows it. */
export const runListEntrySchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  study: z.string().nullable(),
  scale: z.string().nullable(),
  status: runStatusSchema,
  created: z.string(),
  updated: z.string(),
  iteration: z.int().nonnegative(),
  totalIterations: z.int().nonnegative(),
  parent: z
    .object({ run: z.string(), iteration: z.int().nonnegative() })
    .nullable()
    .describe('where it was forked; null for a run that began at iteration 0'),
  seed: z.int(),
  optimizer: z.string().describe('names of the update rules in their order: gd→sgd'),
  trainLoss: z.number().nullable(),
  validationAccuracy: z.number().nullable().describe('null where no validation set is kept apart'),
  testAccuracy: z.number().nullable(),
  problem: z.string().nullable().describe('why the folder could not be read, when it could not'),
});
export type RunListEntry = z.infer<typeof runListEntrySchema>;

export const runListSchema = z.object({ runs: z.array(runListEntrySchema) });

/** `GET /api/runs/:id`: the run file and what was recorded. */
export const runDetailSchema = z.object({
  run: runFileSchema,
  series: z.array(z.object({ name: seriesNameSchema, count: z.int(), lastIteration: z.int() })),
  newestSeq: z.int().describe('last place in the history of records and rewinds; 0 before the first'),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

export const seriesParametersSchema = runParametersSchema.extend({ series: seriesNameSchema });

/** Iterations that are asked for, both ends included. */
export const iterationRangeSchema = z.object({
  fromIteration: wholeNumberSchema.optional(),
  toIteration: wholeNumberSchema.optional(),
});

export const seriesBodySchema = z.object({ series: seriesNameSchema, columns: recordColumnsSchema });
export type SeriesBody = z.infer<typeof seriesBodySchema>;

export const logQuerySchema = z.object({ after: wholeNumberSchema.default(0).describe('byte offset to go on from') });
export const logBodySchema = z.object({ lines: z.array(logLineSchema), offset: z.int() });

/** `Last-Event-ID` is what a browser sends by itself; `after` is for everybody else. */
export const eventQuerySchema = z.object({
  after: z
    .union([z.literal('newest'), wholeNumberSchema])
    .default(0)
    .describe('place in the history to go on from; newest: only what happens from now on'),
});
export const eventHeadersSchema = z.object({ 'last-event-id': wholeNumberSchema.optional() });
