import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import { allNetworks, allOf, lastCheckpoint, mlpAmounts, settingOf, usual, type WalkNetwork } from './networks.ts';

/** What is varied: one axis at a time, through the usual batch size and learning rate. */
interface Grid {
  readonly networks: readonly WalkNetwork[];
  readonly batchSizes: readonly number[];
  readonly learningRates: readonly number[];
  /** Updates, the same for every batch size. */
  readonly length: number;
}

const grids: Readonly<Record<Scale, Grid>> = {
  smoke: { networks: ['mlp'], batchSizes: [25, 100], learningRates: [0.05, 0.1], length: 40 },
  laptop: {
    networks: ['mlp'],
    batchSizes: [25, 50, 100, 200, 400, 800],
    learningRates: [0.025, 0.05, 0.1, 0.2],
    length: 400,
  },
  paper: {
    networks: allNetworks,
    batchSizes: [50, 100, 200, 500, 1000],
    learningRates: [0.025, 0.05, 0.1, 0.2],
    length: 9000,
  },
};

interface Point {
  readonly batchSize: number;
  readonly learningRate: number;
}

/** Both axes of a grid; their common point once. */
const pointsOf = ({ batchSizes, learningRates }: Grid): Point[] => [
  ...batchSizes.map((batchSize) => ({ batchSize, learningRate: usual.learningRate })),
  ...learningRates
    .filter((learningRate) => learningRate !== usual.learningRate)
    .map((learningRate) => ({ batchSize: usual.batchSize, learningRate })),
];

function specificationOf(scale: Scale, network: WalkNetwork, { batchSize, learningRate }: Point): SpecificationInput {
  const duration = `${grids[scale].length} iterations`;
  return {
    ...settingOf(network, scale, network === 'mlp' ? mlpAmounts(scale) : allOf(network)),
    optimizer: { name: 'sgd', learningRate, batchSize },
    duration,
    evaluate: duration,
    probes: [{ kind: 'gradient-cosine' }, { kind: 'distance' }],
    checkpoints: lastCheckpoint(duration),
  };
}

export const rolesExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'W-roles',
  title: 'Batch size and learning rate',
  description:
    'SGD with several batch sizes at one learning rate, and with several learning rates at one batch size, for the same number ' +
    'of updates: cosine of consecutive gradients and distance from the start.',
  differences:
    'The values are ours, apart from batch 100 and learning rate 0.1. Below scale paper an MLP on a part of MNIST stands in for all networks.',
  rows: ['W-roles', 'W-cos', 'W-dist'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) =>
    grids[scale].networks.flatMap((network) =>
      pointsOf(grids[scale]).map((point) => ({
        condition: { network, ...point },
        specification: specificationOf(scale, network, point),
      })),
    ),
};
