import type { Scale } from '../../contract/index.ts';
import type { ComputedExperiment, TrainingExperiment } from '../paper.ts';
import { column, measureTrial, numberOption } from './measuring.ts';
import { plainSgd } from './settings.ts';

interface AffineSetting {
  readonly examples: number | 'all';
  readonly updates: number;
  /** Examples whose traces are compared: 1,000 in the paper. */
  readonly traces: number;
  /** Random directions of an estimate. */
  readonly probes: number;
}

const settings: Readonly<Record<Scale, AffineSetting>> = {
  smoke: { examples: 500, updates: 20, traces: 60, probes: 10 },
  laptop: { examples: 5000, updates: 200, traces: 300, probes: 50 },
  paper: { examples: 'all', updates: 1000, traces: 1000, probes: 100 },
};

const seeds = { smoke: 3, laptop: 5, paper: 5 };

/** Row M-aceht: an affine classifier, for which the affine trace is the Hessian trace. */
export const affineTraining: TrainingExperiment = {
  kind: 'training',
  id: 'M-affine',
  title: 'An affine classifier of MNIST',
  description:
    'Trains the affine classifier for a short while; its initial parameters are the arbitrary ones of figure 2.',
  differences: null,
  rows: ['M-aceht'],
  seeds,
  trials: (scale) => [
    {
      condition: {},
      specification: {
        data: { name: 'mnist', examples: settings[scale].examples, testExamples: 500 },
        model: { name: 'mlp', hidden: [] },
        optimizer: plainSgd(100),
        duration: `${settings[scale].updates} iterations`,
        evaluate: `${settings[scale].updates} iterations`,
        checkpoints: { every: `${settings[scale].updates} iterations`, keep: 1 },
      },
    },
  ],
};

/** What is kept of each example: the closed form, the exact trace, its estimate, and what the bound takes. */
const exact = {
  affine: 'exampleTrace.affineInput',
  exact: 'exampleTrace.value',
  bound: 'exampleTrace.boundInput',
  correct: 'exampleTrace.correct',
} as const;
const estimated = { estimate: 'exampleTrace.value', standardError: 'exampleTrace.standardError' } as const;

/** Rows M-aceht, M-bound and M-ht: affine trace, exact trace and Hutchinson's estimate of the affine classifier's examples. */
export const affineTraces: ComputedExperiment = {
  kind: 'computed',
  id: 'M-affine-traces',
  title: 'Affine trace, exact trace and Hutchinson’s estimate',
  description:
    'The Hessian trace of each example of the affine classifier by the closed form, exactly by reverse passes, and by ' +
    'Hutchinson’s method one example at a time, at arbitrary and at trained parameters.',
  differences:
    'Estimates take a fixed number of random directions (100, the largest number that PyHessian takes by default), ' +
    'where PyHessian stops once its running mean rests.',
  rows: ['M-aceht', 'M-bound', 'M-ht'],
  seeds,
  version: 1,
  seconds: { smoke: 4, laptop: 30, paper: 150 },
  needs: ['M-affine'],
  trials: (scale) => [{ condition: {}, options: { traces: settings[scale].traces, probes: settings[scale].probes } }],
  async compute(request) {
    const [examples, probes] = [numberOption(request, 'traces'), numberOption(request, 'probes')];
    const arrays: Record<string, readonly number[]> = {};
    for (const [moment, at] of [
      ['arbitrary', 0],
      ['trained', 'last'],
    ] as const) {
      const kind = 'per-example-hessian-trace';
      const found = await measureTrial(request, 'M-affine', {}, at, [{ kind, examples }]);
      for (const [name, tensor] of Object.entries(exact)) arrays[`${moment}.${name}`] = column(found, tensor);
      const guessed = await measureTrial(request, 'M-affine', {}, at, [
        { kind, examples, method: 'one-by-one', probes },
      ]);
      for (const [name, tensor] of Object.entries(estimated)) arrays[`${moment}.${name}`] = column(guessed, tensor);
      request.onProgress(moment === 'arbitrary' ? 0.5 : 1);
    }
    return { numbers: {}, arrays };
  },
};
