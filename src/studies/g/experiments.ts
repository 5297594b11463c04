import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import {
  boundSigmas,
  cifar,
  conditionsOf,
  mnist,
  parameters,
  type Scaled,
  type Setting,
  type TrainedCondition,
} from './setting.ts';

type Probe = NonNullable<SpecificationInput['probes']>[number];

/** Seeds of every experiment of this paper: claims look at the same ones everywhere. */
export const seeds: Scaled<number> = { smoke: 3, laptop: 5, paper: 5 };

/** Examples of eq. 9, and how often noise is drawn. */
const smoothed: Scaled<{ examples: number | 'all'; draws: number }> = {
  smoke: { examples: 'all', draws: 10 },
  laptop: { examples: 1000, draws: 20 },
  paper: { examples: 10_000, draws: 100 },
};

export interface TrackOptions {
  /** Updates between two readings. */
  readonly every: number;
  readonly examples: number | 'all';
  /** Default: {@link parameters}. */
  readonly sigmas?: readonly number[];
}

/**
 * The three losses over their parameters (G-track). Batch normalisation takes its running statistics, as a network does that is
 * used: those of batches would depend on the batch size, which is what is compared.
 */
export const trackProbe = (scale: Scale, { every, examples, sigmas = parameters[scale] }: TrackOptions): Probe => ({
  kind: 'alternative-losses',
  every: `${every} iterations`,
  examples,
  batchNorm: 'running',
  sigmas: [...sigmas],
  temperatures: [...parameters[scale]],
  margins: [...parameters[scale]],
});

/** Both sides of eq. 9 (G-bound). */
export const boundProbe = (scale: Scale, every: number): Probe => ({
  kind: 'g-bound',
  every: `${every} iterations`,
  ...smoothed[scale],
  sigmas: [...boundSigmas],
});

/** Only the end is kept. */
export const lastCheckpoint = (duration: string): NonNullable<SpecificationInput['checkpoints']> => ({
  every: duration,
  keep: 1,
});

/** SGD with momentum 0.9 and a constant learning rate; batches above the smallest are gathered from ghost batches of its size. */
const sgd = ({ rate, batch }: TrainedCondition, ghost: number): SpecificationInput['optimizer'] => ({
  name: 'sgd',
  learningRate: rate,
  momentum: 0.9,
  batchSize: batch,
  ...(batch > ghost ? { ghostBatchSize: ghost } : {}),
});

/** One run; readings are as close in examples whatever the batch. */
function specification(setting: Setting, scale: Scale, condition: TrainedCondition): SpecificationInput {
  const ghost = setting.batches[scale][0]!;
  const every = Math.max(1, Math.round((setting.every[scale] * ghost) / condition.batch));
  return {
    data: setting.data[scale],
    model: setting.model[scale],
    optimizer: sgd(condition, ghost),
    duration: setting.duration[scale],
    evaluate: setting.evaluate[scale],
    probes: [
      trackProbe(scale, { every, examples: setting.followed[scale] }),
      ...(setting === mnist ? [boundProbe(scale, boundFactor * every)] : []),
    ],
    checkpoints: lastCheckpoint(setting.duration[scale]),
  };
}

/** Eq. 9 is drawn by Monte Carlo, and dear: one reading for so many of the losses. */
const boundFactor = 4;

/** All learning rates with the smallest batch, then the other batches with the largest rate. */
const allConditions = (setting: Setting, scale: Scale): TrainedCondition[] => [
  ...conditionsOf(setting, 'rates', scale),
  ...conditionsOf(setting, 'batches', scale).slice(1),
];

const sgdExperiment = (setting: Setting, description: string, differences: string): TrainingExperiment => ({
  kind: 'training',
  id: setting.experiment,
  title: `Learning rates and batch sizes on ${setting.title}`,
  description,
  differences,
  rows: [
    ...['G-track', 'G-slice', 'G-models'],
    ...(setting === mnist ? ['G-gcdf', 'G-ce', 'G-hinge', 'G-bound'] : ['G-phase']),
  ],
  seeds,
  trials: (scale) =>
    allConditions(setting, scale).map((condition) => ({
      condition,
      specification: specification(setting, scale, condition),
    })),
});

export const mnistExperiment = sgdExperiment(
  mnist,
  'Six fully connected layers with batch normalisation are trained on MNIST by cross-entropy with several learning rates and ' +
    'batch sizes; the three losses over their parameters and both sides of equation 9 are followed.',
  'The paper does not state the width of the layers (512 here), its two middle learning rates (0.03 and 0.01 here), the rate ' +
    'of the large batches (0.1 here) or their middle size (2048 here). `laptop`: 6,000 examples, width 128, three rates, ' +
    'batches of 32 and 512; `smoke`: smaller and shorter still, rates 0.1 and 0.01, slices where all runs come by.',
);

export const cifarExperiment = sgdExperiment(
  cifar,
  'Two convolutions and three fully connected layers with batch normalisation are trained on CIFAR-10 by cross-entropy with ' +
    'several learning rates and batch sizes; the three losses over their parameters are followed.',
  'The paper does not state the sizes of the layers, its two middle learning rates (0.03 and 0.01 here), the rate of the large ' +
    'batches (0.1 here) or their middle size (2048 here). `laptop`: 1,000 examples, rates from 0.1 to 0.005, batches of 16 and 256; ' +
    '`smoke`: smaller and shorter still, rates 0.1 and 0.01, slices where all runs come by.',
);
