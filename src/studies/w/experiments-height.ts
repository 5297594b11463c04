import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import { walkProbes } from '../walk/probes.ts';
import { allOf, lastCheckpoint, mlpAmounts, residualRate, settingOf, usual, type WalkNetwork } from './networks.ts';

/** A network that is followed over many epochs. */
interface Course {
  readonly network: WalkNetwork;
  /** Learning rates, the larger one first. */
  readonly rates: readonly [number, number];
  readonly epochs: number;
  /** Epochs all of whose updates are interpolated, ascending. */
  readonly interpolated: [number, ...number[]];
}

/** Half of the usual rate (table 2). */
const rates: Course['rates'] = [usual.learningRate, usual.learningRate / 2];

/** Figure 8 counts barriers in each of the first 40 epochs. */
const firstForty = Array.from({ length: 39 }, (_, index) => index + 2);

const courses: Readonly<Record<Scale, readonly Course[]>> = {
  smoke: [{ network: 'mlp', rates, epochs: 6, interpolated: [1, 3, 6] }],
  laptop: [{ network: 'mlp', rates, epochs: 100, interpolated: [1, 10, 25, 100] }],
  paper: [
    { network: 'vgg11', rates, epochs: 100, interpolated: [1, ...firstForty, 100] },
    { network: 'resnet', rates: [residualRate, usual.learningRate], epochs: 100, interpolated: [1, 10, 25, 100] },
    { network: 'mlp', rates, epochs: 40, interpolated: [1, 10, 25, 40] },
  ],
};

/** The epochs that table 2 names, as far as a scale has them. */
export const tabledEpochs: Readonly<Record<Scale, readonly number[]>> = {
  smoke: [1, 3, 6],
  laptop: [1, 10, 25, 100],
  paper: [1, 10, 25, 40, 100],
};

const amountsOf = (network: WalkNetwork, scale: Scale) => (network === 'mlp' ? mlpAmounts(scale) : allOf(network));

/** Updates of an epoch. */
const epochLength = (scale: Scale, network: WalkNetwork): number =>
  Math.floor(amountsOf(network, scale).examples / usual.batchSize);

/** The epoch (from 1) of update `iteration` in the runs of {@link heightExperiment}. */
export const epochAt = (scale: Scale, network: WalkNetwork, iteration: number): number =>
  1 + Math.floor(iteration / epochLength(scale, network));

/** The first update of an epoch (from 1). */
export const epochStart = (scale: Scale, network: WalkNetwork, epoch: number): number =>
  (epoch - 1) * epochLength(scale, network);

function specificationOf(scale: Scale, course: Course, learningRate: number): SpecificationInput {
  const duration = `${course.epochs} epochs`;
  return {
    ...settingOf(course.network, scale, amountsOf(course.network, scale)),
    optimizer: { name: 'sgd', learningRate, batchSize: usual.batchSize },
    duration,
    evaluate: scale === 'smoke' ? '1 epoch' : '5 epochs',
    probes: walkProbes({ epochs: course.interpolated }),
    checkpoints: lastCheckpoint(duration),
  };
}

export const heightExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'W-height',
  title: 'Height above the valley floor and barriers, over epochs',
  description:
    'SGD at two learning rates over many epochs; in some of them the training loss is interpolated between all consecutive iterates.',
  differences:
    'Below scale paper an MLP on a part of MNIST stands in for the networks on CIFAR-10. The two learning rates of ResNet-56 are 0.3 and 0.1.',
  rows: ['W-barrier', 'W-height', 'W-interp', 'W-models'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) =>
    courses[scale].flatMap((course) =>
      course.rates.map((learningRate, index) => ({
        condition: { network: course.network, rate: index === 0 ? 'large' : 'small', learningRate },
        specification: specificationOf(scale, course, learningRate),
      })),
    ),
};

/** Networks whose sharpness is followed: figure 3 at the usual learning rate, figure 7 at the residual network's own. */
const sharpened: Readonly<Record<Scale, readonly { readonly network: WalkNetwork; readonly learningRate: number }[]>> =
  {
    smoke: [{ network: 'mlp', learningRate: usual.learningRate }],
    laptop: [{ network: 'mlp', learningRate: usual.learningRate }],
    paper: [
      { network: 'vgg11', learningRate: usual.learningRate },
      { network: 'resnet', learningRate: residualRate },
    ],
  };

/** Length, how often the Hessian is measured, and on how many examples. Ten measurements at least. */
const sharpnessExtent: Readonly<Record<Scale, { duration: string; every: string; examples: number }>> = {
  smoke: { duration: '20 epochs', every: '2 epochs', examples: 200 },
  laptop: { duration: '100 epochs', every: '4 epochs', examples: 1000 },
  paper: { duration: '100 epochs', every: '2 epochs', examples: 5000 },
};

export const sharpnessExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'W-sharp',
  title: 'Spectral norm of the Hessian over epochs',
  description:
    'SGD at a fixed learning rate; the largest eigenvalues of the Hessian of the training loss (batch normalisation by batch ' +
    'statistics) beside validation accuracy.',
  differences: 'Below scale paper an MLP on a part of MNIST stands in for the networks on CIFAR-10.',
  rows: ['W-sharp', 'W-models'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) =>
    sharpened[scale].map(({ network, learningRate }) => {
      const { duration, every, examples } = sharpnessExtent[scale];
      return {
        condition: { network, learningRate },
        specification: {
          ...settingOf(network, scale, amountsOf(network, scale)),
          optimizer: { name: 'sgd', learningRate, batchSize: usual.batchSize },
          duration,
          evaluate: every,
          probes: [{ kind: 'hessian-spectrum', every, examples, k: 1, tolerance: 0.01 }],
          checkpoints: lastCheckpoint(duration),
        } satisfies SpecificationInput,
      };
    }),
};
