import type { Scale, SpecificationInput } from '../contract/index.ts';
import type { Study } from './study.ts';
import { walkProbes, walkRows } from './walk/probes.ts';

type Course = Pick<SpecificationInput, 'optimizer' | 'duration' | 'evaluate' | 'checkpoints'>;

const epochs: Record<Scale, number> = { smoke: 2, laptop: 100, paper: 400 };
const fullBatchIterations: Record<Scale, number> = { smoke: 80, laptop: 1000, paper: 4000 };

const stochastic = (scale: Scale): Course => ({
  optimizer: { name: 'sgd', learningRate: 0.3, batchSize: 100 },
  duration: `${epochs[scale]} epochs`,
  checkpoints: { every: '10 epochs' },
});

/** With the full batch an epoch is one iteration: lengths are counted in iterations. */
const deterministic = (scale: Scale): Course => ({
  optimizer: { name: 'gd', learningRate: 0.3 },
  duration: `${fullBatchIterations[scale]} iterations`,
  evaluate: '40 iterations',
  checkpoints: { every: '200 iterations' },
});

/** The first thing a newcomer sees: no download, about a minute on two cores. */
export const quickstart: Study = {
  name: 'quickstart',
  title: 'A first walk: a small MLP on MNIST-1D',
  description:
    'Trains a 40-64-64-10 ReLU network by SGD on MNIST-1D, which is generated and needs no download, and interpolates the ' +
    'training loss between all consecutive iterates. It belongs to no paper: its scales differ in length alone.',
  rows: walkRows,
  scales: {
    smoke: '2 epochs, seconds (gd: 80 iterations)',
    laptop: '100 epochs, about a minute on 2 cores (gd: 1,000 iterations)',
    paper: '400 epochs, some minutes (gd: 4,000 iterations)',
  },
  specification: (scale, choices = {}) => ({
    data: { name: 'mnist-1d' },
    model: { name: 'mlp', hidden: [64, 64], activation: 'relu' },
    probes: walkProbes(),
    ...(choices.optimizer === 'gd' ? deterministic(scale) : stochastic(scale)),
  }),
};
