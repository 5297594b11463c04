import { z } from 'zod';
import { count } from './count.ts';
import { learningRateSchema } from './schedule.ts';

const batches = {
  batchSize: count('examples of an update').default(100),
  replacement: z
    .boolean()
    .default(false)
    .describe(
      'draws every example of every batch anew, uniformly and independently; otherwise each epoch is a seeded permutation',
    ),
  lastBatch: z
    .enum(['drop', 'keep'])
    .default('drop')
    .describe(
      'the examples that are left at the end of an epoch: drop them, or keep them as a shorter batch, whose gradient is the mean over its own examples',
    ),
};

const ghostBatchSize = count(
  'examples that are differentiated at a time (ghost batches): the gradient of an update is their mean, statistics of batch normalisation are of one ghost batch; must divide batchSize; absent: the whole batch at once',
).optional();

const stochastic = { ...batches, ghostBatchSize };

const decay = (value: number, description: string) => z.number().min(0).lt(1).default(value).describe(description);
const epsilon = z.number().positive().default(1e-8).describe('ε added to the root of the mean squared gradient');

const withMomentum = {
  momentum: decay(0, 'β of v ← βv + g, θ ← θ − ηv; 0: none'),
  nesterov: z.boolean().default(false).describe('with momentum: θ ← θ − η(g + βv)'),
};

const noise = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('given'),
      standardDeviation: z.number().positive().describe('s of g + s·W with W standard normal'),
    }),
    z.strictObject({
      kind: z.literal('initial-variance'),
      factor: z
        .number()
        .positive()
        .default(0.1)
        .describe(
          "s² of g + s·W is this times the largest variance, over examples, of a coordinate of the examples' gradients at initialisation",
        ),
      examples: z
        .union([z.literal('all'), z.int().min(2).max(1_000_000)])
        .default('all')
        .describe('examples the variance is taken over: all, or a fixed random subset of this size'),
    }),
  ])
  .optional()
  .describe('isotropic Gaussian noise in the gradient (W-noise); absent: none');

/** The update rule. */
export const optimizerSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('sgd'),
      learningRate: learningRateSchema(0.1),
      ...stochastic,
      ...withMomentum,
      noise,
    }),
    z.strictObject({
      name: z.literal('gd'),
      learningRate: learningRateSchema(0.1),
      chunkSize: count('examples that are differentiated at a time; the gradient is exact whatever it is').default(
        1000,
      ),
      ...withMomentum,
      noise,
    }),
    z.strictObject({
      name: z.literal('adam'),
      learningRate: learningRateSchema(0.001),
      ...stochastic,
      beta1: decay(0.9, "β₁: decay of the gradient's mean"),
      beta2: decay(0.999, "β₂: decay of the squared gradient's mean"),
      epsilon,
    }),
    z.strictObject({
      name: z.literal('rmsprop'),
      learningRate: learningRateSchema(0.01),
      ...stochastic,
      alpha: decay(0.99, "α: decay of the squared gradient's mean"),
      epsilon,
      momentum: decay(0, 'β of b ← βb + g/(√v + ε), θ ← θ − ηb; 0: none'),
    }),
    z.strictObject({
      name: z.literal('sam'),
      learningRate: learningRateSchema(0.1),
      ...batches,
      rho: z.number().positive().default(0.05).describe('ρ: the gradient is taken at θ + ρ·g/‖g‖'),
      ...withMomentum,
    }),
    z.strictObject({
      name: z.literal('langevin'),
      learningRate: learningRateSchema(0.1),
      ...stochastic,
      scale: z.number().nonnegative().default(0.001).describe("γ' of θ ← Π_K(θ − η·g + γ'_k·W), W standard normal"),
      decay: z
        .enum(['constant', 'harmonic'])
        .default('constant')
        .describe("γ'_k of update k: constant γ', or harmonic γ'/(1 + k)"),
      box: z
        .tuple([z.number(), z.number()])
        .refine(([low, high]) => low < high, { error: 'expected [low, high] with low below high' })
        .optional()
        .describe('K: [low, high], bounds of every parameter; absent: none'),
    }),
  ])
  .describe(
    'the update rule: sgd and gd (full batch), both with momentum or noise in the gradient, adam, rmsprop, sam (sharpness-aware), langevin',
  );
