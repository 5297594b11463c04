import type { Scale, SpecificationInput } from '../../contract/index.ts';

/** The networks of paper M, by the name of the condition. */
export const networks = ['lenet-mnist', 'fc6-mnist', 'fc6-cifar10'] as const;
export type NetworkName = (typeof networks)[number];

/** As they are called in figures, tables and statements. */
export const networkTitles: Readonly<Record<NetworkName, string>> = {
  'lenet-mnist': 'LeNet on MNIST',
  'fc6-mnist': 'fully connected + BN on MNIST',
  'fc6-cifar10': 'fully connected + BN on CIFAR-10',
};

/** Plain SGD at the learning rate of the paper's table 1. */
export const plainSgd = (batchSize: number): SpecificationInput['optimizer'] => ({
  name: 'sgd',
  learningRate: 0.1,
  batchSize,
});

/** How the networks are trained and measured. */
export interface CorrelationSetting {
  readonly examples: Readonly<Record<NetworkName, number | 'all'>>;
  readonly testExamples: number | 'all';
  readonly batchSize: number;
  /** Updates; a multiple of twice `every`. */
  readonly updates: number;
  /** Updates between two measurements. */
  readonly every: number;
  /** Examples whose Hessian traces are taken: 1,000 in the paper. */
  readonly traces: number;
}

export const correlationSettings: Readonly<Record<Scale, CorrelationSetting>> = {
  smoke: {
    examples: { 'lenet-mnist': 1000, 'fc6-mnist': 1000, 'fc6-cifar10': 500 },
    testExamples: 500,
    batchSize: 50,
    updates: 48,
    every: 8,
    traces: 200,
  },
  laptop: {
    examples: { 'lenet-mnist': 20_000, 'fc6-mnist': 20_000, 'fc6-cifar10': 10_000 },
    testExamples: 5000,
    batchSize: 100,
    updates: 2000,
    every: 100,
    traces: 1000,
  },
  paper: {
    examples: { 'lenet-mnist': 'all', 'fc6-mnist': 'all', 'fc6-cifar10': 'all' },
    testExamples: 'all',
    batchSize: 256,
    updates: 10_000,
    every: 250,
    traces: 1000,
  },
};

/** How small and large batches are compared. */
export interface BatchSetting {
  readonly examples: number | 'all';
  readonly testExamples: number | 'all';
  readonly units: number;
  readonly small: number;
  /** 16 times the small batch, as in the paper. */
  readonly large: number;
  /** Updates of both methods; a multiple of 16. */
  readonly updates: number;
  /** How many times as long the large batch goes on training. */
  readonly longer: number;
  /** Examples whose Hessian traces are taken. */
  readonly traces: number;
}

export const batchSettings: Readonly<Record<Scale, BatchSetting>> = {
  smoke: {
    examples: 1000,
    testExamples: 500,
    units: 64,
    small: 32,
    large: 512,
    updates: 48,
    longer: 2,
    traces: 200,
  },
  laptop: {
    examples: 4096,
    testExamples: 'all',
    units: 256,
    small: 32,
    large: 512,
    updates: 1600,
    longer: 4,
    traces: 1000,
  },
  paper: {
    examples: 'all',
    testExamples: 'all',
    units: 512,
    small: 256,
    large: 4096,
    updates: 10_000,
    longer: 4,
    traces: 1000,
  },
};

/** Updates after which the large batch has seen as many epochs as the small one at its end. */
export const equalEpochs = ({ updates, small, large }: BatchSetting): number => (updates * small) / large;
