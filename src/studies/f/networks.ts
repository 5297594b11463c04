import type { Scale, SpecificationInput } from '../../contract/index.ts';

/** How much of CIFAR-10, which ResNet, and how long: what a scale changes. */
export interface Extent {
  readonly depth: number;
  readonly examples: number | 'all';
  readonly testExamples: number | 'all';
  /** The batch sizes of table 1, in the paper 100, 200 and 500. */
  readonly batchSizes: readonly [number, number, number];
  readonly epochs: number;
  /** Epochs after which the learning rate is divided by 10. */
  readonly steps: readonly [number, number];
  /** Share of a batch in the running statistics. Few updates leave no time for the 0.01 of Keras. */
  readonly momentum: number;
  /** Examples on which curvature and noise are measured. */
  readonly measured: number;
}

export const extents: Readonly<Record<Scale, Extent>> = {
  smoke: {
    depth: 8,
    examples: 100,
    testExamples: 50,
    batchSizes: [10, 20, 50],
    epochs: 4,
    steps: [2, 3],
    momentum: 0.1,
    measured: 20,
  },
  laptop: {
    depth: 8,
    examples: 1000,
    testExamples: 300,
    batchSizes: [20, 40, 100],
    epochs: 15,
    steps: [8, 12],
    momentum: 0.1,
    measured: 200,
  },
  paper: {
    depth: 56,
    examples: 'all',
    testExamples: 'all',
    batchSizes: [100, 200, 500],
    epochs: 125,
    steps: [60, 100],
    momentum: 0.01,
    measured: 2000,
  },
};

/** The learning rates of table 1, at every scale. */
export const learningRates = [0.08, 0.2, 0.5] as const;

/** A batch size m and a learning rate δ. */
export interface Step {
  readonly batchSize: number;
  readonly learningRate: number;
}

/** The nine settings of table 1, in its order. */
export const tableSteps = ({ batchSizes }: Extent): Step[] =>
  batchSizes.flatMap((batchSize) => learningRates.map((learningRate) => ({ batchSize, learningRate })));

/** Settings of figures 2 and 3, as far as their ratios of batch size and learning rate lie from each other. */
export interface FigureSteps {
  /** Both multiplied by the same number: one ratio. */
  readonly equal: readonly [Step, Step];
  /** A ratio 1.25 times as large. */
  readonly near: Step;
  /** A fifth of the ratio, and 6.25 times the ratio. */
  readonly far: readonly [Step, Step];
}

/** The text of the paper does not name its settings: these are the ones of table 1 that fit its description. */
export function figureSteps(scale: Scale): FigureSteps {
  const [small, middle, large] = extents[scale].batchSizes;
  const [low, medium, high] = learningRates;
  return {
    equal: [
      { batchSize: middle, learningRate: medium },
      { batchSize: large, learningRate: high },
    ],
    near: { batchSize: small, learningRate: low },
    far: [
      { batchSize: small, learningRate: high },
      { batchSize: large, learningRate: low },
    ],
  };
}

/** All settings of a figure. */
export const stepsOf = ({ equal, near, far }: FigureSteps): Step[] => [...equal, near, ...far];
/** Those with equal and with far ratios. */
export const outerStepsOf = ({ equal, far }: FigureSteps): Step[] => [...equal, ...far];

export type NetworkLoss = 'kullback-leibler' | 'log-loss' | 'log-loss-gradient';

/**
 * The network, its data and its loss. The paper's Keras adds `1e-4·‖w‖²` of the convolutions; ours is `½·2e-4·‖w‖²` of all weights,
 * those of the scores included.
 */
export function network(
  { depth, examples, testExamples, momentum }: Extent,
  loss: NetworkLoss,
): Pick<SpecificationInput, 'data' | 'model' | 'loss'> {
  return {
    data: { name: 'cifar-10', examples, testExamples },
    model: { name: 'resnet', depth, shortcut: 'projection', batchNorm: { momentum, epsilon: 1e-3 } },
    loss: { name: loss, l2: { strength: 2e-4, biases: false } },
  };
}

/** Training with the paper's schedule: the learning rate is divided by 10 at two epochs. */
export function training(extent: Extent, loss: NetworkLoss, { batchSize, learningRate }: Step): SpecificationInput {
  return {
    ...network(extent, loss),
    optimizer: {
      name: 'sgd',
      batchSize,
      learningRate: {
        schedule: 'step',
        rate: learningRate,
        steps: extent.steps.map((epoch) => ({ at: `${epoch} epochs`, factor: 0.1 })),
      },
    },
    duration: `${extent.epochs} epochs`,
    evaluate: '1 epoch',
    checkpoints: { every: `${extent.epochs} epochs`, keep: 1 },
  };
}
