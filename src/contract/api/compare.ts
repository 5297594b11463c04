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
/** The series that at least one of the runs has recorded, and which runs cannot be read, and why. */
export const comparedSeriesSchema = z.object({
  series: z.array(seriesNameSchema),
  problems: z.array(z.object({ run: z.string(), message: z.string() })),
});
export type ComparedSeries = z.infer<typeof comparedSeriesSchema>;

const place = z.coerce.number();
const namesSchema = z.string().transform((names) => names.split(',').filter((name) => name !== ''));
/** `0.1:a,b`: a group with its label, which may hold colons, and the names of its runs. */
const groupTextSchema = z
  .string()
  .regex(/:[^:]*$/, 'expected a label, a colon and names of runs: "0.1:a,b"')
  .transform((text) => {
    const end = text.lastIndexOf(':');
    return {
      label: text.slice(0, end),
      runs: text
        .slice(end + 1)
        .split(',')
        .filter((name) => name !== ''),
    };
  });

/** `GET /api/compare/records.csv?series=train.loss&runs=a,b&group=0.1:c,d`: the same question as an address. */
export const comparisonRecordsQuerySchema = compareRequestSchema
  .pick({ series: true, x: true })
  .extend({
    coordinate: place.optional().describe('only records of this coordinate'),
    from: place.optional().describe('left edge of the window; default: the first record of any of the runs'),
    to: place.optional().describe('right edge; default: the last record'),
    runs: namesSchema.pipe(runs).default([]).describe('names of runs, with commas'),
    group: z
      .union([z.array(groupTextSchema), groupTextSchema.transform((group) => [group])])
      .default([])
      .describe('label:run,run – once for each group'),
  })
  .strict();
export type ComparisonRecordsQuery = z.output<typeof comparisonRecordsQuerySchema>;
