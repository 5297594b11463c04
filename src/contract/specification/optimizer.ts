import { z } from 'zod';
import { count } from './count.ts';

const learningRate = z.number().positive().default(0.1).describe('step size η of θ ← θ − η·g');

/** The update rule. */
export const optimizerSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('sgd'),
      learningRate,
      batchSize: count(
        'examples of a mini-batch; each epoch is a seeded permutation, a last short batch is dropped',
      ).default(100),
    }),
    z.strictObject({
      name: z.literal('gd'),
      learningRate,
      chunkSize: count('examples that are differentiated at a time; the gradient is exact whatever it is').default(
        1000,
      ),
    }),
  ])
  .describe('the update rule: sgd (mini-batches, no momentum) or gd (the full batch)');
