import { ThalwegError } from '../../base/index.ts';
import type { Condition, Scale, SpecificationInput } from '../../contract/index.ts';

/** The networks of row W-models, as conditions name them. */
export type WalkNetwork = 'mlp' | 'resnet' | 'vgg11' | 'vgg11-tiny-imagenet';

/** How much of the data is trained on, kept apart, and tested on. */
export interface Amounts {
  readonly examples: number;
  readonly validation: number;
  readonly testExamples: number | 'all';
}

type Setting = Pick<SpecificationInput, 'data' | 'model'>;

/** The learning rate, and the batch size, of the paper where it does not say otherwise. */
export const usual = { learningRate: 0.1, batchSize: 100 } as const;

/** The second learning rate of ResNet-56 (figure 7, table 2). */
export const residualRate = 0.3;

/** Widths of the MLP, which the paper does not state. */
const hidden: Readonly<Record<Scale, number[]>> = { smoke: [32], laptop: [128, 128], paper: [512, 512] };

/** A network with its data. `depth` is that of the residual network. */
export function settingOf(network: WalkNetwork, scale: Scale, amounts: Amounts, depth = 56): Setting {
  switch (network) {
    case 'mlp':
      return { data: { name: 'mnist', ...amounts }, model: { name: 'mlp', hidden: hidden[scale], activation: 'relu' } };
    case 'resnet':
      return { data: { name: 'cifar-10', ...amounts }, model: { name: 'resnet', depth } };
    case 'vgg11':
      return { data: { name: 'cifar-10', ...amounts }, model: { name: 'vgg11' } };
    case 'vgg11-tiny-imagenet':
      return { data: { name: 'tiny-imagenet', classes: 20, ...amounts }, model: { name: 'vgg11' } };
  }
}

/** All that there is of a network's data, less the validation set: 450 updates an epoch on CIFAR-10, as in the paper. */
export function allOf(network: WalkNetwork): Amounts {
  switch (network) {
    case 'mlp':
      return { examples: 50_000, validation: 10_000, testExamples: 'all' };
    case 'vgg11-tiny-imagenet':
      return { examples: 9000, validation: 1000, testExamples: 'all' };
    case 'vgg11':
    case 'resnet':
      return { examples: 45_000, validation: 5000, testExamples: 'all' };
  }
}

/** The part of MNIST that the MLP trains on at the two small scales. */
export const mlpAmounts = (scale: Scale): Amounts =>
  ({
    smoke: { examples: 500, validation: 200, testExamples: 200 },
    laptop: { examples: 4000, validation: 2000, testExamples: 2000 },
    paper: allOf('mlp'),
  })[scale];

/** Every network of the paper. */
export const allNetworks: readonly WalkNetwork[] = ['mlp', 'vgg11', 'resnet', 'vgg11-tiny-imagenet'];

/** How a network is called in figures and tables. */
export const networkTitles: Readonly<Record<WalkNetwork, string>> = {
  mlp: 'MLP, MNIST',
  vgg11: 'VGG-11, CIFAR-10',
  resnet: 'ResNet, CIFAR-10',
  'vgg11-tiny-imagenet': 'VGG-11, Tiny ImageNet',
};

/** The network of a condition. Throws `NO_DATA` where it names none. */
export function networkIn({ network }: Condition): WalkNetwork {
  const found = allNetworks.find((candidate) => candidate === network);
  if (found) return found;
  throw new ThalwegError(
    'NO_DATA',
    `condition: expected a network of ${allNetworks.join(', ')}, got ${String(network)}`,
  );
}

/** Only the last checkpoint: nothing reads the others. */
export const lastCheckpoint = (duration: string): SpecificationInput['checkpoints'] => ({ every: duration, keep: 1 });
