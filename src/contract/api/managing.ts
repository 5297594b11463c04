import { z } from 'zod';
import { annotationChangeSchema } from '../annotations.ts';
import { runFileSchema } from '../run.ts';
import { errorBodySchema } from './common.ts';
import { runListEntrySchema } from './runs.ts';

/** Names of runs, or of what lies in the trash; the store refuses whatever is none of them. */
const selection = z.array(z.string().max(256)).min(1, 'expected at least one run').max(1000);

/** `PATCH /api/runs`: one change of the annotations of one or many runs. */
export const annotateBodySchema = z.strictObject({ runs: selection, change: annotationChangeSchema });
export type AnnotateBody = z.input<typeof annotateBodySchema>;

/** `POST /api/runs/trash`: runs to move into the trash. */
export const trashBodySchema = z.strictObject({ runs: selection });

/** `POST /api/trash/restore`: what to move back. */
export const restoreBodySchema = z.strictObject({
  names: selection,
  as: runFileSchema.shape.id.optional().describe('another name for the one that is restored'),
});
export type RestoreBody = z.input<typeof restoreBodySchema>;

/** `POST /api/trash/empty`: what to delete for good. */
export const emptyTrashBodySchema = z.strictObject({ names: selection });

/** What became of each of a selection: some may have failed while others are done. */
export const resultsSchema = z.object({
  results: z.array(
    z.object({
      id: z.string().describe('as it was asked for'),
      name: z.string().nullable().describe('its name now, in the list or in the trash; null where it failed'),
      error: errorBodySchema.shape.error.nullable().describe('why it failed'),
    }),
  ),
});
export type Results = z.infer<typeof resultsSchema>;

/** A run in the trash. */
export const trashedRunSchema = z.object({
  name: z.string().describe('its name there: the run’s, or <run>~2 where several of that name were deleted'),
  trashed: z.string().describe('when'),
  bytes: z.int().nonnegative().describe('what its folder takes on the disk'),
  run: runListEntrySchema,
});
export type TrashedRun = z.infer<typeof trashedRunSchema>;

export const trashSchema = z.object({ trash: z.array(trashedRunSchema) });

/** `GET /api/runs/:id/checkpoints` */
export const checkpointsSchema = z.object({
  checkpoints: z.array(z.object({ iteration: z.int().nonnegative(), bytes: z.int().nonnegative() })),
});
