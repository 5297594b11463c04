import { z } from 'zod';
import { ThalwegError } from '../../base/index.ts';
import { decodeBinaryAnswer, encodeBinaryAnswer } from '../binary-answer.ts';
import { checkedHeader, curveColumns, curveFactsSchema, curveWindowOf, encodeCurveFacts } from '../curve-window.ts';
import type { CurveWindow } from '../curve-window.ts';
import { encodeNumber, jsonNumberSchema, seriesNameSchema } from '../record.ts';
import { curveAxisSchema, scaleSchema } from './series.ts';

const mostRuns = 5000;
const runs = z.array(z.string().max(256)).max(mostRuns);

/** What stands around a mean: nothing, ± s (divisor n − 1), ± s/√n, or Student's 95 % interval. */
export const bandKindSchema = z.enum(['none', 'deviation', 'error', 'interval']);
export type BandKind = z.infer<typeof bandKindSchema>;

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
  band: bandKindSchema.default('none'),
});
export type CompareRequest = z.input<typeof compareRequestSchema>;
export type CompareQuestion = z.output<typeof compareRequestSchema>;

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

/**
 * The mean of a group: a row for each column of the screen in which at least one of its runs has a record. `x` is the mean
 * place of those records; `count` the runs with finite values there, `notFinite` those with a NaN or ±∞ there, which the mean
 * leaves out; `mean` NaN where no run has a finite value; `low` and `high` the band, NaN where there is none.
 */
export interface GroupMean {
  readonly label: string;
  readonly length: number;
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly count: Float64Array;
  readonly notFinite: Float64Array;
}

export interface RunCurve extends CurveWindow {
  readonly run: string;
}

/** What `POST /api/compare` answers, from a binary answer. */
export interface Comparison {
  /** The window that was meant: NaN where no run has a record. */
  readonly from: number;
  readonly to: number;
  readonly runs: readonly RunCurve[];
  readonly groups: readonly GroupMean[];
  /** Runs that could not be read, and why. */
  readonly problems: readonly { readonly run: string; readonly code: string; readonly message: string }[];
}

const edge = jsonNumberSchema.transform(Number);

export const comparisonHeaderSchema = z.strictObject({
  from: edge,
  to: edge,
  runs: z.array(z.strictObject({ run: z.string(), facts: curveFactsSchema })),
  groups: z.array(z.strictObject({ label: z.string() })),
  problems: z.array(z.strictObject({ run: z.string(), code: z.string(), message: z.string() })),
});

/** A comparison as bytes: its header, four columns for each run, six for each group. */
export function encodeComparison(comparison: Comparison): Uint8Array<ArrayBuffer> {
  const { from, to, runs, groups, problems } = comparison;
  const header: z.input<typeof comparisonHeaderSchema> = {
    from: encodeNumber(from),
    to: encodeNumber(to),
    runs: runs.map((curve) => ({ run: curve.run, facts: encodeCurveFacts(curve) })),
    groups: groups.map(({ label }) => ({ label })),
    problems: [...problems],
  };
  const columns = [
    ...runs.flatMap(curveColumns),
    ...groups.flatMap(({ x, mean, low, high, count, notFinite }) => [x, mean, low, high, count, notFinite]),
  ];
  return encodeBinaryAnswer({ header, columns });
}

/** The comparison of bytes that {@link encodeComparison} made. Throws `ANSWER_INVALID` for anything else. */
export function decodeComparison(buffer: ArrayBuffer): Comparison {
  const { header, columns } = decodeBinaryAnswer(buffer);
  const { runs, groups, ...rest } = checkedHeader('comparison', comparisonHeaderSchema, header);
  const expected = 4 * runs.length + 6 * groups.length;
  if (columns.length !== expected)
    throw new ThalwegError('ANSWER_INVALID', `comparison: expected ${expected} columns, got ${columns.length}`);
  return {
    ...rest,
    runs: runs.map(({ run, facts }, index) => ({
      run,
      ...curveWindowOf(facts, columns.slice(4 * index, 4 * index + 4)),
    })),
    groups: groups.map(({ label }, index) => groupOf(label, columns.slice(4 * runs.length + 6 * index))),
  };
}

function groupOf(label: string, columns: readonly Float64Array[]): GroupMean {
  const column = (index: number): Float64Array => columns[index]!;
  return {
    label,
    length: column(0).length,
    x: column(0),
    mean: column(1),
    low: column(2),
    high: column(3),
    count: column(4),
    notFinite: column(5),
  };
}
