import { z } from 'zod';
import { studyScaleSchema } from '../scale.ts';
import type { Ledger } from '../ledger.ts';
import { conditionSchema } from '../outcome.ts';

/** The letter of a paper in an address, in either case. */
export const paperParametersSchema = z.object({ paper: z.string().max(16).describe('letter of the paper') });

const seedsSchema = z.coerce.number().pipe(z.int().min(1).max(1000));

/** Which runs of a paper are meant. */
export const studyQuerySchema = z.object({
  scale: studyScaleSchema.default('laptop'),
  seeds: seedsSchema.optional().describe("seeds 1 … n of every experiment; absent: each experiment's own number"),
});
export type StudyQuery = z.output<typeof studyQuerySchema>;

/** Words of a paper's text and how they are set. */
const spanSchema = z.object({ style: z.enum(['plain', 'strong', 'emphasis', 'code']), text: z.string() });
export type ProseSpan = z.infer<typeof spanSchema>;

/** A paper's text, block by block; never HTML. */
export const proseBlockSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heading'), level: z.int().min(1).max(6), spans: z.array(spanSchema) }),
  z.object({ kind: z.literal('paragraph'), spans: z.array(spanSchema) }),
  z.object({ kind: z.literal('list'), ordered: z.boolean(), items: z.array(z.array(spanSchema)) }),
]);
export type ProseBlock = z.infer<typeof proseBlockSchema>;

/** What lies in the folder of runs of one plan. */
const planProgressSchema = z.object({
  trials: z.int().nonnegative(),
  finished: z.int().nonnegative(),
  secondsLeft: z
    .number()
    .nullable()
    .describe(
      'what the missing trials take if they take what finished ones of their experiment took; null: none tells',
    ),
});
export type PlanProgress = z.infer<typeof planProgressSchema>;

const paperHeadSchema = z.object({
  letter: z.enum(['W', 'G', 'M', 'F', 'R']),
  title: z.string(),
  authors: z.string(),
  year: z.int(),
});

export const paperSummarySchema = paperHeadSchema.extend({
  says: z.string().describe('the first two sentences of its text'),
  claims: z.int().nonnegative(),
  scales: z.record(studyScaleSchema, planProgressSchema),
});
export type PaperSummary = z.infer<typeof paperSummarySchema>;
export const paperListSchema = z.object({ papers: z.array(paperSummarySchema) });

/** A run or computation of an experiment, and what is known of it. */
export const trialSchema = z.object({
  id: z.string(),
  kind: z.enum(['training', 'computed']),
  condition: conditionSchema,
  seed: z.int(),
  status: z.enum(['missing', 'finished', 'unfinished', 'failed', 'foreign']),
  reason: z.string().nullable().describe('why it is no evidence; null when it is finished'),
  seconds: z.number().nullable().describe('wall time; null unless it is finished'),
});
export type StudyTrial = z.infer<typeof trialSchema>;

export const experimentSchema = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  differences: z.string().nullable().describe('where the setting differs from the paper’s, and why'),
  rows: z.array(z.string()),
  trials: z.array(trialSchema),
});
export type StudyExperiment = z.infer<typeof experimentSchema>;

/** What a claim says of its number. */
export const hypothesisSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mean'), smallest: z.number() }),
  z.object({ kind: z.literal('equivalent'), margin: z.number() }),
  z.object({ kind: z.literal('share'), direction: z.enum(['below', 'above']), bound: z.number() }),
]);
export type ClaimHypothesis = z.infer<typeof hypothesisSchema>;

/** A figure or table of a paper; its numbers are asked for apart. */
const exhibitSchema = z.object({
  id: z.string(),
  row: z.string(),
  place: z.string(),
  title: z.string(),
  caption: z.string(),
  needs: z.array(z.string()).describe('experiments'),
  claims: z.array(z.string()),
});
export type Exhibit = z.infer<typeof exhibitSchema>;

/** `GET /api/papers/:paper`: the paper as data, with what is known of each trial. */
export const paperDetailSchema = paperHeadSchema.extend({
  text: z.array(proseBlockSchema),
  experiments: z.array(experimentSchema),
  claims: z.array(z.object({ id: z.string(), needs: z.array(z.string()), hypothesis: hypothesisSchema })),
  figures: z.array(exhibitSchema),
  tables: z.array(exhibitSchema),
});
export type PaperDetail = z.infer<typeof paperDetailSchema>;

export const paperTableSchema = z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) });
export type PaperTableBody = z.infer<typeof paperTableSchema>;

/** A figure or table of a paper as a file. */
export const paperFigureParametersSchema = paperParametersSchema.extend({
  file: z.string().regex(/^[\w.-]+\.(svg|png|csv)$/, 'expected <figure>.svg, <figure>.png or <figure>.csv'),
});
export const paperTableParametersSchema = paperParametersSchema.extend({
  file: z.string().regex(/^[\w.-]+\.(json|csv)$/, 'expected <table>.json or <table>.csv'),
});
export const paperFigureQuerySchema = studyQuerySchema.extend({
  theme: z.enum(['light', 'dark']).default('light'),
  width: z.coerce.number().pipe(z.int().min(320).max(4000)).optional().describe('pixels'),
  pixels: z.coerce.number().min(0.5).max(4).default(2).describe('pixels of a PNG for each pixel of the figure'),
});

const onlySchema = z.array(z.string().min(1).max(128)).max(200);

/** `POST /api/papers/:paper/runs`: what shall be made. */
export const studyStartSchema = z.strictObject({
  scale: studyScaleSchema,
  seeds: z.int().min(1).max(1000).optional(),
  only: onlySchema.default([]).describe('claims, figures, tables, experiments or rows; none: everything'),
});
export type StudyStart = z.input<typeof studyStartSchema>;

export const estimateQuerySchema = studyQuerySchema.extend({
  only: z.string().max(8000).optional().describe('names as in a start, with commas between them'),
});

/** What the missing trials of experiments cost on this machine, timed. */
export const studyEstimateSchema = z.object({
  experiments: z.array(
    z.object({
      experiment: z.string(),
      title: z.string(),
      trials: z.int(),
      finished: z.int(),
      seconds: z.number().describe('wall time of the missing trials, one after the other, one thread each'),
    }),
  ),
  seconds: z.number().describe('sum over the experiments'),
});
export type StudyEstimate = z.infer<typeof studyEstimateSchema>;

/**
 * The study that was started last. `interrupted`: the server that made it ended before it was done; the same start goes on
 * from there. `stopped`: somebody stopped it. `failed`: it could not go on; `problem` says why.
 */
export const studyStateSchema = z.object({
  paper: z.string(),
  scale: studyScaleSchema,
  seeds: z.int().nullable(),
  only: z.array(z.string()),
  status: z.enum(['running', 'stopping', 'finished', 'stopped', 'interrupted', 'failed']),
  started: z.string(),
  trials: z.int().nonnegative(),
  done: z.int().nonnegative().describe('trials that are finished, or failed this time'),
  running: z.array(z.object({ id: z.string(), share: z.number().describe('done, in [0, 1]') })),
  failures: z.array(z.object({ id: z.string(), message: z.string() })),
  secondsLeft: z.number().nullable().describe('if it goes on as it did so far; null before the first step'),
  problem: z.string().nullable(),
});
export type StudyState = z.infer<typeof studyStateSchema>;
export const studyStateBodySchema = z.object({ study: studyStateSchema.nullable() });

/** Server-sent events of papers. A ledger comes at first, and whenever something about a trial has changed. */
export type StudyEvent =
  | { readonly type: 'study'; readonly study: StudyState | null }
  | { readonly type: 'ledger'; readonly ledger: Ledger }
  /** The ledger cannot be judged at the moment. */
  | { readonly type: 'problem'; readonly paper: string; readonly message: string };
