import { z } from 'zod';

/** The loss of one example; the training loss is its mean. */
export const lossSchema = z
  .strictObject({ name: z.literal('cross-entropy') })
  .default({ name: 'cross-entropy' })
  .describe('the training loss, a mean over examples');
