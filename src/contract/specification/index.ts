import { z } from 'zod';
import { studyScaleSchema } from '../scale.ts';
import { cadenceSchema, spanSchema } from '../cadence.ts';
import { devices } from '../device.ts';
import { changesSchema } from './changes.ts';
import { count } from './count.ts';
import { dataSchema } from './data.ts';
import { initialSchema } from './initial.ts';
import { lossSchema } from './loss.ts';
import { modelSchema, zooModelSchema } from './model.ts';
import { optimizerSchema } from './optimizer.ts';
import { probeSchema, type interpolationSchema } from './probe.ts';

export { lossSchema, optimizerSchema, zooModelSchema };
export {
  quantityKinds,
  quantitySchema,
  quantityShapes,
  type QuantityKind,
  type QuantityOf,
  type QuantitySpecification,
} from './quantity.ts';
export { scheduleSchema, type Schedule } from './schedule.ts';

/**
 * The specification of a run: everything that decides its numbers. It is written by a user (YAML, JSON, or an object),
 * checked here, completed with defaults, and stored in `run.json` as it was resolved. Unknown keys are errors.
 */
export const specificationSchema = z.strictObject({
  study: z.string().min(1).optional().describe('name of the study this specification came from'),
  scale: studyScaleSchema.optional().describe('scale of the study it came from'),
  name: z.string().max(200).optional().describe('a title for lists; it changes no number'),
  seed: z
    .int()
    .nonnegative()
    .max(Number.MAX_SAFE_INTEGER)
    .default(1)
    .describe('seed of initial weights and of the batches'),
  start: count(
    'one of several independent starts on the same data: initial weights, batches and noise of each are drawn anew from the seed, while the chosen examples and their labels stay the same (absent: 1)',
  ).optional(),
  data: dataSchema,
  model: modelSchema,
  initial: initialSchema,
  loss: lossSchema,
  optimizer: optimizerSchema,
  changes: changesSchema,
  duration: spanSchema.describe('length of training: "40 iterations" or "2 epochs"'),
  evaluate: cadenceSchema
    .default('1 epoch')
    .describe('when loss and accuracy on the training and test sets are measured (always also at both ends)'),
  probes: z.array(probeSchema).default([]).describe('what is measured along the way'),
  checkpoints: z
    .strictObject({
      every: cadenceSchema.default('1 epoch').describe('how often one is written'),
      keep: count('newest checkpoints kept').default(3),
      keepEvery: cadenceSchema
        .optional()
        .describe('beside the newest, those at multiples of this are kept for good (default: none)'),
    })
    .default({ every: '1 epoch', keep: 3 })
    .describe('checkpoints; the last iteration always has one'),
  onNonFinite: z
    .enum(['stop', 'continue'])
    .default('stop')
    .describe('what a loss, gradient or parameter that is not finite does: stop the run, or go on with a warning'),
  device: z
    .enum([...devices, 'auto'])
    .default('cpu')
    .describe('where programs run; auto: on the best that is there (cuda, then webgpu on a graphics card, then cpu)'),
  threads: z
    .union([z.literal('auto'), z.int().min(1).max(1024)])
    .default('auto')
    .describe('threads of the CPU runtime; auto: the cores of this machine'),
});

/** A specification as it is stored: every default filled in. */
export type Specification = z.output<typeof specificationSchema>;
/** A specification as a user writes it. */
export type SpecificationInput = z.input<typeof specificationSchema>;
/** The specification of a network that Thalweg has itself. */
export type ZooModel = z.output<typeof zooModelSchema>;
export type ProbeSpecification = Specification['probes'][number];
export type InterpolationSpecification = z.output<typeof interpolationSchema>;
