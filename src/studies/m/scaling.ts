import type { Scale } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';

/** Factors of the top layer; the last is far beyond where derivatives of a fitted set have gone. */
export const alphas = [1, 2, 4, 8, 16, 32, 128, 1024] as const;

const settings: Readonly<
  Record<Scale, { readonly examples: number; readonly updates: number; readonly hidden: number[] }>
> = {
  smoke: { examples: 60, updates: 1500, hidden: [8] },
  laptop: { examples: 200, updates: 6000, hidden: [24, 16] },
  paper: { examples: 500, updates: 20_000, hidden: [32, 24] },
};

/** Row M-scale: a fully fitted set, then its second derivatives with the top layer scaled. */
export const scalingTraining: TrainingExperiment = {
  kind: 'training',
  id: 'M-scale',
  title: 'The top layer scaled',
  description:
    'Fits a small network to all of its training examples, then multiplies its top layer by α and takes every second derivative ' +
    'of the loss, in float64.',
  differences:
    'The paper proves this and computes nothing. All second derivatives at once need a small network: a perceptron on MNIST-1D.',
  rows: ['M-scale'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) => {
    const { examples, updates, hidden } = settings[scale];
    const atTheEnd = `${updates} iterations`;
    return [
      {
        condition: {},
        specification: {
          data: { name: 'mnist-1d', examples, testExamples: 200 },
          model: { name: 'mlp', hidden },
          optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 20 },
          duration: atTheEnd,
          evaluate: atTheEnd,
          probes: [{ kind: 'top-scaling', examples: 'all', alphas: [...alphas], every: atTheEnd }],
          checkpoints: { every: atTheEnd, keep: 1 },
        },
      },
    ];
  },
};
