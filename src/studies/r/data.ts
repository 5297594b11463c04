import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';

/** The data sets on which the paper trains. */
export const dataSets = ['mnist', 'cifar-10'] as const;
export type DataSetName = (typeof dataSets)[number];

/** How the noise of SGDL goes on: γ'/(1 + k) in update k, as in the paper, or γ' in every update. */
export type Decay = 'harmonic' | 'constant';

interface Extent {
  readonly hidden: readonly [number, number];
  readonly examples: number | 'all';
  readonly testExamples: number | 'all';
  readonly epochs: number;
  /** γ' ≥ 0, ascending. */
  readonly levels: readonly number[];
  /** Those that are also run without decay. */
  readonly constant: readonly number[];
}

const levels = [0, 0.0001, 0.001, 0.01, 0.1];

const extents: Readonly<Record<Scale, Extent>> = {
  smoke: { hidden: [16, 16], examples: 500, testExamples: 200, epochs: 2, levels: [0, 0.1], constant: [0.1] },
  laptop: { hidden: [128, 128], examples: 5000, testExamples: 2000, epochs: 10, levels, constant: [0.001, 0.01, 0.1] },
  paper: {
    hidden: [512, 512],
    examples: 'all',
    testExamples: 'all',
    epochs: 100,
    levels,
    constant: [0.001, 0.01, 0.1],
  },
};

/** γ' of the noise that decays, ascending from 0. */
export const noiseLevels = (scale: Scale): readonly number[] => extents[scale].levels;
/** γ' of the noise that stays. */
export const constantLevels = (scale: Scale): readonly number[] => extents[scale].constant;

function specification(scale: Scale, data: DataSetName, decay: Decay, noise: number): SpecificationInput {
  const { hidden, examples, testExamples, epochs } = extents[scale];
  return {
    data: { name: data, examples, testExamples },
    model: { name: 'mlp', hidden: [...hidden] },
    optimizer: { name: 'langevin', learningRate: 0.01, batchSize: 32, scale: noise, decay },
    duration: `${epochs} epochs`,
    evaluate: '1 epoch',
    checkpoints: { every: `${epochs} epochs`, keep: 1 },
    // Noise that stays can drive a network to infinity: that, too, is a result.
    onNonFinite: 'continue',
  };
}

export const dataExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'R-data',
  title: 'SGD with Langevin noise on MNIST and CIFAR-10',
  description:
    'Trains a fully connected network by SGD-Langevin for several noise levels γ′, with γ′/(1 + k) in update k as in the paper, and, ' +
    'beyond it, with noise that does not decay.',
  differences:
    'No dropout; inputs are centred and scaled. Constant noise is beyond the paper. Scale laptop has 5,000 images, 128 units a layer and 10 epochs.',
  rows: ['R-data'],
  seeds: { smoke: 3, laptop: 3, paper: 5 },
  trials: (scale) =>
    dataSets.flatMap((data) => [
      ...noiseLevels(scale).map((noise) => trial(scale, data, 'harmonic', noise)),
      ...constantLevels(scale).map((noise) => trial(scale, data, 'constant', noise)),
    ]),
};

const trial = (scale: Scale, data: DataSetName, decay: Decay, noise: number) => ({
  condition: { data, decay, noise },
  specification: specification(scale, data, decay, noise),
});
