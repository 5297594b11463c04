import type { Scale, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import { extents, network, type NetworkLoss } from './networks.ts';

/** A training at a constant learning rate until the loss is stationary, then down to the minimum below it. Lengths in updates. */
export interface Course {
  readonly learningRate: number;
  readonly batchSize: number;
  /** The stationary mean is taken over the evaluations from here on … */
  readonly from: number;
  /** … up to here, where the annealing begins. */
  readonly to: number;
  readonly end: number;
}

/** Epochs of the networks: the stationary window, and the end. As in the paper the first step comes after 60 epochs of 125. */
const windows: Readonly<Record<Scale, { readonly from: number; readonly to: number; readonly end: number }>> = {
  smoke: { from: 2, to: 4, end: 6 },
  laptop: { from: 30, to: 40, end: 60 },
  paper: { from: 40, to: 60, end: 125 },
};

/** Examples, random vectors, and how often the gradient’s norm is measured (epochs). */
const measured = {
  smoke: { noise: 20, alignment: 10, vectors: 2, every: 2 },
  laptop: { noise: 500, alignment: 100, vectors: 20, every: 5 },
  paper: { noise: 5000, alignment: 2000, vectors: 100, every: 2 },
} as const satisfies Record<Scale, unknown>;

const networkExamples: Readonly<Record<Scale, number>> = { smoke: 100, laptop: 500, paper: 50_000 };

/** The course of the networks: batch size and learning rate in the middle of table 1. */
export function networkCourse(scale: Scale): Course {
  const [, batchSize] = extents[scale].batchSizes;
  const updates = Math.floor(networkExamples[scale] / batchSize);
  const { from, to, end } = windows[scale];
  return { learningRate: 0.2, batchSize, from: from * updates, to: to * updates, end: end * updates };
}

/** Losses for which predicted and measured excess are compared. */
export const predictedLosses = ['kullback-leibler', 'log-loss'] as const satisfies readonly NetworkLoss[];

function networkSpecification(scale: Scale, loss: NetworkLoss): SpecificationInput {
  const [extent, sizes, course] = [extents[scale], measured[scale], networkCourse(scale)];
  const { learningRate, batchSize, to, end } = course;
  // Independent batches, as the theory has them. A hundredth of the learning rate leaves a hundredth of the excess.
  const rule = { name: 'sgd', batchSize, replacement: true } as const;
  return {
    ...network({ ...extent, examples: networkExamples[scale] }, loss),
    optimizer: { ...rule, learningRate },
    changes: [{ at: `${to} iterations`, optimizer: { ...rule, learningRate: learningRate / 100 } }],
    duration: `${end} iterations`,
    evaluate: '1 epoch',
    checkpoints: { every: `${end} iterations`, keep: 1 },
    probes: [
      { kind: 'per-example-hessian-trace', every: `${end} iterations`, examples: sizes.noise },
      { kind: 'gradient-noise', every: `${sizes.every} epochs`, examples: sizes.noise },
      {
        kind: 'covariance-alignment',
        every: `${end} iterations`,
        examples: sizes.alignment,
        k: 1,
        maxProducts: 4,
        probes: sizes.vectors,
      },
    ],
  };
}

const networks: TrainingExperiment = {
  kind: 'training',
  id: 'F-pred',
  title: 'Predicted and measured excess loss of a residual network',
  description:
    'Trains with independent batches at a constant learning rate, takes the mean of the training loss over the last epochs, then goes down ' +
    'from that state with a hundredth of the learning rate: the excess is the mean less the loss at the end, where both traces and ' +
    'the trace of their product are measured.',
  differences:
    'The paper measures neither the excess nor the gradient’s norm. Batches are drawn with replacement, as its theory assumes. ' +
    'A network’s loss keeps falling slowly: its mean over a window is stationary only by approximation.',
  rows: ['F-pred'],
  seeds: { smoke: 2, laptop: 3, paper: 5 },
  trials: (scale) =>
    predictedLosses.map((loss) => ({ condition: { loss }, specification: networkSpecification(scale, loss) })),
};

/** Learning rates of the convex problem: far below 2 over the largest eigenvalue, where the prediction is of first order. */
export const convexRates = [0.05, 0.2] as const;

export function convexCourse(scale: Scale, learningRate: number): Course {
  const lengths = {
    smoke: [400, 1600, 2600],
    laptop: [4000, 34_000, 38_000],
    paper: [10_000, 210_000, 220_000],
  } as const;
  const [from, to, end] = lengths[scale];
  return { learningRate, batchSize: 10, from, to, end };
}

function convexSpecification(scale: Scale, learningRate: number): SpecificationInput {
  const { batchSize, to, end } = convexCourse(scale, learningRate);
  const [every, examples] = [`${end} iterations`, scale === 'smoke' ? 400 : 4000];
  return {
    data: { name: 'mnist-1d', examples, testExamples: 500 },
    model: { name: 'mlp', hidden: [] },
    loss: { name: 'kullback-leibler', l2: { strength: 0.05 } },
    optimizer: { name: 'sgd', learningRate, batchSize, replacement: true },
    changes: [{ at: `${to} iterations`, optimizer: { name: 'gd', learningRate: 0.2 } }],
    duration: `${end} iterations`,
    evaluate: scale === 'paper' ? '100 iterations' : '20 iterations',
    checkpoints: { every, keep: 1 },
    probes: [
      { kind: 'per-example-hessian-trace', every, examples: 'all' },
      { kind: 'gradient-noise', every: scale === 'smoke' ? '50 iterations' : '200 iterations', examples: 'all' },
      { kind: 'covariance-alignment', every, examples: 'all', k: 1, maxProducts: 20, probes: 100 },
    ],
  };
}

const convex: TrainingExperiment = {
  kind: 'training',
  id: 'F-pred-convex',
  title: 'Predicted and measured excess loss of softmax regression',
  description:
    'The same for softmax regression with a penalty on MNIST-1D, which has one minimum, reached by the full batch: there all that the theory ' +
    'assumes holds.',
  differences: 'Beyond the paper: a problem in which a disagreement would be the prediction’s fault.',
  rows: ['F-pred'],
  seeds: { smoke: 3, laptop: 3, paper: 5 },
  trials: (scale) =>
    convexRates.map((learningRate) => ({
      condition: { learningRate },
      specification: convexSpecification(scale, learningRate),
    })),
};

export const predictionExperiments: readonly TrainingExperiment[] = [networks, convex];
