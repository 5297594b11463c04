import { z } from 'zod';

const l2 = z
  .strictObject({
    strength: z.number().positive().describe('λ of the term ½λ‖θ‖² of the training loss, whose gradient is λθ'),
    biases: z
      .boolean()
      .default(true)
      .describe('whether biases (and scales and shifts of normalisations: parameters of one axis) count in ‖θ‖²'),
  })
  .optional()
  .describe('L2 regularisation, a term of every loss that is recorded; absent: none');

/** The loss of one example; the training loss is its mean, plus the regularisation. */
export const lossSchema = z
  .discriminatedUnion('name', [
    z.strictObject({
      name: z.literal('cross-entropy'),
      temperature: z.number().positive().default(1).describe('T of softmax(s/T)'),
      l2,
    }),
    z.strictObject({
      name: z.literal('hinge'),
      margin: z.number().nonnegative().default(1).describe('γ of Σ_{j≠y} max(0, γ + s_j − s_y)'),
      l2,
    }),
    z.strictObject({
      name: z.literal('gcdf'),
      sigma: z.number().positive().default(1).describe('σ of Σ_{j≠y} Φ((s_j − s_y)/(σ√2)), for features of norm 1'),
      l2,
    }),
    z.strictObject({ name: z.literal('kullback-leibler'), l2 }),
    z.strictObject({ name: z.literal('log-loss'), l2 }),
    z.strictObject({ name: z.literal('log-loss-gradient'), l2 }),
    z.strictObject({
      name: z.literal('squared-error'),
      classes: z.enum(['sum', 'mean']).default('sum').describe('sum or mean over classes of (s_j − [j = y])²'),
      l2,
    }),
  ])
  .default({ name: 'cross-entropy', temperature: 1 })
  .describe('the training loss, a mean over examples');
