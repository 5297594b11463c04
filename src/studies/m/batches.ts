import type { SpecificationInput } from '../../contract/index.ts';
import type { ComputedExperiment, TrainingExperiment } from '../paper.ts';
import { column, measureTrial, numberOption } from './measuring.ts';
import { batchSettings, equalEpochs, plainSgd, type BatchSetting } from './settings.ts';

const seeds = { smoke: 3, laptop: 5, paper: 5 };

/** Both methods draw the same initial weights; the large batch trains longer, and what it was before lies on its way. */
function specification(setting: BatchSetting, batch: 'small' | 'large'): SpecificationInput {
  const { examples, testExamples, units, updates, longer, traces } = setting;
  const every = `${equalEpochs(setting)} iterations`;
  return {
    data: { name: 'mnist', examples, testExamples },
    model: { name: 'fc6', units },
    optimizer: plainSgd(setting[batch]),
    duration: `${batch === 'small' ? updates : longer * updates} iterations`,
    evaluate: every,
    probes: [
      { kind: 'margins', examples: 'all', batchNorm: 'running', every },
      { kind: 'per-example-hessian-trace', examples: traces, every },
    ],
    checkpoints: { every: `${updates} iterations`, keep: longer },
  };
}

/** Row M-batch: small against large batch. */
export const batchTraining: TrainingExperiment = {
  kind: 'training',
  id: 'M-batch',
  title: 'Small against large batch',
  description:
    'Trains the fully connected network with batch normalisation on MNIST from the same weights with a small batch and with one ' +
    'of 16 times its size, for the same number of updates; the large batch then goes on.',
  differences:
    'Beyond the paper the large batch trains four times as long. The Hessian trace is a mean over 1,000 examples. Smaller scales ' +
    'take fewer examples, units and updates, and smaller batches of the same ratio.',
  rows: ['M-batch'],
  seeds,
  trials: (scale) =>
    (['small', 'large'] as const).map((batch) => ({
      condition: { batch },
      specification: specification(batchSettings[scale], batch),
    })),
};

/** Where single examples of the two methods are compared. */
export const batchMoments = ['small', 'large', 'large, longer'] as const;
export type BatchMoment = (typeof batchMoments)[number];

/** Row M-batch: margins and Hessian traces of single examples (figure 4). */
export const batchExamples: ComputedExperiment = {
  kind: 'computed',
  id: 'M-batch-examples',
  title: 'Margins and Hessian traces after small and large batches',
  description:
    'The output margin and the exact Hessian trace of single training examples after the same number of updates, and of the ' +
    'large batch after training longer.',
  differences: 'The margin is signed, where the paper takes its absolute value.',
  rows: ['M-batch'],
  seeds,
  version: 1,
  seconds: { smoke: 3, laptop: 5, paper: 8 },
  needs: ['M-batch'],
  trials: (scale) =>
    batchMoments.map((moment) => {
      const { updates, longer, traces } = batchSettings[scale];
      const at = moment === 'large, longer' ? longer * updates : updates;
      return { condition: { moment }, options: { batch: moment === 'small' ? 'small' : 'large', at, traces } };
    }),
  async compute(request) {
    const examples = numberOption(request, 'traces');
    const where = { batch: String(request.options['batch']) };
    const measured = await measureTrial(request, 'M-batch', where, numberOption(request, 'at'), [
      { kind: 'margins', examples, batchNorm: 'running' },
      { kind: 'per-example-hessian-trace', examples },
    ]);
    return {
      numbers: {},
      arrays: {
        margin: column(measured, 'margin.output'),
        correct: column(measured, 'margin.correct'),
        trace: column(measured, 'exampleTrace.value'),
      },
    };
  },
};
