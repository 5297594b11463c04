import { z } from 'zod';
import { jsonNumberSchema } from './record.ts';

/** Documents of `thalweg landscape`: the loss in regions of parameter space around the checkpoints of runs. */

/** Sets of examples that a landscape can be measured on. */
export const exampleSetNames = ['train', 'validation', 'test'] as const;
export type ExampleSetName = (typeof exampleSetNames)[number];

/** Statistics of batch normalisation in a landscape. */
export const landscapeBatchNorms = ['running', 'batch', 'recomputed'] as const;
export type LandscapeBatchNorm = (typeof landscapeBatchNorms)[number];

/** What the lengths of random directions are measured by. */
export const normalisations = ['filter', 'layer', 'none'] as const;

const checkpoint = z.strictObject({
  run: z.string(),
  iteration: z.int().nonnegative().describe('updates made before the parameters of the checkpoint'),
});
export type CheckpointName = z.infer<typeof checkpoint>;

const grid = (what: string) => z.array(z.number()).min(1).describe(what);

/** What every landscape says of its numbers. */
const common = {
  set: z.enum(exampleSetNames).describe('which examples: those of the first run'),
  examples: z.int().positive().describe('how many'),
  batchNorm: z.enum(landscapeBatchNorms).nullable().describe('null: the network has no batch normalisation'),
  loss: z.array(jsonNumberSchema).describe('mean loss at each point, nat'),
  accuracy: z.array(jsonNumberSchema).describe('share of examples whose label has the largest score'),
};

const surfaceShape = {
  ...common,
  a: grid('steps along the first axis'),
  b: grid('steps along the second axis; the value at (a[i], b[j]) is number j·|a| + i'),
  cosine: jsonNumberSchema.describe('of the two axes'),
};

const barrier = z.strictObject({ height: jsonNumberSchema, alpha: z.number() });
const barriers = z.strictObject({
  aboveChord: barrier.describe('max over α of Q(α) − ((1−α)Q(0) + αQ(1))'),
  aboveMean: barrier.describe('max over α of Q(α) − (Q(0) + Q(1))/2'),
  aboveHigherEnd: barrier.describe('max over α inside of Q(α) − max(Q(0), Q(1)), at least 0'),
});
export type BarriersDocument = z.infer<typeof barriers>;

export const surfaceDocumentSchema = z.strictObject({
  what: z.literal('surface'),
  checkpoints: z.array(checkpoint).length(1).describe('the centre'),
  seed: z.int().nonnegative().describe('of the random directions'),
  normalisation: z.enum(normalisations),
  ...surfaceShape,
});
export type SurfaceDocument = z.infer<typeof surfaceDocumentSchema>;

export const trajectoryDocumentSchema = z.strictObject({
  what: z.literal('trajectory'),
  checkpoints: z.array(checkpoint).min(3).describe('in their order; the last one is at (0, 0)'),
  explained: z.array(z.number()).length(2).describe('share of the variance of the checkpoints along each axis'),
  ...surfaceShape,
  trajectory: z
    .array(
      z.strictObject({
        iteration: z.int().nonnegative(),
        a: z.number().describe('coordinates of the projection, in units of ‖θ‖'),
        b: z.number(),
        distance: z.number().describe('from the checkpoint to its projection'),
        loss: jsonNumberSchema.describe('at the checkpoint itself, nat'),
        accuracy: jsonNumberSchema,
        projectedLoss: jsonNumberSchema.describe('at its projection onto the plane, nat'),
        projectedAccuracy: jsonNumberSchema,
      }),
    )
    .describe('one for each checkpoint'),
});
export type TrajectoryDocument = z.infer<typeof trajectoryDocumentSchema>;

export const connectivityDocumentSchema = z.strictObject({
  what: z.literal('connectivity'),
  checkpoints: z.array(checkpoint).length(2).describe('at α = 0 and at α = 1'),
  alphas: grid('α of each point (1−α)θ_A + αθ_B'),
  ...common,
  barriers: z.strictObject({ loss: barriers.describe('nat'), error: barriers.describe('1 − accuracy') }),
});
export type ConnectivityDocument = z.infer<typeof connectivityDocumentSchema>;

export const simplexDocumentSchema = z.strictObject({
  what: z.literal('simplex'),
  checkpoints: z.array(checkpoint).length(3).describe('the vertices'),
  steps: z.int().positive().describe('parts of an edge'),
  coordinates: z
    .array(z.array(z.number()).length(3))
    .min(3)
    .describe('(λ₁, λ₂, λ₃) of each point, with sum 1; negative ones are beyond an edge'),
  ...common,
  flatness: z
    .strictObject({
      shareBelow: z.number().describe('share of the points with a loss of at most the threshold'),
      threshold: z.number().describe('nat'),
      mean: jsonNumberSchema.describe('mean loss, nat'),
      excess: jsonNumberSchema.describe('highest loss above that of the highest vertex, nat'),
      points: z.int().positive(),
    })
    .describe('over the points of the simplex itself, with no negative λ'),
});
export type SimplexDocument = z.infer<typeof simplexDocumentSchema>;

/** The document of `thalweg landscape … --json`, and of an `--out` that ends in .json. */
export const landscapeDocumentSchema = z.discriminatedUnion('what', [
  surfaceDocumentSchema,
  trajectoryDocumentSchema,
  connectivityDocumentSchema,
  simplexDocumentSchema,
]);
export type LandscapeDocument = z.infer<typeof landscapeDocumentSchema>;
export type LandscapeKind = LandscapeDocument['what'];
