import type { Scale } from '../../contract/index.ts';
import type { TrainingExperiment } from '../paper.ts';
import {
  extents,
  figureSteps,
  outerStepsOf,
  stepsOf,
  tableSteps,
  training,
  type FigureSteps,
  type NetworkLoss,
  type Step,
} from './networks.ts';

const seeds = { smoke: 3, laptop: 3, paper: 5 } as const;

const differences =
  'Scale paper has the paper’s network, schedule and data. Convolutions before batch normalisation have no bias; the penalty counts the weights of the top layer too; ' +
  'inputs are centred and scaled. Scale laptop trains ResNet-8 on 1,000 images with batch sizes divided by 5, smoke on 100 images.';

/** Table 1 wants all nine settings; at smoke scale those of figure 2 stand for them. */
const gridSteps = (scale: Scale): Step[] =>
  scale === 'smoke' ? stepsOf(figureSteps(scale)) : tableSteps(extents[scale]);

/** Trains under the Kullback–Leibler loss for all batch sizes and learning rates, and measures both traces at the end. */
const grid: TrainingExperiment = {
  kind: 'training',
  id: 'F-kld',
  title: 'Batch size and learning rate under the Kullback–Leibler loss',
  description:
    'Trains a residual network for each batch size and learning rate, with the learning rate divided by 10 at two epochs, and measures ' +
    'the Hessian’s trace and that of the covariance of single gradients at the start and at the end.',
  differences,
  rows: ['F-kld', 'F-table', 'F-models'],
  seeds,
  trials(scale) {
    const extent = extents[scale];
    const every = `${extent.epochs} epochs`;
    return gridSteps(scale).map((step) => ({
      condition: { ...step },
      specification: {
        ...training(extent, 'kullback-leibler', step),
        probes: [
          { kind: 'per-example-hessian-trace', every, examples: extent.measured },
          { kind: 'gradient-noise', every, examples: extent.measured },
        ],
      },
    }));
  },
};

/** Beside the squared norm of the log loss’s gradient, which figure 3 trains on, the log loss itself. */
const logLosses = {
  'log-loss-gradient': stepsOf,
  'log-loss': outerStepsOf,
} as const satisfies Partial<Record<NetworkLoss, (steps: FigureSteps) => Step[]>>;

const logLoss: TrainingExperiment = {
  kind: 'training',
  id: 'F-log',
  title: 'Batch size and learning rate under the log loss and its gradient',
  description:
    'Trains the same network on the squared norm of the log loss’s gradient, the difference of prediction and target, and on the log ' +
    'loss itself, for settings with equal, similar and different ratios of batch size and learning rate.',
  differences,
  rows: ['F-log'],
  // Two at smoke scale: a run is mostly its start there.
  seeds: { ...seeds, smoke: 2 },
  trials: (scale) =>
    (Object.keys(logLosses) as (keyof typeof logLosses)[]).flatMap((loss) =>
      logLosses[loss](figureSteps(scale)).map((step) => ({
        condition: { loss, ...step },
        specification: training(extents[scale], loss, step),
      })),
    ),
};

export const networkExperiments: readonly TrainingExperiment[] = [grid, logLoss];
