import { z } from 'zod';
import { studyScaleSchema } from '../scale.ts';
import { runStatusSchema } from '../run.ts';
import { specificationSchema } from '../specification/index.ts';
import { bodySchema } from './common.ts';

const assignments = z
  .array(z.string().max(10_000))
  .max(200)
  .default([])
  .describe('key=value each, as with --set: optimizer.learningRate=0.05, probes.0.points=21');

const specification = z.record(z.string(), z.unknown()).describe('a specification as in a file');

/** What a run is to be: a specification, or a study at a scale (default `laptop`), with changes. */
const source = {
  specification: specification.optional(),
  study: z.string().max(200).optional(),
  scale: studyScaleSchema.optional(),
  assignments,
};
export const specificationSourceSchema = bodySchema(source);
export type SpecificationSource = z.infer<typeof specificationSourceSchema>;

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,127}$/, 'expected at most 128 lower-case letters, digits, ".", "_" and "-"')
  .optional()
  .describe('name of the run and of its folder; absent: made from the specification');

/** `POST /api/runs`. */
export const startBodySchema = bodySchema({ ...source, id });

/** `POST /api/runs/:id/fork`: the parent's specification with the changes, or another one. */
export const forkBodySchema = bodySchema({
  at: z.int().nonnegative().describe('updates that both share'),
  specification: specification.optional(),
  assignments,
  id,
});
export type ForkBody = z.input<typeof forkBodySchema>;

/** A run that was started or forked: its folder exists. */
export const startedSchema = z.object({ id: z.string() });
export type Started = z.infer<typeof startedSchema>;

/** What was asked is on its way; `status` is what the run was when it was asked. */
export const steeredSchema = z.object({ id: z.string(), status: runStatusSchema });
export type Steered = z.infer<typeof steeredSchema>;

const refusal = z.string().nullable();

/** `GET /api/runs/:id/steering`: why a run cannot be steered so now; null where it can. */
export const refusalsSchema = z.object({ pause: refusal, continue: refusal, stop: refusal });
export type Refusals = z.infer<typeof refusalsSchema>;

/** `POST /api/plan`: what a specification says, and what is wrong with it, as far as that shows without data. */
export const specificationCheckSchema = z.object({
  input: z.unknown().describe('as it is written, changes made, without defaults'),
  specification: specificationSchema.nullable().describe('every default filled in; null where something is wrong'),
  problems: z.array(
    z.object({
      path: z.array(z.union([z.string(), z.number()])).describe('keys and places in lists; empty: the whole'),
      message: z.string().describe('what was expected, and what came'),
    }),
  ),
});
export type SpecificationCheck = z.infer<typeof specificationCheckSchema>;

/** `GET /api/presets`: studies that begin a specification. */
export const presetsSchema = z.object({
  presets: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      description: z.string(),
      rows: z.array(z.string()).readonly(),
      scales: z.record(studyScaleSchema, z.string()).describe('what each scale trains and measures, in one line'),
    }),
  ),
});
export type Presets = z.infer<typeof presetsSchema>;
