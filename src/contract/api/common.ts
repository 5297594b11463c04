import { z } from 'zod';
import { suggest } from '../../base/index.ts';

/** The name of a run in an address; the store refuses whatever is no run id, so that no address leaves its folder. */
export const runParametersSchema = z.object({ id: z.string().max(256).describe('name of the run') });

/** A whole number, at least 0, in a query. */
export const wholeNumberSchema = z.coerce.number().pipe(z.int().nonnegative());

/** A body that takes these keys and no others; an unknown one is told with the nearest name. */
export const bodySchema = <Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown key ${JSON.stringify(issue.keys[0])}, ${suggest(issue.keys[0] ?? '', Object.keys(shape))}`
        : undefined,
  });

/** The body of every reply that is an error. */
export const errorBodySchema = z.object({
  error: z.object({
    code: z.string().describe('registered code: docs/errors.md'),
    message: z.string().describe('one line: subject, expectation, what came'),
  }),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;
