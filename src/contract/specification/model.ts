import { z } from 'zod';
import { count } from './count.ts';

/** The network. */
export const modelSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('mlp'),
      hidden: z
        .array(count('units of a hidden layer'))
        .max(64)
        .default([512, 512])
        .describe('widths of the hidden layers'),
      activation: z.enum(['relu', 'leaky-relu', 'tanh', 'sigmoid', 'gelu']).default('relu'),
    }),
  ])
  .describe('the network');
