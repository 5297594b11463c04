import { z } from 'zod';
import { curveAxes } from '../curve-window.ts';
import { seriesNameSchema } from '../record.ts';
import { runParametersSchema } from './common.ts';

export const curveAxisSchema = z.enum(curveAxes);
export const scaleSchema = z.enum(['linear', 'log']);

/** `GET /api/runs/:id/curves/:series` */
export const curveParametersSchema = runParametersSchema.extend({ series: seriesNameSchema });

const number = z.coerce.number();

export const curveQuerySchema = z.object({
  x: curveAxisSchema.default('iteration'),
  from: number.optional().describe('left edge of the window; default: the first record'),
  to: number.optional().describe('right edge; default: the last record'),
  pixels: number.pipe(z.int().min(1).max(20_000)).default(1000).describe('columns of the screen between the edges'),
  pad: number
    .pipe(z.number().min(0).max(2))
    .default(0)
    .describe(
      'rows reach beyond each edge by this share of the width; counts and pixels are those of the window itself',
    ),
  coordinate: number.optional().describe('only records of this coordinate'),
  xScale: scaleSchema.default('linear').describe('scale on which the columns are equally wide'),
  yScale: scaleSchema.default('linear').describe('log: minimum and maximum of the positive values'),
});
export type CurveQuery = z.input<typeof curveQuerySchema>;

/** `GET /api/runs/:id/values/:series` */
export const valuesQuerySchema = z.object({
  after: number
    .pipe(z.int().nonnegative())
    .default(0)
    .describe('only what came after this place in the history of the run: `newest` of an earlier answer'),
});

/** `GET /api/runs/:id/curves/:series/parts`: what the records of a series can be parted by. */
export const curvePartsSchema = z.object({
  coordinates: z
    .array(z.object({ coordinate: z.number(), count: z.int() }))
    .nullable()
    .describe('coordinates of the series by size; null where there are more than 1,000, and [] where it has none'),
  epochs: z
    .array(z.object({ epoch: z.int().positive(), from: z.int(), to: z.int() }))
    .describe(
      'iterations with records, in each epoch (counted from 1) that has one: the first, and that after the last',
    ),
});
export type CurveParts = z.infer<typeof curvePartsSchema>;
