import { z } from 'zod';

/** What a reader may choose in a figure of a run, beside its width, its colours and its window. */
export const figureChoicesSchema = z.strictObject({
  iteration: z
    .int()
    .min(0)
    .optional()
    .describe('which measured iteration is shown by itself; absent: the last one in the window'),
  trainingLoss: z
    .number()
    .positive()
    .optional()
    .describe('training loss at which the run is cut; absent: half of the way down, in its logarithm'),
  margin: z
    .enum(['output', 'absolute', 'softmax'])
    .optional()
    .describe(
      'which margin of an example: of its scores, the absolute value of that, or of its softmax; absent: output',
    ),
  axis: z.enum(['linear', 'log']).optional().describe('vertical axes; absent: what each panel is usually drawn on'),
});
export type FigureChoices = z.infer<typeof figureChoicesSchema>;
export type FigureChoice = keyof FigureChoices;
/** Their names, without the schema: the page needs them and no parser. */
const choices: Readonly<Record<FigureChoice, true>> = { iteration: true, trainingLoss: true, margin: true, axis: true };
export const figureChoices = Object.keys(choices) as FigureChoice[];
