import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { Study } from '../study.ts';
import { walkProbes, walkRows } from './probes.ts';

type Course = Pick<SpecificationInput, 'duration' | 'evaluate' | 'checkpoints' | 'probes'>;

/** Mini-batch SGD: figures 18 and 19 of the paper show epochs 1 and 2; its tables go to late epochs as well. */
const stochastic: Record<Scale, Course> = {
  smoke: { duration: '40 iterations', probes: walkProbes() },
  laptop: { duration: '2 epochs', probes: walkProbes({ epochs: [1, 2], iterations: 40 }) },
  paper: { duration: '40 epochs', probes: walkProbes({ epochs: [1, 10, 25, 40] }) },
};

/** Full-batch gradient descent: an epoch is one iteration, so lengths are counted in iterations and all are interpolated. */
const deterministic: Record<Scale, Course> = {
  smoke: {
    duration: '40 iterations',
    evaluate: '20 iterations',
    checkpoints: { every: '20 iterations' },
    probes: walkProbes(),
  },
  laptop: {
    duration: '100 iterations',
    evaluate: '25 iterations',
    checkpoints: { every: '25 iterations' },
    probes: walkProbes(),
  },
  paper: {
    duration: '1000 iterations',
    evaluate: '50 iterations',
    checkpoints: { every: '100 iterations' },
    probes: walkProbes(),
  },
};

export const walkMlpMnist: Study = {
  name: 'walk-mlp-mnist',
  title: 'A walk with SGD: an MLP on MNIST',
  description:
    'Interpolates the training loss between consecutive iterates of a 784-512-512-10 ReLU network and follows the cosine of ' +
    'consecutive gradients and the distance from the start: does the walk cross barriers, and how high above the valley floor ' +
    'does it stay? With --set optimizer.name=gd the same network descends by the full batch (figure 17 of the paper; figures 18 and 19 are SGD).',
  rows: walkRows,
  scales: {
    smoke: '2,000 training examples, 40 iterations, all interpolated (gd: the same)',
    laptop:
      '60,000 examples, 2 epochs, the first 40 iterations of each interpolated (gd: 100 iterations, all interpolated)',
    paper:
      '60,000 examples, 40 epochs, all iterations of epochs 1, 10, 25 and 40 (gd: 1,000 iterations, all interpolated)',
  },
  specification(scale, choices = {}) {
    const fullBatch = choices.optimizer === 'gd';
    return {
      data: { name: 'mnist', examples: scale === 'smoke' ? 2000 : 60000 },
      model: { name: 'mlp', hidden: [512, 512], activation: 'relu' },
      optimizer: fullBatch ? { name: 'gd', learningRate: 0.1 } : { name: 'sgd', learningRate: 0.1, batchSize: 100 },
      ...(fullBatch ? deterministic : stochastic)[scale],
    };
  },
};
