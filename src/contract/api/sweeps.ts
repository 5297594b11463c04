import { z } from 'zod';
import { finalQuantities } from '../sweep/quantity.ts';
import { sweepRecordSchema } from '../sweep/record.ts';

/** The name of a sweep in an address. */
export const sweepParametersSchema = z.object({ name: z.string().max(128).describe('name of the sweep') });

/** A sweep as the list shows it. */
export const sweepSummarySchema = z.object({
  name: z.string(),
  created: z.string(),
  updated: z.string(),
  state: sweepRecordSchema.shape.state,
  path: z.string().describe('the sweep file, as it was named'),
  axes: z.array(z.object({ key: z.string(), values: z.int().nonnegative().describe('how many it takes') })),
  cells: z.int().nonnegative(),
  runs: z.int().nonnegative(),
  finished: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  dropped: z.int().nonnegative().describe('runs that a halving ended'),
  running: z.int().nonnegative(),
  secondsLeft: z
    .number()
    .nullable()
    .describe('predicted from what finished runs took; null while nothing runs, and before one is finished'),
});
export type SweepSummary = z.infer<typeof sweepSummarySchema>;

/** `GET /api/sweeps` */
export const sweepListSchema = z.object({
  sweeps: z.array(sweepSummarySchema).describe('the one that was worked on last first'),
  damaged: z.array(z.string()).describe('names of sweeps whose note cannot be read'),
  queue: z.boolean().describe('whether this server has a queue: /api/queue'),
});
export type SweepList = z.infer<typeof sweepListSchema>;

/** A figure of a sweep as a file. */
export const sweepFigureParametersSchema = sweepParametersSchema.extend({
  file: z.string().regex(/^(matrix|parallel)\.(svg|png|csv)$/, 'expected matrix or parallel, and .svg, .png or .csv'),
});

const listed = (text: string): string[] => text.split(',').filter((part) => part !== '');

/** `optimizer.name:2`: the place of the only value of an axis that counts. */
const placesSchema = z
  .string()
  .regex(/^([^,:]+:\d{1,6}(,|$))*$/, 'expected key:place, with commas between them')
  .transform((text) =>
    Object.fromEntries(listed(text).map((part) => [part.split(':')[0]!, Number(part.split(':')[1])] as const)),
  );

/** `testAccuracy:0.5~1`: the part of an axis that counts, as shares of its length from below. */
const brushesSchema = z
  .string()
  .regex(/^([^,:]+:[\d.]{1,9}~[\d.]{1,9}(,|$))*$/, 'expected key:low~high with shares, with commas between them')
  .transform((text) =>
    Object.fromEntries(
      listed(text).map((part) => {
        const [key, range] = part.split(':') as [string, string];
        const [low, high] = range.split('~').map(Number) as [number, number];
        return [key, [low, high] as const];
      }),
    ),
  );

export const sweepFigureQuerySchema = z.object({
  quantity: z.enum(finalQuantities).optional().describe('what is coloured; default: what readers ask for most'),
  x: z.string().max(256).optional().describe('key of the axis across; default: the first'),
  y: z.string().max(256).optional().describe('key of the axis upwards, or none; default: the second'),
  scale: z.enum(['linear', 'log']).optional().describe('of the colours'),
  at: placesSchema.optional().describe('of other axes the place of the only value that counts: key:place,…'),
  brush: brushesSchema.optional().describe('parts of axes outside of which cells are faint: key:low~high,…'),
  theme: z.enum(['light', 'dark']).optional(),
  width: z.coerce.number().pipe(z.int().min(320).max(4000)).optional().describe('pixels'),
  pixels: z.coerce.number().min(0.5).max(4).default(2).describe('pixels of a PNG for each pixel of the figure'),
});
export type SweepFigureQuery = z.output<typeof sweepFigureQuerySchema>;
