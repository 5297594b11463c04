import {
  createFullGradient,
  createHessian,
  ExampleEvaluator,
  exactTraces,
  gradientNoise,
} from '../src/curvature/index.ts';
import type { MeasuredNetwork } from '../src/curvature/index.ts';
import { leadingEigenpairs, probeVector } from '../src/linop/index.ts';
import { Evaluator } from '../src/train/index.ts';
import type { Thalweg, Timed } from './thalweg.ts';
import { timed } from './timed.ts';

/** Curvature, gradient noise and margins: the same sizes as bench/peers/torch_curvature.py. */

export interface CurvatureMeasure {
  readonly name: string;
  readonly title: string;
  /** Repetitions in one round. */
  readonly repeats: number;
  readonly prepare: (thalweg: Thalweg) => Promise<Timed>;
}

/** Examples of a measure, and in one chunk. */
type Sizes = readonly [count: number, chunk: number];
const sizes: Record<'mlp' | 'lenet' | 'resnet20', Sizes> = {
  mlp: [10_000, 1000],
  lenet: [2000, 250],
  resnet20: [100, 100],
};
const exactTraceExamples = { count: 1000, chunk: 100 };
const marginExamples = { count: 10_000, chunk: 1000 };

/** As many parameters as row G tracks, for each of the three losses. */
const losses = {
  gcdf: [0.25, 0.5, 1, 2, 4, 8, 16, 32],
  crossEntropy: [0.125, 0.25, 0.5, 1, 2, 4, 8, 16],
  hinge: [0.125, 0.25, 0.5, 1, 2, 4, 8, 16],
};

const gradient = async (network: MeasuredNetwork): Promise<Timed> => {
  const full = await createFullGradient(network);
  return (repeats) => timed(repeats, () => full.at(network));
};

const hessianProduct = async (network: MeasuredNetwork): Promise<Timed> => {
  const hessian = await createHessian(network);
  const v = probeVector({
    distribution: 'rademacher',
    size: hessian.size,
    dtype: 'float32',
    seed: 1,
    name: 'bench',
    index: 0,
  });
  return (repeats) => timed(repeats, () => hessian.apply(v));
};

const names = {
  mlp: 'MLP, 10,000 images',
  lenet: 'LeNet, 2,000 images',
  resnet20: 'ResNet-20 in train mode, 100 images',
};

export const curvatureMeasures: readonly CurvatureMeasure[] = [
  ...(['mlp', 'lenet', 'resnet20'] as const).flatMap((name) => [
    {
      name: `${name}-gradient`,
      title: `gradient, ${names[name]}`,
      repeats: 3,
      prepare: async (thalweg: Thalweg) => gradient(thalweg.measured(name, ...sizes[name], 'train')),
    },
    {
      name: `${name}-hessian-product`,
      title: `Hessian-vector product, ${names[name]}`,
      repeats: 3,
      prepare: async (thalweg: Thalweg) => hessianProduct(thalweg.measured(name, ...sizes[name], 'train')),
    },
  ]),
  {
    name: 'mlp-eigenvalue',
    title: 'leading eigenvalue to 1e-3, MLP, 10,000 images',
    repeats: 1,
    async prepare(thalweg) {
      const hessian = await createHessian(thalweg.measured('mlp', ...sizes.mlp, 'evaluate'));
      return (repeats) => timed(repeats, () => leadingEigenpairs(hessian, { k: 1, seed: 1, tolerance: 1e-3 }));
    },
  },
  {
    name: 'mlp-covariance-trace',
    title: 'trace of the gradient covariance, MLP, 10,000 images',
    repeats: 1,
    async prepare(thalweg) {
      const network = thalweg.measured('mlp', ...sizes.mlp, 'evaluate');
      return (repeats) => timed(repeats, () => gradientNoise(network));
    },
  },
  {
    name: 'lenet-traces',
    title: 'Hessian traces of 1,000 single images, LeNet: exact; PyTorch: Hutchinson to 1e-3, at most 100 probes',
    repeats: 1,
    async prepare(thalweg) {
      const network = thalweg.measured('lenet', exactTraceExamples.count, exactTraceExamples.chunk, 'evaluate');
      return (repeats) => timed(repeats, () => exactTraces(network));
    },
  },
  {
    name: 'lenet-forward',
    title: 'loss and accuracy of 10,000 images, LeNet',
    repeats: 1,
    async prepare(thalweg) {
      const { runtime, objective, examples, parameters } = thalweg.measured(
        'lenet',
        marginExamples.count,
        marginExamples.chunk,
        'evaluate',
      );
      const evaluator = await Evaluator.create(runtime, objective, examples);
      return (repeats) => timed(repeats, () => evaluator.evaluate(parameters));
    },
  },
  {
    name: 'lenet-margins',
    title: 'the same with margins, affine Hessian traces and 24 alternative losses',
    repeats: 1,
    async prepare(thalweg) {
      const evaluator = await ExampleEvaluator.create(
        thalweg.measured('lenet', marginExamples.count, marginExamples.chunk, 'evaluate'),
        {
          losses,
        },
      );
      return (repeats) => timed(repeats, () => evaluator.evaluate());
    },
  },
];
