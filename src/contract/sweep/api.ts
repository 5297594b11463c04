import { z } from 'zod';
import { parseBrushes, parsePlaces } from './choices.ts';
import { finalQuantities } from './quantity.ts';
import { sweepRecordSchema } from './record.ts';

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

const placesSchema = z.string().transform((text, context) => parsePlaces(text) ?? refused(context, 'key:place'));
const brushesSchema = z.string().transform((text, context) => parseBrushes(text) ?? refused(context, 'key:low~high'));

function refused(context: z.RefinementCtx, form: string): never {
  context.addIssue({ code: 'custom', message: `expected ${form}, with commas between them` });
  return z.NEVER;
}

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
