import { linesFigure, type GroupedCurve } from '../../figures/index.ts';
import { bandWords, meanCurve, meanOrGap, seriesCurve } from '../curves.ts';
import type { Evidence, EvidenceTrial } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { networksOf } from './conditions.ts';
import { drawWalk, titleOf } from './figures-walk.ts';
import { byEpoch, epochsOf } from './heights.ts';
import { epochStart } from './experiments-height.ts';
import { networkIn } from './networks.ts';

type Counted = 'interpolation.height' | 'interpolation.barrier';

/** A number of every interpolated epoch of a learning rate, mean over seeds. */
function epochCurve(
  evidence: Evidence,
  where: { readonly network: string; readonly rate: string },
  series: Counted,
  number: (values: readonly number[]) => number,
): GroupedCurve {
  const trials = evidence.trials('W-height', where);
  const recorded = trials.map((trial) => byEpoch(evidence.scale, trial, series));
  const epochs = [...recorded[0]!.keys()];
  const ofSeeds = recorded.map((values) => epochs.map((epoch) => number(values.get(epoch) ?? [])));
  return { color: `${trials[0]!.condition.learningRate}`, ...meanCurve(epochs, ofSeeds) };
}

const count = (values: readonly number[]): number => values.filter((value) => value > 0).length;

interface OverEpochs {
  readonly id: string;
  readonly title: string;
  readonly series: Counted;
  readonly number: (values: readonly number[]) => number;
  readonly y: { readonly unit?: string; readonly scale: 'linear' | 'log' };
}

const overEpochs = ({ id, title, series, number, y }: OverEpochs): PaperFigure['draw'] => {
  return (evidence, options) => {
    const networks = networksOf(evidence, 'W-height');
    return linesFigure(
      {
        id,
        title,
        subtitle: 'over epochs, at two learning rates',
        x: { label: 'epoch', scale: 'log' },
        columns: networks.length,
        colors: { title: 'learning rate', coloring: 'categories' },
        band: bandWords.deviation,
        panels: networks.map((network) => ({
          title: titleOf(network),
          y: { label: null, ...y },
          curves: ['large', 'small'].map((rate) => epochCurve(evidence, { network, rate }, series, number)),
        })),
      },
      options,
    );
  };
};

/** The first run at the larger learning rate. */
const firstTrial = (evidence: Evidence): EvidenceTrial => evidence.trials('W-height', { rate: 'large' })[0]!;

export const heightFigures: readonly PaperFigure[] = [
  {
    id: 'W-interp.late',
    row: 'W-interp',
    place: 'figures 13, 16 and 19',
    title: 'A walk with SGD, late in training',
    caption: 'The first updates of the last interpolated epoch, in three panels as above; the first seed.',
    needs: ['W-height'],
    claims: ['W-barrier.rare', 'W-height.falls'],
    draw: (evidence, options) => {
      const trial = firstTrial(evidence);
      const epoch = epochsOf(evidence.scale, trial).at(-1)!;
      const from = epochStart(evidence.scale, networkIn(trial.condition), epoch);
      const [last] = [...trial.series('interpolation.floor').iteration].reverse();
      return drawWalk(trial, `A walk with SGD in epoch ${epoch}`, {
        ...options,
        window: [from, Math.min(from + 40, last! + 1)],
      });
    },
  },
  {
    id: 'W-height.epochs',
    row: 'W-height',
    place: 'table 2',
    title: 'Height above the valley floor',
    caption: 'Mean over the updates of an epoch; mean over seeds with a band of one standard deviation.',
    needs: ['W-height'],
    claims: ['W-height.rate', 'W-height.falls'],
    draw: overEpochs({
      id: 'W-height.epochs',
      title: 'Height above the valley floor',
      series: 'interpolation.height',
      number: meanOrGap,
      y: { unit: 'nat', scale: 'log' },
    }),
  },
  {
    id: 'W-barrier.epochs',
    row: 'W-barrier',
    place: 'figure 8, table 1',
    title: 'Barriers in an epoch',
    caption: 'Number of updates that cross a barrier; mean over seeds with a band of one standard deviation.',
    needs: ['W-height'],
    claims: ['W-barrier.rare', 'W-barrier.late'],
    draw: overEpochs({
      id: 'W-barrier.epochs',
      title: 'Updates of an epoch that cross a barrier',
      series: 'interpolation.barrier',
      number: count,
      y: { scale: 'linear' },
    }),
  },
  {
    id: 'W-sharp.norm',
    row: 'W-sharp',
    place: 'figures 3 and 7',
    title: 'Sharpness beside validation accuracy',
    caption:
      'Largest eigenvalue of the Hessian with 2/η, beyond which gradient descent leaves a quadratic valley, and accuracy on the validation set; mean over seeds with a band of one standard deviation.',
    needs: ['W-sharp'],
    claims: ['W-sharp.falls', 'W-sharp.rises', 'W-sharp.accuracy', 'W-sharp.drop'],
    draw: (evidence, options) => {
      const networks = networksOf(evidence, 'W-sharp');
      const trials = (network: string) => evidence.trials('W-sharp', { network });
      const rateOf = (network: string): number => Number(trials(network)[0]!.condition.learningRate);
      return linesFigure(
        {
          id: 'W-sharp.norm',
          title: 'Sharpness beside validation accuracy',
          subtitle: networks.map((network) => `${titleOf(network)} at learning rate ${rateOf(network)}`).join(' · '),
          x: { label: 'iteration' },
          columns: networks.length,
          band: bandWords.deviation,
          panels: [
            ...networks.map((network) => ({
              title: `${titleOf(network)}: largest eigenvalue of the Hessian`,
              y: { label: null, scale: 'log' } as const,
              curves: [seriesCurve(trials(network), { color: 'SGD', series: 'hessian.sharpness' })],
              references: [{ kind: 'horizontal', at: 2 / rateOf(network), label: '2/η' } as const],
            })),
            ...networks.map((network) => ({
              title: `${titleOf(network)}: validation accuracy`,
              y: { label: null },
              curves: [seriesCurve(trials(network), { color: 'SGD', series: 'validation.accuracy' })],
            })),
          ],
        },
        options,
      );
    },
  },
];
