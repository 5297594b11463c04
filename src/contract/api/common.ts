import { z } from 'zod';

/** The name of a run in an address; the store refuses whatever is no run id, so that no address leaves its folder. */
export const runParametersSchema = z.object({ id: z.string().max(256).describe('name of the run') });

/** A whole number, at least 0, in a query. */
export const wholeNumberSchema = z.coerce.number().pipe(z.int().nonnegative());

/** The body of every reply that is an error. */
export const errorBodySchema = z.object({
  error: z.object({
    code: z.string().describe('registered code: docs/errors.md'),
    message: z.string().describe('one line: subject, expectation, what came'),
  }),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;
