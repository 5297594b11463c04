import { z } from 'zod';
import { cadenceSchema } from '../cadence.ts';
import { count } from './count.ts';
import { quantityShapes } from './quantity.ts';

export const interpolationSchema = z.strictObject({
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
  batchNorm: z
    .enum(['batch', 'running'])
    .default('batch')
    .describe(
      'statistics of batch normalisation: of each chunk of the training batch size, as SGD experiences, or the running ones, interpolated like the parameters',
    ),
});

const every = cadenceSchema
  .default('1 epoch')
  .describe('how often it is measured, before the update at that iteration; always also at the end');

/** What is measured along the way. */
export const probeSchema = z.discriminatedUnion('kind', [
  interpolationSchema,
  z.strictObject({ kind: z.literal('gradient-cosine') }).describe('cos(g_{t−1}, g_t) at every iteration (W-cos)'),
  z
    .strictObject({ kind: z.literal('distance') })
    .describe('‖θ_t − θ_0‖, ‖θ_t‖ and path length at every iteration (W-dist)'),
  z
    .strictObject({ kind: z.literal('alpha'), every })
    .describe(
      'where update t lands on the parabola through loss and slope of its batch at both ends, as Cockpit’s Alpha',
    ),
  z
    .strictObject({ kind: z.literal('update-size'), every })
    .describe('size of update t, and its size and the distance from θ_0 of each parameter tensor'),
  z.strictObject({ ...quantityShapes['hessian-spectrum'], every }),
  z.strictObject({ ...quantityShapes.margins, every }),
  z.strictObject({ ...quantityShapes['alternative-losses'], every }),
  z.strictObject({ ...quantityShapes['hessian-trace'], every }),
  z.strictObject({ ...quantityShapes['per-example-hessian-trace'], every }),
  z.strictObject({ ...quantityShapes['hessian-density'], every }),
  z.strictObject({ ...quantityShapes['sam-sharpness'], every }),
  z.strictObject({ ...quantityShapes['box-sharpness'], every }),
  z.strictObject({ ...quantityShapes['g-bound'], every }),
  z.strictObject({ ...quantityShapes['top-scaling'], every }),
  z.strictObject({ ...quantityShapes['gradient-noise'], every }),
  z.strictObject({ ...quantityShapes['covariance-alignment'], every }),
  z.strictObject({ ...quantityShapes['gradient-tests'], every }),
  z.strictObject({ ...quantityShapes.tic, every }),
  z.strictObject({ ...quantityShapes['gradient-histogram'], every }),
]);
