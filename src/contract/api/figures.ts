import { z } from 'zod';
import { figureChoicesSchema } from '../figure.ts';
import { runParametersSchema } from './common.ts';

/** A figure of a run as a file. */
export const figureParametersSchema = runParametersSchema.extend({
  file: z.string().regex(/^[^.]+\.(svg|png|csv)$/, 'expected <figure>.svg, <figure>.png or <figure>.csv'),
});

const { iteration, trainingLoss, margin, axis } = figureChoicesSchema.shape;

export const figureQuerySchema = z.object({
  width: z.coerce.number().pipe(z.int().min(320).max(4000)).optional().describe('pixels'),
  theme: z.enum(['light', 'dark']).optional(),
  from: z.coerce.number().optional().describe('first iteration in view'),
  to: z.coerce.number().optional().describe('last iteration in view'),
  scale: z.coerce.number().min(0.5).max(4).default(2).describe('pixels of a PNG for each pixel of the figure'),
  iteration: z.coerce.number().pipe(iteration.unwrap()).optional().describe(iteration.description!),
  trainingLoss: z.coerce.number().pipe(trainingLoss.unwrap()).optional().describe(trainingLoss.description!),
  margin,
  axis,
});

/** `GET /api/figures`: every figure that a run can be asked for. */
export const figureCatalogueSchema = z.object({
  figures: z.record(
    z.string(),
    z.object({
      title: z.string(),
      rows: z.array(z.string()).readonly(),
      needs: z.array(z.string()).readonly(),
      shows: z.array(z.string()).readonly(),
    }),
  ),
});
