import { linesFigure, type FigureOptions, type TabledFigure } from '../../figures/index.ts';
import { bandWords, seriesCurve } from '../curves.ts';
import { valuesOf, type Evidence } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { fixedOn } from './claims-roles.ts';
import { bestRate } from './claims-schedules.ts';
import { isNumber, networksOf } from './conditions.ts';
import { scheduleNames, type ScheduleName } from './experiments-schedules.ts';
import { titleOf } from './figures-walk.ts';

/** Share of a run that the moving average of its cosines covers: "smoothed for visual clarity". */
const smoothedShare = 0.1;

interface RoleOf {
  readonly id: string;
  readonly title: string;
  readonly axis: 'batchSize' | 'learningRate';
  readonly word: string;
}

/** Smoothed cosine and distance, a colour for each value, a row of panels for each network. */
const drawRole =
  ({ id, title, axis, word }: RoleOf) =>
  (evidence: Evidence, options: FigureOptions): TabledFigure => {
    const curves = (network: string, series: 'gradient.cosine' | 'parameters.distance') =>
      valuesOf(evidence, 'W-roles', axis, isNumber, { network, ...fixedOn(axis) })
        .sort((a, b) => a - b)
        .map((value) => {
          const trials = evidence.trials('W-roles', { network, ...fixedOn(axis), [axis]: value });
          const length = trials[0]!.series(series).length;
          const smoothing = series === 'gradient.cosine' ? Math.max(1, Math.round(smoothedShare * length)) : 1;
          return seriesCurve(trials, { color: String(value), series, smoothing });
        });
    return linesFigure(
      {
        id,
        title,
        subtitle: `cosine of consecutive gradients, moving average over ${100 * smoothedShare} % of the updates; distance from the start`,
        x: { label: 'iteration' },
        columns: 2,
        colors: { title: word, coloring: 'sequence' },
        band: bandWords.deviation,
        panels: networksOf(evidence, 'W-roles').flatMap((network) => [
          { title: `${titleOf(network)}: cosine`, y: { label: null }, curves: curves(network, 'gradient.cosine') },
          {
            title: `${titleOf(network)}: distance`,
            y: { label: null },
            curves: curves(network, 'parameters.distance'),
          },
        ]),
      },
      options,
    );
  };

const roleFigure = (of: RoleOf, claims: readonly string[]): PaperFigure => ({
  id: of.id,
  row: 'W-roles',
  place: 'figures 4 and 22 to 24',
  title: of.title,
  caption: 'Means over seeds, with bands of one standard deviation.',
  needs: ['W-roles'],
  claims,
  draw: drawRole(of),
});

export const rolesFigures: readonly PaperFigure[] = [
  roleFigure({ id: 'W-roles.batch-size', title: 'The role of the batch size', axis: 'batchSize', word: 'batch size' }, [
    'W-roles.batch',
    'W-roles.batch-distance',
  ]),
  roleFigure(
    {
      id: 'W-roles.learning-rate',
      title: 'The role of the learning rate',
      axis: 'learningRate',
      word: 'learning rate',
    },
    ['W-roles.rate', 'W-roles.rate-distance'],
  ),
];

const scheduleTitles: Readonly<Record<ScheduleName, string>> = {
  cyclical: 'cyclical',
  trapezoid: 'trapezoid',
  step: 'step-wise',
};

/** The three schedules, each with its best learning rate. */
function drawSchedules(evidence: Evidence, options: FigureOptions): TabledFigure {
  const networks = networksOf(evidence, 'W-sched');
  const curves = (network: string, series: 'learningRate' | 'validation.accuracy' | 'train.loss') =>
    scheduleNames.map((schedule) => {
      const rate = bestRate(evidence, network, schedule);
      const trials = evidence.trials('W-sched', { network, schedule, rate });
      return seriesCurve(trials, { color: scheduleTitles[schedule], series });
    });
  const rows = [
    { title: 'learning rate', series: 'learningRate', y: { label: null } },
    { title: 'training loss', series: 'train.loss', y: { label: null, unit: 'nat', scale: 'log' } },
    { title: 'validation accuracy', series: 'validation.accuracy', y: { label: null } },
  ] as const;
  return linesFigure(
    {
      id: 'W-sched.curves',
      title: 'Schedules of the learning rate',
      subtitle: 'each with the largest learning rate that is best on the validation set',
      x: { label: 'iteration' },
      columns: networks.length,
      band: bandWords.deviation,
      panels: rows.flatMap(({ title, series, y }) =>
        networks.map((network) => ({ title: `${titleOf(network)}: ${title}`, y, curves: curves(network, series) })),
      ),
    },
    options,
  );
}

export const schedulesFigures: readonly PaperFigure[] = [
  {
    id: 'W-sched.curves',
    row: 'W-sched',
    place: 'figures 6 and 27',
    title: 'Schedules of the learning rate',
    caption:
      'Learning rate, training loss and validation accuracy; means over seeds with bands of one standard deviation.',
    needs: ['W-sched'],
    claims: ['W-sched.one-cycle', 'W-sched.rising'],
    draw: drawSchedules,
  },
];
