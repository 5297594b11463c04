import { z } from 'zod';
import { spanSchema } from '../cadence.ts';

const rate = z.number().positive().describe('η: the learning rate that the schedule is built around');
const start = z.number().nonnegative().default(0).describe('η at iteration 0');
const end = z.number().nonnegative().default(0).describe('η at the end of the schedule and after it');

/** The learning rate as a function of the iteration t. Lengths are spans: "10 epochs", "400 iterations". */
export const scheduleSchema = z
  .discriminatedUnion('schedule', [
    z.strictObject({ schedule: z.literal('constant'), rate }),
    z.strictObject({
      schedule: z.literal('step'),
      rate,
      steps: z
        .array(
          z.strictObject({
            at: spanSchema.describe('the first iteration with the new rate'),
            factor: z.number().positive().default(0.1).describe('what the rate before is multiplied by'),
          }),
        )
        .min(1)
        .max(100)
        .describe('changes of the learning rate, in any order'),
    }),
    z.strictObject({
      schedule: z.literal('cyclical'),
      low: z.number().nonnegative().describe('smallest η: at iteration 0 and after each whole cycle'),
      high: z.number().positive().describe('largest η: in the middle of each cycle'),
      halfCycle: spanSchema.describe('length of a rise, and of a fall (the step size of CLR)'),
    }),
    z.strictObject({
      schedule: z.literal('trapezoid'),
      rate,
      warmup: spanSchema.describe('length of the linear rise from `start` to `rate`'),
      hold: spanSchema.describe('length of the constant middle part'),
      decay: spanSchema.describe('length of the linear fall from `rate` to `end`'),
      start,
      end,
    }),
    z.strictObject({
      schedule: z.literal('warmup'),
      rate,
      warmup: spanSchema.describe('length of the linear rise from `start` to `rate`, which then stays'),
      start,
    }),
    z.strictObject({
      schedule: z.literal('cosine'),
      rate,
      length: spanSchema.describe('iterations until η has fallen from `rate` to `end` along half a cosine'),
      end,
    }),
  ])
  .describe('a learning rate that changes with the iteration');

export type Schedule = z.output<typeof scheduleSchema>;

/** A learning rate: a number, or a schedule. */
export const learningRateSchema = (value: number) =>
  z
    .union([z.number().positive(), scheduleSchema])
    .default(value)
    .describe('step size η of the update; a number, or a schedule');
