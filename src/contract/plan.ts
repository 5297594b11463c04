import { z } from 'zod';
import { devices } from './device.ts';

const seconds = z.number().nonnegative();

/** What one probe of a run will cost. */
export const probePlanSchema = z.strictObject({
  kind: z.string(),
  every: z.string().nullable().describe('cadence of a quantity; null for what is measured at updates'),
  measurements: z.int().nonnegative().describe('iterations at which it records something'),
  examples: z.int().positive().nullable().describe('examples it is measured on; null where it takes none'),
  productsEach: z
    .int()
    .nonnegative()
    .describe('products with a matrix, or passes over its examples, of one measurement at most'),
  products: z.int().nonnegative().describe('of all measurements at most'),
  stopsEarly: z
    .boolean()
    .describe('whether products and seconds are bounds: a measurement stops as soon as it has converged'),
  seconds: seconds.describe('of all measurements at most'),
  share: z.number().min(0).max(1).describe('of the predicted wall time of the run'),
});
export type ProbePlan = z.infer<typeof probePlanSchema>;

/** What a run will be and what it will cost on this machine: the document of `thalweg run --dry-run --json`. */
export const runPlanSchema = z.strictObject({
  study: z.string().nullable(),
  scale: z.string().nullable(),
  name: z.string().nullable(),
  seed: z.int().nonnegative(),
  iterations: z.int().nonnegative(),
  epochs: z.number().nonnegative(),
  parameters: z.int().nonnegative().describe('number of trainable numbers'),
  examples: z.strictObject({
    train: z.int().positive(),
    validation: z.int().nonnegative(),
    test: z.int().nonnegative(),
  }),
  device: z.enum(devices),
  threads: z.int().positive(),
  setup: z.strictObject({ seconds: seconds.describe('loading the data, compiling the programs') }),
  updates: z.strictObject({ count: z.int().nonnegative(), seconds }),
  evaluations: z.strictObject({
    count: z.int().nonnegative().describe('of loss and accuracy on all sets'),
    seconds,
  }),
  probes: z.array(probePlanSchema),
  seconds: seconds.describe('predicted wall time; quantities count with all the products that they may take'),
  memory: z
    .int()
    .nonnegative()
    .describe('bytes that the process which made the plan has had resident at most: about what the run will take'),
});
export type RunPlan = z.infer<typeof runPlanSchema>;
