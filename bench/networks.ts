import type { Shape } from '../src/base/index.ts';
import type { Specification } from '../src/contract/index.ts';

/** Constants of batch normalisation as a specification fills them in. */
const batchNorm = { momentum: 0.1, epsilon: 1e-5 };
const normaliseFeatures = false;

export interface BenchNetwork {
  readonly title: string;
  readonly model: Specification['model'];
  readonly inputShape: Shape;
  /** Repetitions of a step in one round. */
  readonly repeats: number;
}

const grey = [1, 28, 28];
const colour = [3, 32, 32];

/** The networks whose steps and evaluations are measured, by the names that bench/peers/torch_bench.py knows too. */
export const benchNetworks = {
  mlp: {
    title: 'MLP 784-512-512-10',
    model: { name: 'mlp', hidden: [512, 512], activation: 'relu', normaliseFeatures },
    inputShape: grey,
    repeats: 60,
  },
  fc6: {
    title: '6-layer network with BN, MNIST',
    model: { name: 'fc6', units: 512, batchNorm, normaliseFeatures },
    inputShape: grey,
    repeats: 30,
  },
  lenet: { title: 'LeNet, MNIST', model: { name: 'lenet', normaliseFeatures }, inputShape: grey, repeats: 30 },
  cnn: {
    title: 'CNN of paper G, CIFAR-10',
    model: { name: 'cnn', batchNorm, normaliseFeatures },
    inputShape: colour,
    repeats: 9,
  },
  vgg11: {
    title: 'VGG-11 with BN, CIFAR-10',
    model: { name: 'vgg11', batchNorm, normaliseFeatures },
    inputShape: colour,
    repeats: 2,
  },
  resnet20: {
    title: 'ResNet-20, CIFAR-10',
    model: { name: 'resnet', depth: 20, shortcut: 'projection', batchNorm, normaliseFeatures },
    inputShape: colour,
    repeats: 3,
  },
  resnet56: {
    title: 'ResNet-56, CIFAR-10',
    model: { name: 'resnet', depth: 56, shortcut: 'projection', batchNorm, normaliseFeatures },
    inputShape: colour,
    repeats: 1,
  },
} as const satisfies Record<string, BenchNetwork>;

export type BenchNetworkName = keyof typeof benchNetworks;
