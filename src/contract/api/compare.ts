import { z } from 'zod';
import { bandKinds } from '../comparison.ts';
import { seriesNameSchema } from '../record.ts';
import { curveAxisSchema, scaleSchema } from './series.ts';

const mostRuns = 5000;
const runs = z.array(z.string().max(256)).max(mostRuns);

/** `POST /api/compare`: one series of many runs. */
export const compareRequestSchema = z.strictObject({
  series: seriesNameSchema,
  coordinate: z.number().optional().describe('only records of this coordinate'),
  x: curveAxisSchema.default('iteration'),
  from: z.number().optional().describe('left edge of the window; default: the first record of any of the runs'),
  to: z.number().optional().describe('right edge; default: the last record'),
  pixels: z.int().min(1).max(20_000).default(1000).describe('columns of the screen between the edges'),
  xScale: scaleSchema.default('linear'),
  yScale: scaleSchema.default('linear'),
  runs: runs.default([]).describe('runs whose own curves are wanted'),
  groups: z
    .array(z.strictObject({ label: z.string().max(500), runs }))
    .max(mostRuns)
    .default([])
    .describe('runs whose means are wanted, as seeds of one experiment'),
  band: z.enum(bandKinds).default('none'),
});
export type CompareRequest = z.input<typeof compareRequestSchema>;
export type CompareQuestion = z.output<typeof compareRequestSchema>;

/** `POST /api/compare/series` */
export const comparedSeriesRequestSchema = z.strictObject({ runs });
/** The series that at least one of the runs has recorded; runs that cannot be read have none. */
export const comparedSeriesSchema = z.object({ series: z.array(seriesNameSchema) });
export type ComparedSeries = z.infer<typeof comparedSeriesSchema>;
