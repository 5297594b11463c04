import type { Scale, SpecificationInput } from '../contract/index.ts';
import type { Study } from './study.ts';

/** How much of the data a scale takes, and how long it trains. */
interface Extent {
  readonly examples: number | 'all';
  readonly testExamples: number | 'all';
  readonly batchSize: number;
  readonly duration: string;
}

/** A network of the papers on the data it was trained on there. */
interface Network {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly string[];
  readonly data: SpecificationInput['data'];
  readonly model: SpecificationInput['model'];
  /** The paper's update rule, without the batch size. */
  readonly optimizer: Extract<SpecificationInput['optimizer'], { name: 'sgd' }>;
  readonly scales: Readonly<Record<Scale, Extent>>;
}

/** SGD as paper W uses it: batch 100, learning rate 0.1, no momentum. */
const plain: Network['optimizer'] = { name: 'sgd', learningRate: 0.1 };
/** SGD as paper G uses it: momentum 0.9, constant learning rate. */
const withMomentum: Network['optimizer'] = { name: 'sgd', learningRate: 0.1, momentum: 0.9 };

const mnist = { name: 'mnist' } as const;
const cifar = { name: 'cifar-10' } as const;

const extent = (
  examples: number | 'all',
  testExamples: number | 'all',
  batchSize: number,
  duration: string,
): Extent => ({
  examples,
  testExamples,
  batchSize,
  duration,
});

const networks: readonly Network[] = [
  {
    name: 'mlp-mnist',
    title: 'MLP 784-512-512-10 on MNIST',
    rows: ['W-models'],
    data: mnist,
    model: { name: 'mlp', hidden: [512, 512] },
    optimizer: plain,
    scales: {
      smoke: extent(1000, 500, 100, '20 iterations'),
      laptop: extent('all', 'all', 100, '10 epochs'),
      paper: extent('all', 'all', 100, '100 epochs'),
    },
  },
  {
    name: 'fc6-mnist',
    title: 'Six fully connected layers with batch normalisation on MNIST',
    rows: ['G-models', 'M-models'],
    data: mnist,
    model: { name: 'fc6' },
    optimizer: withMomentum,
    scales: {
      smoke: extent(1000, 500, 100, '20 iterations'),
      laptop: extent('all', 'all', 256, '5 epochs'),
      paper: extent('all', 'all', 256, '100 epochs'),
    },
  },
  {
    name: 'fc6-cifar10',
    title: 'Six fully connected layers with batch normalisation on CIFAR-10',
    rows: ['M-models'],
    data: cifar,
    model: { name: 'fc6' },
    optimizer: plain,
    scales: {
      smoke: extent(500, 200, 50, '10 iterations'),
      laptop: extent(10_000, 2000, 256, '10 epochs'),
      paper: extent('all', 'all', 256, '100 epochs'),
    },
  },
  {
    name: 'lenet-mnist',
    title: 'LeNet on MNIST',
    rows: ['M-models'],
    data: mnist,
    model: { name: 'lenet' },
    optimizer: plain,
    scales: {
      smoke: extent(1000, 500, 100, '20 iterations'),
      laptop: extent('all', 'all', 100, '3 epochs'),
      paper: extent('all', 'all', 256, '100 epochs'),
    },
  },
  {
    name: 'cnn-cifar10',
    title: 'Two convolutions and three fully connected layers on CIFAR-10',
    rows: ['G-models'],
    data: cifar,
    model: { name: 'cnn' },
    optimizer: withMomentum,
    scales: {
      smoke: extent(500, 200, 50, '10 iterations'),
      laptop: extent(10_000, 2000, 256, '10 epochs'),
      paper: extent('all', 'all', 256, '100 epochs'),
    },
  },
  {
    name: 'vgg11-cifar10',
    title: 'VGG-11 with batch normalisation on CIFAR-10',
    rows: ['W-models'],
    data: cifar,
    model: { name: 'vgg11' },
    optimizer: plain,
    scales: {
      smoke: extent(200, 100, 20, '4 iterations'),
      laptop: extent(5000, 1000, 100, '3 epochs'),
      paper: extent('all', 'all', 100, '100 epochs'),
    },
  },
  {
    name: 'resnet20-cifar10',
    title: 'ResNet-20 on CIFAR-10',
    rows: ['F-models'],
    data: cifar,
    model: { name: 'resnet', depth: 20 },
    optimizer: plain,
    scales: {
      smoke: extent(200, 100, 20, '4 iterations'),
      laptop: extent(5000, 1000, 100, '10 epochs'),
      paper: extent('all', 'all', 100, '125 epochs'),
    },
  },
  {
    name: 'resnet56-cifar10',
    title: 'ResNet-56 on CIFAR-10',
    rows: ['W-models', 'F-models'],
    data: cifar,
    model: { name: 'resnet', depth: 56 },
    optimizer: {
      name: 'sgd',
      learningRate: {
        schedule: 'step',
        rate: 0.1,
        steps: [{ at: '60 epochs' }, { at: '100 epochs' }],
      },
    },
    scales: {
      smoke: extent(100, 50, 10, '3 iterations'),
      laptop: extent(2000, 500, 100, '3 epochs'),
      paper: extent('all', 'all', 100, '125 epochs'),
    },
  },
  {
    name: 'vgg11-tiny-imagenet',
    title: 'VGG-11 with batch normalisation on a Tiny ImageNet subset',
    rows: ['W-models'],
    data: { name: 'tiny-imagenet', classes: 20 },
    model: { name: 'vgg11' },
    optimizer: plain,
    scales: {
      smoke: extent(100, 50, 10, '3 iterations'),
      laptop: extent(2000, 500, 100, '2 epochs'),
      paper: extent('all', 'all', 100, '100 epochs'),
    },
  },
];

/** With the full batch an epoch is one iteration: lengths are counted in iterations. */
const fullBatchIterations: Record<Scale, string> = {
  smoke: '3 iterations',
  laptop: '100 iterations',
  paper: '1000 iterations',
};

const amount = (count: number | 'all'): string => (count === 'all' ? 'all' : count.toLocaleString('en'));

function study({ name, title, rows, data, model, optimizer, scales }: Network): Study {
  const describe = ({ examples, batchSize, duration }: Extent): string =>
    `${amount(examples)} examples, batch ${batchSize}, ${duration}`;
  return {
    name,
    title,
    description: `Trains the network and records loss and accuracy; add probes with --set probes='[{kind: distance}]'.`,
    rows,
    scales: { smoke: describe(scales.smoke), laptop: describe(scales.laptop), paper: describe(scales.paper) },
    specification(scale, choices = {}) {
      const { examples, testExamples, batchSize, duration } = scales[scale];
      const fullBatch = choices.optimizer === 'gd';
      return {
        data: { ...data, examples, testExamples } as SpecificationInput['data'],
        model,
        optimizer: fullBatch ? { name: 'gd', learningRate: 0.1 } : { ...optimizer, batchSize },
        duration: fullBatch ? fullBatchIterations[scale] : duration,
      };
    },
  };
}

/** The networks that the papers train, as runs of their own. */
export const networkStudies: readonly Study[] = networks.map(study);
