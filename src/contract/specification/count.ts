import { z } from 'zod';

/** A whole number of at least 1, with what it counts. */
export const count = (what: string) => z.int().positive().describe(what);
