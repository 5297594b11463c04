import { z } from 'zod';
import { epochChangeSchema } from './clock.ts';
import { devices } from './device.ts';
import { specificationSchema } from './specification/index.ts';

/**
 * Life of a run. A `paused` one keeps its process and its memory and makes no update until it is continued. `running` or
 * `paused` with no living process behind it reads as `interrupted` (its lock tells).
 */
export const runStatusSchema = z.enum(['created', 'running', 'paused', 'finished', 'interrupted', 'failed']);
export type RunStatus = z.infer<typeof runStatusSchema>;

/** Whether a process has to stand behind a run of that status. */
export const needsProcess = (status: RunStatus): boolean => status === 'running' || status === 'paused';

/** What the measurements of one probe cost a run, over all its sessions. */
export const probeCostSchema = z.strictObject({
  kind: z.string(),
  measurements: z.int().nonnegative().describe('iterations at which it recorded something'),
  products: z.int().nonnegative().describe('products with a matrix, or passes over its examples'),
  seconds: z.number().nonnegative(),
  share: z.number().min(0).describe('of the wall time of the run'),
});
export type ProbeCost = z.infer<typeof probeCostSchema>;

/** Final figures of a run; null where the run did not measure it. */
export const runSummarySchema = z.strictObject({
  iterations: z.int().nonnegative(),
  epochs: z.number().nonnegative(),
  trainLoss: z.number().nullable(),
  trainAccuracy: z.number().nullable(),
  validationLoss: z.number().nullable().default(null).describe('null where no validation set is kept apart'),
  validationAccuracy: z.number().nullable().default(null),
  testLoss: z.number().nullable(),
  testAccuracy: z.number().nullable(),
  barriers: z
    .int()
    .nonnegative()
    .nullable()
    .describe('updates that crossed a barrier, of those interpolated (W-barrier)'),
  interpolated: z.int().nonnegative().nullable().describe('updates that were interpolated'),
  meanHeight: z
    .number()
    .nullable()
    .describe('mean height above the valley floor over the interpolated updates, nat (W-height)'),
  distance: z.number().nullable().describe('‖θ_T − θ_0‖₂ at the end (W-dist)'),
  seconds: z.number().nonnegative().describe('wall time of training and measuring, over all sessions of the run'),
  probes: z.array(probeCostSchema).default([]).describe('what each probe cost, in the order of the specification'),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

/** The final figures of a run that has none yet. */
export const noFinalFigures = {
  trainLoss: null,
  trainAccuracy: null,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: null,
  barriers: null,
  interpolated: null,
  meanHeight: null,
  distance: null,
} as const satisfies Partial<RunSummary>;

export const runFileVersion = 1;

/** Where a fork began. */
export const runParentSchema = z.strictObject({
  run: z.string().describe('the run it was forked from, in the same folder of runs'),
  iteration: z.int().nonnegative().describe('updates that it shares with its parent'),
  records: z.int().nonnegative().describe('records of the parent before that iteration: they come before its own'),
});
export type RunParent = z.infer<typeof runParentSchema>;

/** Where a run comes from that was not trained here. */
export const runOriginSchema = z.strictObject({
  kind: z.literal('imported'),
  folder: z.string().describe('name of the folder of its checkpoints'),
  steps: z
    .array(z.int().nonnegative())
    .describe('number of each checkpoint in the name of its file; empty: none has one'),
  gradients: z
    .enum(['given', 'computed', 'steps'])
    .describe('whose cosines were recorded: gradients of the checkpoints, gradients of their batches, or the steps'),
});
export type RunOrigin = z.infer<typeof runOriginSchema>;

/** `run.json`: the identity of a run. It is written whole and renamed into place. */
export const runFileSchema = z.strictObject({
  version: z.literal(runFileVersion),
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,127}$/),
  status: runStatusSchema,
  created: z.iso.datetime(),
  updated: z.iso.datetime(),
  parent: runParentSchema.nullable().default(null).describe('null for a run that began at iteration 0'),
  origin: runOriginSchema.nullable().default(null).describe('null for a run that was trained here'),
  specification: specificationSchema,
  iterationsPerEpoch: z.int().positive().describe('updates of an epoch at the beginning'),
  epochChanges: z.array(epochChangeSchema).default([]).describe('where changes of the update rule change that number'),
  totalIterations: z.int().nonnegative(),
  iteration: z.int().nonnegative().describe('updates made so far'),
  environment: z.strictObject({
    thalweg: z.string(),
    node: z.string(),
    onnxruntime: z.string(),
    platform: z.string(),
    processor: z.string(),
    device: z.enum(devices).describe('where its programs run: what device auto stands for'),
    threads: z.int().positive(),
    revision: z.string().nullable().describe('git revision of the working folder, null outside a checkout'),
  }),
  data: z.strictObject({
    trainExamples: z.int().positive(),
    validationExamples: z.int().nonnegative().default(0),
    testExamples: z.int().nonnegative(),
    classes: z.int().positive(),
    inputShape: z.array(z.int().positive()),
    digest: z.string().describe('SHA-256 of the examples as they were used'),
  }),
  parameters: z.int().nonnegative().describe('number of trainable numbers'),
  summary: runSummarySchema.nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
});
export type RunFile = z.infer<typeof runFileSchema>;

/** One line of `log.jsonl`, as pino writes it. */
export const logLineSchema = z.looseObject({ level: z.int(), time: z.number(), msg: z.string() });
export type LogLine = z.infer<typeof logLineSchema>;
