import { z } from 'zod';
import { spanSchema } from '../cadence.ts';
import { optimizerSchema } from './optimizer.ts';

/** Changes of the update rule in the middle of a run. */
export const changesSchema = z
  .array(
    z.strictObject({
      at: spanSchema.describe(
        'the first update by the new rule: "20000 iterations" or "20 epochs" from the beginning of the run',
      ),
      optimizer: optimizerSchema.describe('the update rule from there on, in full: what is not given has its default'),
    }),
  )
  .max(100)
  .default([])
  .describe('changes of the update rule in the middle of the run, in their order');
