import { z } from 'zod';
import { seriesNameSchema } from '../record.ts';
import { errorBodySchema } from './common.ts';

/** `GET /api/sparklines?runs=a,b,…` */
export const sparklineQuerySchema = z.object({
  runs: z
    .string()
    .max(40_000)
    .transform((names) => names.split(',').filter((name) => name !== ''))
    .pipe(z.array(z.string()).min(1, 'expected at least one run').max(200))
    .describe('names of runs, with commas'),
});

/** A small curve of a run's training loss. */
export const sparklineSchema = z.object({
  run: z.string(),
  series: seriesNameSchema.describe('train.loss where it was measured at least twice, else batch.loss'),
  iterationsPerPoint: z.int().positive().describe('iterations that each point stands for'),
  points: z
    .array(
      z.object({
        iteration: z.int().nonnegative().describe('the first of the stretch'),
        mean: z.number().nullable().describe('of the finite values, nat; null where there are none'),
        min: z.number().nullable(),
        max: z.number().nullable(),
        nonFinite: z.int().nonnegative().describe('how many values were not finite'),
      }),
    )
    .max(48)
    .describe('every record counts'),
  problem: z.string().nullable().describe('why it is only a part, when it is'),
});
export type Sparkline = z.infer<typeof sparklineSchema>;

export const sparklinesSchema = z.object({
  sparklines: z.array(sparklineSchema),
  failed: z.array(z.object({ run: z.string(), error: errorBodySchema.shape.error })).describe('runs without a curve'),
});
export type SparklinesBody = z.infer<typeof sparklinesSchema>;
