import { z } from 'zod';
import { ThalwegError } from '../base/index.ts';

/** What a request gives, checked. Throws `USAGE` naming the first wrong parameter, what was expected and what came. */
export function validate<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const subject = issue!.path.length > 0 ? issue!.path.join('.') : 'request';
  throw new ThalwegError('USAGE', `${subject}: ${issue!.message}`);
}

/** The name of a run in an address; the store refuses whatever is no run id, so that no address leaves the folder. */
export const runParameters = z.object({ id: z.string() });

/** A whole number, at least 0, in a query. */
export const wholeNumber = z.coerce.number().pipe(z.int().nonnegative());
