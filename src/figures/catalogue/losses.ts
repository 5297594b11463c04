import { alternativeLosses, lossPhaseFigure, lossPhaseTable, lossSliceFigure, lossSliceTable } from '../equal-loss.ts';
import { seriesFigure } from '../series-figure.ts';
import type { SeriesLine, SeriesPanel } from '../series-figure.ts';
import { tracksOf } from '../tracks.ts';
import { tickLabel } from '../ticks.ts';
import type { FigureInput } from '../source.ts';
import type { FigureEntry } from './entry.ts';

const followed = ['loss.gcdf', 'loss.crossEntropy', 'loss.hinge'] as const;

/** Both sides of eq. 9 at one σ (row G-bound). */
function boundPanel(sigma: number): SeriesPanel {
  const line = (series: SeriesLine['series'], label: string, color: number, dash?: string): SeriesLine => ({
    series,
    label,
    color,
    coordinate: sigma,
    ...(dash !== undefined && { dash }),
  });
  return {
    title: `Noise of the top layer with σ = ${tickLabel(sigma)}`,
    scale: 'log',
    lines: [
      line('gBound.gcdf', 'Gcdf', 0),
      line('gBound.smoothedError', 'errors under noise', 6),
      line('gBound.monteCarlo', 'cross-entropy under noise/log 2', 1),
      line('gBound.secondOrder', 'its second-order form', 2, '6 3'),
    ],
  };
}

const boundPanels = ({ records }: FigureInput): SeriesPanel[] =>
  tracksOf(records('gBound.gcdf'), 'all').map(({ coordinate }) => boundPanel(coordinate));

/** Alternative losses of the network that is trained. */
export const lossFigures = {
  losses: {
    title: 'Alternative losses along training',
    group: 'losses',
    rows: ['G-track'],
    needs: [],
    shows: followed,
    choices: ['axis'],
    build: (input, options) =>
      seriesFigure(
        'losses',
        input,
        options,
        Object.values(alternativeLosses).map(({ series, title, parameter }) => ({
          title,
          ...(parameter === 'T' && { unit: 'nat' }),
          scale: 'log' as const,
          lines: [{ series, each: `${parameter} = ` }],
        })),
      ),
  },
  'loss-phase': {
    title: 'Alternative losses against the training loss',
    group: 'losses',
    rows: ['G-phase'],
    needs: ['loss.training'],
    shows: [...followed, 'loss.error'],
    choices: ['axis'],
    build: lossPhaseFigure,
    table: lossPhaseTable,
  },
  'loss-slice': {
    title: 'Alternative losses against their parameters at one training loss',
    group: 'losses',
    rows: ['G-slice'],
    needs: ['loss.training'],
    shows: followed,
    choices: ['trainingLoss', 'axis'],
    build: lossSliceFigure,
    table: lossSliceTable,
  },
  bound: {
    title: 'Both sides of equation 9: Gcdf, errors and cross-entropy under noise',
    group: 'losses',
    rows: ['G-bound'],
    needs: ['gBound.gcdf'],
    shows: ['gBound.smoothedError', 'gBound.monteCarlo', 'gBound.secondOrder'],
    choices: ['axis'],
    build: (input, options) => seriesFigure('bound', input, options, boundPanels(input)),
  },
} as const satisfies Record<string, FigureEntry>;
