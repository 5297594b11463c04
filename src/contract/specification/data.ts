import { z } from 'zod';
import { count } from './count.ts';

/** The data set, and how much of it. */
export const dataSchema = z
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
      seed: z
        .int()
        .nonnegative()
        .default(42)
        .describe('seed of the generated data set; the run’s own seed does not change it'),
    }),
  ])
  .describe('the data set');
