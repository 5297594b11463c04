import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import { walkProbes } from '../walk/probes.ts';
import {
  allNetworks,
  allOf,
  lastCheckpoint,
  mlpAmounts,
  settingOf,
  usual,
  type Amounts,
  type WalkNetwork,
} from './networks.ts';

type Rule = 'gd' | 'sgd';
const rules: readonly Rule[] = ['gd', 'sgd'];

/** What one network walks through. */
interface Walk {
  readonly network: WalkNetwork;
  readonly amounts: Amounts;
  readonly batchSize: number;
  /** Updates. */
  readonly length: number;
  readonly depth?: number;
}

const part = (examples: number): Amounts => ({ examples, validation: 100, testExamples: 100 });

/** Updates of a walk: figures 1 and 2 show 40. */
export const walkLength: Readonly<Record<Scale, number>> = { smoke: 12, laptop: 40, paper: 40 };

/** The network on which the paper's main text rests, or what stands in for it. */
export const mainNetwork: Readonly<Record<Scale, WalkNetwork>> = { smoke: 'mlp', laptop: 'resnet', paper: 'vgg11' };

const walks: Readonly<Record<Scale, readonly Walk[]>> = {
  smoke: [{ network: 'mlp', amounts: mlpAmounts('smoke'), batchSize: 100, length: walkLength.smoke }],
  laptop: [
    { network: 'mlp', amounts: mlpAmounts('laptop'), batchSize: 100, length: walkLength.laptop },
    { network: 'resnet', amounts: part(400), batchSize: 100, length: walkLength.laptop, depth: 8 },
  ],
  paper: allNetworks.map((network) => ({
    network,
    amounts: allOf(network),
    batchSize: usual.batchSize,
    length: walkLength.paper,
  })),
};

/** The full batch in chunks of SGD's batch size: with batch normalisation both rules then descend the same loss. */
const optimizerOf = (rule: Rule, batchSize: number): SpecificationInput['optimizer'] =>
  rule === 'gd'
    ? { name: 'gd', learningRate: usual.learningRate, chunkSize: batchSize }
    : { name: 'sgd', learningRate: usual.learningRate, batchSize };

function specificationOf(
  scale: Scale,
  rule: Rule,
  { network, amounts, batchSize, length, depth }: Walk,
  probes: SpecificationInput['probes'],
): SpecificationInput {
  const duration = `${length} iterations`;
  return {
    ...settingOf(network, scale, amounts, depth),
    optimizer: optimizerOf(rule, batchSize),
    duration,
    evaluate: duration,
    probes,
    checkpoints: lastCheckpoint(duration),
  };
}

const trialsOf = (scale: Scale, among: readonly Walk[], probes: SpecificationInput['probes']) =>
  among.flatMap((walk) =>
    rules.map((rule) => ({
      condition: { network: walk.network, rule },
      specification: specificationOf(scale, rule, walk, probes),
    })),
  );

export const walkExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'W-walk',
  title: 'Forty updates of gradient descent and of SGD',
  description:
    'The same network starts from the same weights once with the full batch and once with mini-batches; the training loss is ' +
    'interpolated between all consecutive iterates, beside the cosine of consecutive gradients and the distance from the start.',
  differences:
    'At scale laptop a residual network of 8 layers on 400 images stands in for VGG-11, and the MLP has 128 units a layer; at ' +
    'scale smoke there is only a small MLP.',
  rows: ['W-interp', 'W-cos', 'W-dist'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) => trialsOf(scale, walks[scale], walkProbes()),
};

/** Networks of row W-models that are too large to be interpolated at the two small scales: few images, few updates. */
const large: Readonly<Record<Scale, readonly Walk[]>> = {
  smoke: [{ network: 'resnet', amounts: part(20), batchSize: 10, length: 4, depth: 8 }],
  laptop: (['vgg11', 'resnet', 'vgg11-tiny-imagenet'] as const).map((network) => ({
    network,
    amounts: part(80),
    batchSize: 20,
    length: 15,
  })),
  paper: allNetworks.map((network) => ({
    network,
    amounts: allOf(network),
    batchSize: usual.batchSize,
    length: walkLength.paper,
  })),
};

export const networksExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'W-models',
  title: 'Gradient descent and SGD on every network',
  description:
    'VGG-11 and ResNet-56 on CIFAR-10 and VGG-11 on a Tiny ImageNet subset: cosine of consecutive gradients and distance from ' +
    'the start, with the full batch and with mini-batches.',
  differences:
    'At scale laptop 80 images in batches of 20, and 15 updates; at scale smoke 20 images, 4 updates and a residual network of 8 layers.',
  rows: ['W-models', 'W-cos', 'W-dist'],
  seeds: { smoke: 3, laptop: 3, paper: 5 },
  trials: (scale) => trialsOf(scale, large[scale], [{ kind: 'gradient-cosine' }, { kind: 'distance' }]),
};
