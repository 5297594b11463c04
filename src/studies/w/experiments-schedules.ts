import type { Scale, Schedule, SpecificationInput } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import { allOf, lastCheckpoint, mlpAmounts, settingOf, usual, type WalkNetwork } from './networks.ts';

export type ScheduleName = 'cyclical' | 'trapezoid' | 'step';
export const scheduleNames: readonly ScheduleName[] = ['cyclical', 'trapezoid', 'step'];

interface Extent {
  readonly networks: readonly WalkNetwork[];
  /** Epochs. A multiple of eight. */
  readonly epochs: number;
  /** Largest learning rates that are tried with each schedule. */
  readonly rates: readonly number[];
}

const extents: Readonly<Record<Scale, Extent>> = {
  smoke: { networks: ['mlp'], epochs: 8, rates: [0.1, 0.2] },
  laptop: { networks: ['mlp'], epochs: 24, rates: [0.05, 0.1, 0.2, 0.4] },
  paper: { networks: ['vgg11', 'resnet'], epochs: 200, rates: [0.05, 0.1, 0.2, 0.4] },
};

/** The largest learning rate of the schedules that rise is so many times the smallest. */
const range = 20;

/**
 * The schedules of section 5, all as long: four cycles; the rise of the first cycle, then flat, then a fall to the end; a tenth after
 * half and after three quarters of the time.
 */
export function scheduleOf(name: ScheduleName, rate: number, epochs: number): Schedule {
  const half = epochs / 8;
  switch (name) {
    case 'cyclical':
      return { schedule: 'cyclical', low: rate / range, high: rate, halfCycle: `${half} epochs` };
    case 'trapezoid':
      return {
        schedule: 'trapezoid',
        rate,
        start: rate / range,
        end: rate / range,
        warmup: `${half} epochs`,
        hold: `${3 * half} epochs`,
        decay: `${4 * half} epochs`,
      };
    case 'step':
      return {
        schedule: 'step',
        rate,
        steps: [
          { at: `${4 * half} epochs`, factor: 0.1 },
          { at: `${6 * half} epochs`, factor: 0.1 },
        ],
      };
  }
}

function specificationOf(scale: Scale, network: WalkNetwork, name: ScheduleName, rate: number): SpecificationInput {
  const { epochs } = extents[scale];
  const duration = `${epochs} epochs`;
  return {
    ...settingOf(network, scale, network === 'mlp' ? mlpAmounts(scale) : allOf(network)),
    optimizer: { name: 'sgd', learningRate: scheduleOf(name, rate, epochs), batchSize: usual.batchSize },
    duration,
    evaluate: '1 epoch',
    checkpoints: lastCheckpoint(duration),
  };
}

export const schedulesExperiment: TrainingExperiment = {
  kind: 'training',
  id: 'W-sched',
  title: 'Schedules of the learning rate',
  description:
    'SGD with a cyclical, a trapezoid and a step-wise schedule, each with several largest learning rates; the best one of each ' +
    'schedule is chosen by validation accuracy and judged by test accuracy.',
  differences:
    'Lengths and values of the grid are ours: the paper does not state them. Below scale paper an MLP on a part of MNIST.',
  rows: ['W-sched'],
  seeds: { smoke: 3, laptop: 5, paper: 5 },
  trials: (scale) =>
    extents[scale].networks.flatMap((network) =>
      scheduleNames.flatMap((schedule) =>
        extents[scale].rates.map((rate) => ({
          condition: { network, schedule, rate },
          specification: specificationOf(scale, network, schedule, rate),
        })),
      ),
    ),
};
