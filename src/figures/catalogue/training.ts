import { seriesFigure } from '../series-figure.ts';
import { validationDash } from '../specification.ts';
import type { FigureEntry } from './entry.ts';

const accuracies = ['train.accuracy', 'validation.accuracy', 'test.accuracy'] as const;
const percent = { factor: 100 } as const;

/** Training: losses, accuracies, learning rates, updates. */
export const trainingFigures = {
  curves: {
    title: 'Learning curves: loss and accuracy',
    group: 'training',
    rows: [],
    needs: ['train.loss'],
    shows: ['batch.loss', 'validation.loss', 'test.loss', ...accuracies],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('curves', input, options, [
        {
          title: 'Loss',
          unit: 'nat',
          scale: 'linear',
          lines: [
            { series: 'batch.loss', label: 'mini-batch', color: 'faint', strokeWidth: 1, joining: 'consecutive' },
            { series: 'train.loss', label: 'training', color: 'loss' },
            { series: 'validation.loss', label: 'validation', color: 'muted', dash: validationDash },
            { series: 'test.loss', label: 'test', color: 'ink' },
          ],
        },
        {
          title: 'Accuracy',
          unit: '%',
          lines: [
            { series: 'train.accuracy', label: 'training', color: 'loss', ...percent },
            { series: 'validation.accuracy', label: 'validation', color: 'muted', dash: validationDash, ...percent },
            { series: 'test.accuracy', label: 'test', color: 'ink', ...percent },
          ],
        },
      ]),
  },
  'learning-rate': {
    title: 'Learning rate',
    group: 'training',
    rows: ['W-sched'],
    needs: ['learningRate'],
    shows: [],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('learning-rate', input, options, [
        {
          title: 'Learning rate η',
          scale: 'linear',
          reaches: [0],
          lines: [{ series: 'learningRate', label: 'η of each update', color: 'loss' }],
        },
      ]),
  },
  updates: {
    title: 'Updates: effective step size, sizes in total and by tensor',
    group: 'training',
    rows: [],
    needs: [],
    shows: ['update.alpha', 'update.size', 'update.tensorSize'],
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure('updates', input, options, [
        {
          title: 'Effective step size on the batch',
          reaches: [-1, 1],
          references: [
            { kind: 'horizontal', at: 0, label: 'minimum' },
            { kind: 'horizontal', at: 1, label: 'as high as before' },
          ],
          lines: [{ series: 'update.alpha', label: 'α', color: 'loss', strokeWidth: 1 }],
        },
        {
          title: 'Size of the update ‖θₜ₊₁ − θₜ‖',
          scale: 'log',
          lines: [{ series: 'update.size', label: 'all parameters', color: 'ink', strokeWidth: 1 }],
        },
        {
          title: 'Size of the update, by tensor',
          scale: 'log',
          lines: [{ series: 'update.tensorSize', each: 'tensor ', strokeWidth: 1 }],
        },
      ]),
  },
} as const satisfies Record<string, FigureEntry>;
