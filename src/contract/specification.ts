import { z } from 'zod';
import { cadenceSchema, spanSchema } from './cadence.ts';

/**
 * The specification of a run: everything that decides its numbers. It is written by a user (YAML, JSON, or an object),
 * checked here, completed with defaults, and stored in `run.json` as it was resolved. Unknown keys are errors.
 */

const count = (what: string) => z.int().positive().describe(what);

const dataSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('mnist'),
      examples: count('training examples: the first n of a seeded permutation of the 60,000').max(60000).default(60000),
      testExamples: count('test examples: the first n of the 10,000').max(10000).default(10000),
    }),
    z.strictObject({
      name: z.literal('mnist-1d'),
      examples: count('training examples that are generated').max(1_000_000).default(4000),
      testExamples: count('test examples that are generated').max(1_000_000).default(1000),
      seed: z.int().nonnegative().default(42).describe('seed of the generated data set; the run’s own seed does not change it'),
    }),
  ])
  .describe('the data set');

const modelSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('mlp'),
      hidden: z.array(count('units of a hidden layer')).max(64).default([512, 512]).describe('widths of the hidden layers'),
      activation: z.enum(['relu', 'leaky-relu', 'tanh', 'sigmoid', 'gelu']).default('relu'),
    }),
  ])
  .describe('the network');

const learningRate = z.number().positive().default(0.1).describe('step size η of θ ← θ − η·g');

const optimizerSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('sgd'),
      learningRate,
      batchSize: count('examples of a mini-batch; each epoch is a seeded permutation, a last short batch is dropped').default(100),
    }),
    z.strictObject({
      name: z.literal('gd'),
      learningRate,
      chunkSize: count('examples that are differentiated at a time; the gradient is exact whatever it is').default(1000),
    }),
  ])
  .describe('the update rule: sgd (mini-batches, no momentum) or gd (the full batch)');

const interpolationSchema = z.strictObject({
  kind: z.literal('interpolation'),
  points: z.int().min(3).max(1001).default(11).describe('values of α from 0 to 1, both ends included (W-interp)'),
  epochs: z
    .union([z.literal('all'), z.array(z.int().positive()).nonempty()])
    .default('all')
    .describe('epochs (from 1) whose iterations are interpolated'),
  iterations: z
    .union([z.literal('all'), count('iterations')])
    .default('all')
    .describe('how many iterations at the start of each of those epochs'),
  examples: z
    .union([z.literal('all'), count('examples')])
    .default('all')
    .describe('evaluation set: all training examples, or the first n of a seeded permutation'),
});

const probeSchema = z.discriminatedUnion('kind', [
  interpolationSchema,
  z.strictObject({ kind: z.literal('gradient-cosine') }).describe('cos(g_{t−1}, g_t) at every iteration (W-cos)'),
  z.strictObject({ kind: z.literal('distance') }).describe('‖θ_t − θ_0‖, ‖θ_t‖ and path length at every iteration (W-dist)'),
]);

export const specificationSchema = z.strictObject({
  study: z.string().min(1).optional().describe('name of the study this specification came from'),
  scale: z.enum(['smoke', 'laptop', 'paper']).optional().describe('scale of the study it came from'),
  name: z.string().max(200).optional().describe('a title for lists; it changes no number'),
  seed: z.int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(1).describe('seed of initial weights and of the batches'),
  data: dataSchema,
  model: modelSchema,
  loss: z.strictObject({ name: z.literal('cross-entropy') }).default({ name: 'cross-entropy' }).describe('the training loss, a mean over examples'),
  optimizer: optimizerSchema,
  duration: spanSchema.describe('length of training: "40 iterations" or "2 epochs"'),
  evaluate: cadenceSchema.default('1 epoch').describe('when loss and accuracy on the training and test sets are measured (always also at both ends)'),
  probes: z.array(probeSchema).default([]).describe('what is measured along the way'),
  checkpoints: z
    .strictObject({ every: cadenceSchema.default('1 epoch'), keep: count('newest checkpoints kept').default(3) })
    .default({ every: '1 epoch', keep: 3 })
    .describe('checkpoints; the last iteration always has one'),
  device: z.enum(['cpu', 'webgpu', 'cuda']).default('cpu').describe('where programs run'),
  threads: z.union([z.literal('auto'), z.int().min(1).max(1024)]).default('auto').describe('threads of the CPU runtime; auto: the cores of this machine'),
});

/** A specification as it is stored: every default filled in. */
export type Specification = z.output<typeof specificationSchema>;
/** A specification as a user writes it. */
export type SpecificationInput = z.input<typeof specificationSchema>;
export type ProbeSpecification = Specification['probes'][number];
export type InterpolationSpecification = z.output<typeof interpolationSchema>;
export type Scale = NonNullable<Specification['scale']>;
