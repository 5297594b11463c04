import { z } from 'zod';
import { jsonNumberSchema } from './record.ts';
import { studyScaleSchema } from './scale.ts';

/** What is known of a claim. `refused`: its runs are missing, unfinished, failed or of another definition; `reason` says which. */
export const claimVerdictSchema = z.enum(['supported', 'contradicted', 'inconclusive', 'refused']);
export type ClaimVerdict = z.infer<typeof claimVerdictSchema>;

export const ledgerEntrySchema = z.strictObject({
  id: z.string(),
  row: z.string().describe('row of the documentation that it belongs to'),
  place: z.string().describe('where the paper says so'),
  statement: z.string(),
  quantity: z.string().describe('the number that is tested, and its unit'),
  test: z.string().describe('the test, its direction and the smallest effect that counts, fixed before the runs'),
  verdict: claimVerdictSchema,
  smoke: z.boolean().describe('a result at smoke scale tests the machinery, not the claim'),
  effect: jsonNumberSchema.nullable(),
  interval: z.tuple([jsonNumberSchema, jsonNumberSchema]).nullable().describe('95 % interval of the effect'),
  n: z.int().nonnegative().describe('seeds; of a share: cases'),
  pValue: z.number().nullable(),
  adjusted: z.number().nullable().describe("p-value after Holm's correction within the paper"),
  runs: z.array(z.string()).describe('runs and results that it rests on'),
  reason: z.string().nullable().describe('why it was refused'),
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

/** The claims of one paper at one scale. */
export const ledgerSchema = z.strictObject({
  paper: z.string(),
  scale: studyScaleSchema,
  seeds: z.int().positive().describe('of the experiment that has most'),
  claims: z.array(ledgerEntrySchema),
});
export type Ledger = z.infer<typeof ledgerSchema>;
