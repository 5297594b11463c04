import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import { allOf, lastCheckpoint, settingOf, usual, type Amounts, type WalkNetwork } from './networks.ts';

type Optimizer = SpecificationInput['optimizer'];

/** Factors of the largest variance of a gradient's coordinate at initialisation. */
export const noiseFactors = [0.05, 0.1] as const;
/** Runs are rescued from the noise of this factor. */
export const rescuedFactor = 0.1;

/**
 * Variances of the noise in VGG-11 for the same two factors, as the paper reports them: measuring them takes the gradients of
 * single examples, which a network with batch normalisation does not have. ResNet-56, for which none are reported, takes the same.
 */
const reportedVariance: Readonly<Record<number, number>> = { 0.05: 0.014, 0.1: 0.028 };

/** How long a scale trains. Updates. */
interface Extent {
  readonly networks: readonly WalkNetwork[];
  readonly amounts: (network: WalkNetwork) => Amounts;
  /** Updates before the change of the update rule, and after it. */
  readonly before: number;
  readonly after: number;
  /** Updates between two evaluations; divides both. */
  readonly evaluate: number;
}

const extents: Readonly<Record<Scale, Extent>> = {
  smoke: {
    networks: ['mlp'],
    amounts: () => ({ examples: 500, validation: 200, testExamples: 200 }),
    before: 40,
    after: 20,
    evaluate: 5,
  },
  laptop: {
    networks: ['mlp'],
    amounts: () => ({ examples: 1000, validation: 2000, testExamples: 1000 }),
    before: 400,
    after: 200,
    evaluate: 20,
  },
  paper: { networks: ['mlp', 'vgg11', 'resnet'], amounts: allOf, before: 3000, after: 1500, evaluate: 50 },
};

/** When the update rule of a rescued run changes, in updates, and when the run ends. */
export const changeAt = (scale: Scale): number => extents[scale].before;
export const noiseEnd = (scale: Scale): number => extents[scale].before + extents[scale].after;

function noiseOf(network: WalkNetwork, factor: number) {
  return network === 'mlp'
    ? ({ kind: 'initial-variance', factor } as const)
    : ({ kind: 'given', standardDeviation: Math.sqrt(reportedVariance[factor]!) } as const);
}

const { learningRate, batchSize } = usual;
const sgd: Optimizer = { name: 'sgd', learningRate, batchSize };
const gd: Optimizer = { name: 'gd', learningRate, chunkSize: batchSize };
const noisy = (network: WalkNetwork, factor: number, rate: number = learningRate): Optimizer => ({
  name: 'gd',
  learningRate: rate,
  chunkSize: batchSize,
  noise: noiseOf(network, factor),
});

/** What a run begins with, and what it goes on with after the change; null: the same. */
interface Path {
  readonly condition: { readonly rule: 'gd' | 'sgd' | 'noise'; readonly factor: number; readonly then: string };
  readonly optimizer: Optimizer;
  readonly next: Optimizer | null;
}

/** The rules that the stuck run is switched to. The lower learning rate is a tenth, and the noise stays. */
function rescues(network: WalkNetwork): readonly (readonly [then: string, next: Optimizer])[] {
  return [
    ['sgd', sgd],
    ['lower rate', noisy(network, rescuedFactor, learningRate / 10)],
    ['gd', gd],
  ];
}

const pathsOf = (network: WalkNetwork): Path[] => [
  { condition: { rule: 'gd', factor: 0, then: 'same' }, optimizer: gd, next: null },
  { condition: { rule: 'sgd', factor: 0, then: 'same' }, optimizer: sgd, next: null },
  ...noiseFactors.map((factor) => ({
    condition: { rule: 'noise', factor, then: 'same' } as const,
    optimizer: noisy(network, factor),
    next: null,
  })),
  ...rescues(network).map(([then, next]) => ({
    condition: { rule: 'noise', factor: rescuedFactor, then } as const,
    optimizer: noisy(network, rescuedFactor),
    next,
  })),
];

function specificationOf(scale: Scale, network: WalkNetwork, { optimizer, next }: Path): SpecificationInput {
  const { amounts, before, evaluate } = extents[scale];
  const duration = `${noiseEnd(scale)} iterations`;
  return {
    ...settingOf(network, scale, amounts(network)),
    optimizer,
    ...(next && { changes: [{ at: `${before} iterations`, optimizer: next }] }),
    duration,
    evaluate: `${evaluate} iterations`,
    probes: [{ kind: 'gradient-cosine' }, { kind: 'distance' }],
    checkpoints: lastCheckpoint(duration),
    // A run that noise has carried away may diverge: that is a result.
    onNonFinite: 'continue',
  };
}

export const noiseExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'W-noise',
  title: 'Isotropic noise in the place of the noise of mini-batches',
  description:
    'Gradient descent, SGD, and gradient descent with isotropic Gaussian noise of two variances for the same number of updates; ' +
    'then a noisy run goes on with SGD, with a tenth of the learning rate, or without noise.',
  differences:
    'Below scale paper an MLP on a part of MNIST. Noise of networks with batch normalisation has the variances that the paper reports for VGG-11.',
  rows: ['W-noise'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) =>
    extents[scale].networks.flatMap((network) =>
      pathsOf(network).map((path) => ({
        condition: { network, ...path.condition },
        specification: specificationOf(scale, network, path),
      })),
    ),
};
