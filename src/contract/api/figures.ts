import { z } from 'zod';
import { runParametersSchema } from './common.ts';

/** A figure of a run as a file. */
export const figureParametersSchema = runParametersSchema.extend({
  file: z.string().regex(/^[^.]+\.(svg|png)$/, 'expected <figure>.svg or <figure>.png'),
});

export const figureQuerySchema = z.object({
  width: z.coerce.number().pipe(z.int().min(320).max(4000)).optional().describe('pixels'),
  theme: z.enum(['light', 'dark']).optional(),
  from: z.coerce.number().optional().describe('first iteration in view'),
  to: z.coerce.number().optional().describe('last iteration in view'),
  scale: z.coerce.number().min(0.5).max(4).default(2).describe('pixels of a PNG for each pixel of the figure'),
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
