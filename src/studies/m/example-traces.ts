import type { ComputedExperiment } from '../paper.ts';
import { column, measureTrial, numberOption } from './measuring.ts';
import { correlationSettings, networks } from './settings.ts';

/** Points of training at which figures 3d to 3f show single examples. */
export const moments = ['start', 'middle', 'end'] as const;
export type MomentName = (typeof moments)[number];

/** What is kept of each example, and the tensor that it comes from. */
const columns = {
  trace: 'exampleTrace.value',
  top: 'exampleTrace.top',
  correct: 'exampleTrace.correct',
  affineInput: 'exampleTrace.affineInput',
  affineFeatures: 'exampleTrace.affineFeatures',
  boundInput: 'exampleTrace.boundInput',
  boundFeatures: 'exampleTrace.boundFeatures',
} as const;
export type ExampleColumn = keyof typeof columns;

/** The name of an array of {@link exampleTraces}. */
export const arrayName = (moment: MomentName, name: ExampleColumn): string => `${moment}.${name}`;

/** Rows M-corr, M-aceht and M-bound: traces and margins of single examples at the beginning, the middle and the end of training. */
export const exampleTraces: ComputedExperiment = {
  kind: 'computed',
  id: 'M-examples',
  title: 'Hessian traces of single examples',
  description:
    'The exact Hessian trace of each example, the part of the top layer in it, the affine trace and the margin bound of its ' +
    'input and of its features, at the beginning, in the middle and at the end of training.',
  differences: 'Traces are exact, not estimated.',
  rows: ['M-ht', 'M-corr', 'M-aceht', 'M-bound'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  version: 1,
  seconds: { smoke: 6, laptop: 20, paper: 25 },
  needs: ['M-corr'],
  trials: (scale) =>
    networks.map((network) => {
      const { traces, updates } = correlationSettings[scale];
      return { condition: { network }, options: { traces, updates } };
    }),
  async compute(request) {
    const [traces, updates] = [numberOption(request, 'traces'), numberOption(request, 'updates')];
    const iterations = { start: 0, middle: updates / 2, end: updates };
    const arrays: Record<string, readonly number[]> = {};
    for (const [index, moment] of moments.entries()) {
      const measured = await measureTrial(request, 'M-corr', request.condition, iterations[moment], [
        { kind: 'per-example-hessian-trace', examples: traces },
      ]);
      for (const [name, tensor] of Object.entries(columns))
        arrays[arrayName(moment, name as ExampleColumn)] = column(measured, tensor);
      request.onProgress((index + 1) / moments.length);
    }
    return { numbers: {}, arrays };
  },
};
