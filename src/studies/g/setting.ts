import type { Condition, Scale, SpecificationInput } from '../../contract/index.ts';
import { alternativeLosses } from '../../figures/index.ts';

/** One value for each scale. */
export type Scaled<T> = Readonly<Record<Scale, T>>;

/** The losses that are followed: where they are recorded, and how they and their parameters are written. */
export const losses = alternativeLosses;
export type LossName = keyof typeof losses;
export const lossNames = Object.keys(losses) as LossName[];

/** The paper calls σ = 0.5 small, 1 intermediate and 8 large; T and γ are looked at at the same values. */
export const [smallParameter, middleParameter, largeParameter] = [0.5, 1, 8] as const;

/** Values of σ, T and γ along a slice. The largest one is large enough for every loss to be a straight line in the scores. */
export const parameters: Scaled<readonly number[]> = {
  smoke: [0.125, 0.5, 1, 2, 8, 32],
  laptop: [0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32],
  paper: [0.125, 0.25, 0.5, 0.7, 1, 1.4, 2, 4, 8, 16, 32],
};

/** Standard deviations at which eq. 9 is measured. */
export const boundSigmas = [0.25, 0.5, 1, 2, 8] as const;

/** A data set with the network that the paper trains on it. */
export interface Setting {
  readonly experiment: 'G-mnist' | 'G-cifar10';
  readonly title: string;
  readonly data: Scaled<SpecificationInput['data']>;
  readonly model: Scaled<SpecificationInput['model']>;
  /** Learning rates, the largest first. The paper names 0.1 and 0.001 of its four. */
  readonly rates: Scaled<readonly number[]>;
  /** Batch sizes, the smallest first, which is also the ghost batch of the others. */
  readonly batches: Scaled<readonly number[]>;
  readonly duration: Scaled<string>;
  readonly evaluate: Scaled<string>;
  /** Updates by the smallest batch between two readings of the losses. */
  readonly every: Scaled<number>;
  /** Training examples on which losses are followed, the same ones for all of them and for the training loss beside them. */
  readonly followed: Scaled<number | 'all'>;
  /** The training loss of a slice: the paper's, at `smoke` one that all runs cross. */
  readonly level: Scaled<number>;
  /** Training losses over which a phase plot is read. */
  readonly levels: Scaled<readonly number[]>;
}

export const mnist: Setting = {
  experiment: 'G-mnist',
  title: 'MNIST',
  data: {
    smoke: { name: 'mnist', examples: 800, testExamples: 200 },
    laptop: { name: 'mnist', examples: 6000, testExamples: 2000 },
    paper: { name: 'mnist' },
  },
  model: {
    smoke: { name: 'fc6', units: 64, normaliseFeatures: true },
    laptop: { name: 'fc6', units: 128, normaliseFeatures: true },
    paper: { name: 'fc6', normaliseFeatures: true },
  },
  rates: { smoke: [0.1, 0.01], laptop: [0.1, 0.01, 0.001], paper: [0.1, 0.03, 0.01, 0.001] },
  batches: { smoke: [16, 64], laptop: [32, 512], paper: [256, 2048, 16_384] },
  duration: { smoke: '2 epochs', laptop: '120 epochs', paper: '200 epochs' },
  evaluate: { smoke: '2 epochs', laptop: '30 epochs', paper: '1 epoch' },
  every: { smoke: 4, laptop: 40, paper: 20 },
  followed: { smoke: 'all', laptop: 1000, paper: 10_000 },
  level: { smoke: 2, laptop: 0.08, paper: 0.08 },
  levels: { smoke: [2.1, 2], laptop: [0.3, 0.2, 0.15, 0.1, 0.08], paper: [0.3, 0.2, 0.15, 0.1, 0.08] },
};

export const cifar: Setting = {
  experiment: 'G-cifar10',
  title: 'CIFAR-10',
  data: {
    smoke: { name: 'cifar-10', examples: 320, testExamples: 100 },
    laptop: { name: 'cifar-10', examples: 1000, testExamples: 1000 },
    paper: { name: 'cifar-10' },
  },
  model: {
    smoke: { name: 'cnn', normaliseFeatures: true },
    laptop: { name: 'cnn', normaliseFeatures: true },
    paper: { name: 'cnn', normaliseFeatures: true },
  },
  rates: { smoke: [0.1, 0.01], laptop: [0.1, 0.02, 0.005], paper: [0.1, 0.03, 0.01, 0.001] },
  batches: { smoke: [16, 64], laptop: [16, 256], paper: [256, 2048, 16_384] },
  duration: { smoke: '3 epochs', laptop: '40 epochs', paper: '200 epochs' },
  evaluate: { smoke: '3 epochs', laptop: '20 epochs', paper: '1 epoch' },
  every: { smoke: 6, laptop: 20, paper: 20 },
  followed: { smoke: 'all', laptop: 500, paper: 10_000 },
  level: { smoke: 2.15, laptop: 0.6, paper: 0.6 },
  levels: { smoke: [2.2, 2.15], laptop: [1.4, 1.2, 1, 0.8, 0.6], paper: [1.4, 1.2, 1, 0.8, 0.6] },
};

/** What was changed between two runs whose curves cross. */
export const contrastKinds = ['rates', 'batches'] as const;
export type ContrastKind = (typeof contrastKinds)[number];

/** Two conditions of an experiment that differ in how noisy their gradients are. */
export interface Contrast {
  readonly experiment: string;
  /** The larger learning rate, or the smaller batch. */
  readonly noisy: Condition;
  readonly quiet: Condition;
}

/** The largest learning rate against the smallest, or the smallest batch against the largest. */
export function contrastOf(setting: Setting, kind: ContrastKind, scale: Scale): Contrast {
  const trained = conditionsOf(setting, kind, scale);
  return { experiment: setting.experiment, noisy: trained[0]!, quiet: trained.at(-1)! };
}

/** The runs of a phase plot, the noisiest first: all learning rates with the smallest batch, or all batches with the largest rate. */
export const conditionsOf = (setting: Setting, kind: ContrastKind, scale: Scale): TrainedCondition[] =>
  kind === 'rates'
    ? setting.rates[scale].map((rate) => ({ rate, batch: setting.batches[scale][0]! }))
    : setting.batches[scale].map((batch) => ({ rate: setting.rates[scale][0]!, batch }));

/** What tells the runs of a setting apart. */
export type TrainedCondition = { readonly rate: number; readonly batch: number };
