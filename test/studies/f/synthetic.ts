import type { SyntheticTrial } from '../../support/evidence.ts';
import { convexCourse, convexRates, networkCourse, predictedLosses } from '../../../src/studies/f/prediction.ts';
import type { Course } from '../../../src/studies/f/prediction.ts';
import { extents, figureSteps, stepsOf, tableSteps, type Step } from '../../../src/studies/f/networks.ts';

/** What made-up runs of paper F are like. Jitter tells the seeds apart. */
export interface Effects {
  /** Height of the learning curve of a setting, share. */
  readonly accuracy: (step: Step, seed: number) => number;
  /** Gain of the first step of the schedule, share. */
  readonly gain: number;
  readonly hessian: (step: Step) => number;
  readonly covariance: (step: Step) => number;
  /** Measured over predicted four-factor excess, and tr H over tr σ², of each problem. */
  readonly measured: number;
  readonly difference: number;
  /** Measured over predicted excess of the gradient. */
  readonly gradient: number;
  /** Power of δ in the measured excess of the convex problem. */
  readonly power: number;
}

/** What the paper says. */
export const asClaimed: Effects = {
  accuracy: ({ batchSize, learningRate }) => 0.5 - 0.05 * Math.log(batchSize / learningRate / 400),
  gain: 0.1,
  hessian: ({ batchSize, learningRate }) => 30 * learningRate ** 0.5 * batchSize ** 0.2,
  covariance: ({ learningRate }) => 2 * learningRate ** -0.3,
  measured: 1,
  difference: 1,
  gradient: 1,
  power: 1,
};

const scale = 'laptop';
const extent = extents[scale];
const seeds = [1, 2, 3, 4, 5];

/** Numbers around 1 that differ between seeds, with mean 1 over the five. */
const jitter = (seed: number): number => 1 + 0.002 * (seed - 3);

const curve = (effects: Effects, step: Step, seed: number) => (series: number) =>
  Array.from({ length: extent.epochs + 1 }, (_, epoch) => {
    const stepped = epoch > extent.steps[0] ? effects.gain : 0;
    return [epoch * 10, (effects.accuracy(step, seed) + stepped) * jitter(seed + series / 1000)] as const;
  });

function grid(effects: Effects): SyntheticTrial[] {
  return tableSteps(extent).flatMap((step) =>
    seeds.map((seed) => ({
      experiment: 'F-kld',
      condition: { ...step },
      seed,
      series: {
        'train.accuracy': curve(effects, step, seed)(0),
        'test.accuracy': curve(effects, step, seed)(1),
        'exampleTrace.mean': [[200, effects.hessian(step) * jitter(seed)]],
        'noise.trace': [[200, effects.covariance(step) / jitter(seed) ** 2]],
      },
    })),
  );
}

const logs = (effects: Effects): SyntheticTrial[] =>
  ['log-loss-gradient', 'log-loss'].flatMap((loss) =>
    stepsOf(figureSteps(scale)).flatMap((step) =>
      seeds.map((seed) => ({
        experiment: 'F-log',
        condition: { loss, ...step },
        seed,
        series: {
          'train.accuracy': curve(effects, step, seed)(0),
          'test.accuracy': curve(effects, step, seed)(1),
        },
      })),
    ),
  );

/** tr σ² = 4, tr σ²H = 10; tr H is `difference` times tr σ². */
function predicted(effects: Effects, course: Course, seed: number, difference: number, power: number) {
  const { batchSize, learningRate, from, to, end } = course;
  const ratio = learningRate / batchSize;
  const excess = effects.measured * (ratio / 4) * 4 * learningRate ** (power - 1) * jitter(seed);
  const gradient = effects.gradient * (ratio / 2) * 10 * jitter(seed);
  return {
    'train.loss': [
      [0, 9],
      [from, 1 + excess / 2],
      [to, 1 + (3 * excess) / 2],
      [end, 1],
    ],
    'noise.gradientSquaredNorm': [
      [0, 9],
      [from, 0.1 + gradient],
      [to, 0.1 + gradient],
      [end, 0.1],
    ],
    'noise.trace': [
      [0, 9],
      [end, 4],
    ],
    'exampleTrace.mean': [
      [0, 9],
      [end, 4 * difference * jitter(seed)],
    ],
    'alignment.traceProduct': [
      [0, 9],
      [end, 10],
    ],
  } as const;
}

const excess = (effects: Effects): SyntheticTrial[] =>
  seeds.flatMap((seed) => [
    ...predictedLosses.map((loss) => ({
      experiment: 'F-pred',
      condition: { loss },
      seed,
      // The claims are of one network: far traces under one loss, equal ones under the other.
      series: predicted(effects, networkCourse(scale), seed, loss === 'log-loss' ? effects.difference : 3, 1),
    })),
    ...convexRates.map((learningRate) => ({
      experiment: 'F-pred-convex',
      condition: { learningRate },
      seed,
      series: predicted(effects, convexCourse(scale, learningRate), seed, 3, effects.power),
    })),
  ]);

/** Made-up runs of all network experiments of paper F at scale laptop. */
export const networkTrials = (effects: Effects): SyntheticTrial[] => [
  ...grid(effects),
  ...logs(effects),
  ...excess(effects),
];
