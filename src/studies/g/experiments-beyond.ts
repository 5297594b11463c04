import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import { classes } from './score-gap.ts';
import { boundProbe, lastCheckpoint, seeds, trackProbe } from './experiments.ts';
import {
  largeParameter,
  mnist,
  parameters,
  smallParameter,
  type Contrast,
  type LossName,
  type Scaled,
} from './setting.ts';

/** A standard deviation small enough for Gcdf to be the training error; trained margins are a hundred times larger. */
export const tinySigma = 0.01;

/** Two classes, where Gcdf is the smoothed 0-1 loss itself. */
export const binaryExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'G-binary',
  title: 'Two classes',
  description:
    'A fully connected network is trained on two overlapping clusters, the case for which the paper derives the Gcdf loss; the ' +
    'loss, the error under noise of the top layer and both sides of equation 9 are followed.',
  differences: 'The paper derives the loss for two classes and trains on ten; clusters are generated.',
  rows: ['G-gcdf', 'G-bound'],
  seeds,
  trials: (scale) => {
    const [examples, duration] = binaryExtent[scale];
    return [
      {
        condition: {},
        specification: {
          data: { name: 'clusters', classes: 2, dimension: 20, separation: 1, examples, testExamples: 200 },
          model: { name: 'mlp', hidden: [32], normaliseFeatures: true },
          optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.9, batchSize: 32 },
          duration,
          evaluate: duration,
          probes: [
            trackProbe(scale, { every: 10, examples: followed[scale], sigmas: [tinySigma, ...parameters[scale]] }),
            boundProbe(scale, 20),
          ],
          checkpoints: lastCheckpoint(duration),
        },
      },
    ];
  },
};

/** Examples on which losses are followed. */
const followed: Scaled<number | 'all'> = { smoke: 'all', laptop: 'all', paper: 10_000 };

const binaryExtent: Scaled<readonly [examples: number, duration: string]> = {
  smoke: [480, '60 iterations'],
  laptop: [2400, '600 iterations'],
  paper: [12_000, '3000 iterations'],
};

/** A loss that a network is trained on. */
export type Objective = { readonly loss: LossName; readonly parameter: number };

/** The losses that are trained on: cross-entropy as everywhere, then each at a small and a large parameter. */
export function objectivesOf(scale: Scale): Objective[] {
  const trained = scale === 'smoke' ? [largeParameter] : [smallParameter, largeParameter];
  const each = (loss: LossName, values: readonly number[]): Objective[] =>
    values.map((parameter) => ({ loss, parameter }));
  const middle = scale === 'smoke' ? [] : [1];
  return [
    { loss: 'crossEntropy', parameter: 1 },
    ...each('crossEntropy', trained),
    ...each('gcdf', [...middle, ...trained]),
    ...each('hinge', [...middle, ...trained]),
  ];
}

/** How a specification names that loss. */
function lossOf({ loss, parameter }: Objective): NonNullable<SpecificationInput['loss']> {
  switch (loss) {
    case 'gcdf':
      return { name: 'gcdf', sigma: parameter };
    case 'crossEntropy':
      return { name: 'cross-entropy', temperature: parameter };
    case 'hinge':
      return { name: 'hinge', margin: parameter };
  }
}

/** Slope |∂ℓ/∂s_y| of a loss where all scores of the ten classes of MNIST are equal. */
function slopeOf({ loss, parameter }: Objective): number {
  switch (loss) {
    case 'gcdf':
      return (classes - 1) / (2 * parameter * Math.sqrt(Math.PI));
    case 'crossEntropy':
      return (1 - 1 / classes) / parameter;
    case 'hinge':
      return classes - 1;
  }
}

/**
 * The learning rate 0.1 of cross-entropy, scaled so that the first updates by any loss move the scores as far: losses are then told
 * apart by their shapes, not by the size of their gradients.
 */
const rateOf = (objective: Objective): number =>
  (0.1 * slopeOf({ loss: 'crossEntropy', parameter: 1 })) / slopeOf(objective);

/** How long networks are trained on alternative losses, and by other update rules. */
const directDuration: Scaled<string> = { smoke: '2 epochs', laptop: '6 epochs', paper: '100 epochs' };
const ruleDuration: Scaled<string> = { smoke: '2 epochs', laptop: '20 epochs', paper: '200 epochs' };

/** What experiments beyond the paper share with that on MNIST. */
const mnistTraining = (scale: Scale, duration: string): Omit<SpecificationInput, 'optimizer'> => ({
  data: mnist.data[scale],
  model: mnist.model[scale],
  duration,
  evaluate: duration,
  probes: [trackProbe(scale, { every: mnist.every[scale], examples: mnist.followed[scale] })],
  checkpoints: lastCheckpoint(duration),
});

export const directExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'G-direct',
  title: 'Training on each alternative loss',
  description:
    'The network of MNIST is trained on each of the losses that are otherwise only followed, at several parameters, for the same ' +
    'number of updates; all losses are followed in each run.',
  differences:
    'The paper names this as what one would like to do; its settings are ours. Learning rates are scaled so that the first updates by any loss move the scores as far.',
  rows: ['G-direct'],
  seeds,
  trials: (scale) =>
    objectivesOf(scale).map((objective) => ({
      condition: objective,
      specification: {
        ...mnistTraining(scale, directDuration[scale]),
        loss: lossOf(objective),
        optimizer: {
          name: 'sgd',
          learningRate: rateOf(objective),
          momentum: 0.9,
          batchSize: mnist.batches[scale][0]!,
        },
      },
    })),
};

/** Update rules beyond SGD, with a large and a small learning rate each. */
export const rules = ['adam', 'rmsprop', 'sam'] as const;
export type Rule = (typeof rules)[number];

/** The small rate at `smoke` lets short runs come by the same training loss. */
const ruleRates: Readonly<Record<Rule, Scaled<readonly [large: number, small: number]>>> = {
  adam: { smoke: [0.01, 0.001], laptop: [0.01, 0.001], paper: [0.01, 0.0001] },
  rmsprop: { smoke: [0.01, 0.001], laptop: [0.01, 0.001], paper: [0.01, 0.0001] },
  sam: { smoke: [0.1, 0.01], laptop: [0.1, 0.01], paper: [0.1, 0.001] },
};

/** The large against the small learning rate of a rule. */
export const ruleContrast = (rule: Rule, scale: Scale): Contrast => {
  const [large, small] = ruleRates[rule][scale];
  return { experiment: 'G-rules', noisy: { rule, rate: large }, quiet: { rule, rate: small } };
};

function ruleOf(rule: Rule, rate: number, batchSize: number): SpecificationInput['optimizer'] {
  const common = { learningRate: rate, batchSize };
  return rule === 'sam' ? { name: rule, ...common, momentum: 0.9 } : { name: rule, ...common };
}

export const rulesExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'G-rules',
  title: 'Large and small learning rates of Adam, RMSProp and SAM',
  description:
    'The network of MNIST is trained by cross-entropy with adaptive and sharpness-aware update rules, each with a large and a ' +
    'small learning rate; the three losses over their parameters are followed.',
  differences:
    'The paper names adaptive methods as future work; the learning rates are ours, around the default of each rule.',
  rows: ['G-direct'],
  seeds,
  trials: (scale) =>
    rules.flatMap((rule) =>
      ruleRates[rule][scale].map((rate) => ({
        condition: { rule, rate },
        specification: {
          ...mnistTraining(scale, ruleDuration[scale]),
          optimizer: ruleOf(rule, rate, mnist.batches[scale][0]!),
        },
      })),
    ),
};
