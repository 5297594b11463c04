import type { Condition, SeriesName } from '../../contract/index.ts';
import { linesFigure, type Axis, type FigureOptions, type TabledFigure } from '../../figures/index.ts';
import { bandWords, seriesCurve } from '../curves.ts';
import type { Evidence } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { networksOf } from './conditions.ts';
import { changeAt, noiseFactors, rescuedFactor } from './experiments-noise.ts';
import { titleOf } from './figures-walk.ts';

/** What is compared in a figure: words for the legend, and the trials that they stand for. */
type Compared = readonly (readonly [words: string, where: Condition])[];

export const noiseRules: Compared = [
  ['gradient descent', { rule: 'gd', then: 'same' }],
  ['SGD', { rule: 'sgd', then: 'same' }],
  ...noiseFactors.map((factor): Compared[number] => [
    `noise, factor ${factor}`,
    { rule: 'noise', factor, then: 'same' },
  ]),
];

const stuck = { rule: 'noise', factor: rescuedFactor } as const;
const rescues: Compared = [
  ['goes on', { ...stuck, then: 'same' }],
  ['SGD', { ...stuck, then: 'sgd' }],
  ['a tenth of the learning rate', { ...stuck, then: 'lower rate' }],
  ['without noise', { ...stuck, then: 'gd' }],
];

interface Row {
  readonly title: string;
  readonly series: SeriesName;
  readonly y: Axis;
  readonly smoothing?: number;
}

const loss: Row = { title: 'training loss', series: 'train.loss', y: { label: null, unit: 'nat', scale: 'log' } };
const accuracy: Row = { title: 'validation accuracy', series: 'validation.accuracy', y: { label: null } };

interface Drawn {
  readonly id: string;
  readonly title: string;
  readonly subtitle: string;
  readonly compared: Compared;
  readonly rows: readonly Row[];
  /** Whether the iteration of the change is marked. */
  readonly marked: boolean;
}

const draw =
  ({ id, title, subtitle, compared, rows, marked }: Drawn) =>
  (evidence: Evidence, options: FigureOptions): TabledFigure => {
    const networks = networksOf(evidence, 'W-noise');
    const references = marked
      ? [{ kind: 'vertical', at: changeAt(evidence.scale), label: 'change of the update rule' } as const]
      : [];
    return linesFigure(
      {
        id,
        title,
        subtitle,
        x: { label: 'iteration' },
        columns: networks.length,
        band: bandWords.deviation,
        panels: rows.flatMap((row) =>
          networks.map((network) => ({
            title: `${titleOf(network)}: ${row.title}`,
            y: row.y,
            references,
            curves: compared.map(([color, where]) =>
              seriesCurve(evidence.trials('W-noise', { network, ...where }), {
                color,
                series: row.series,
                smoothing: row.smoothing ?? 1,
              }),
            ),
          })),
        ),
      },
      options,
    );
  };

const common = { row: 'W-noise', needs: ['W-noise'] } as const;

export const noiseFigures: readonly PaperFigure[] = [
  {
    ...common,
    id: 'W-noise.curves',
    place: 'figures 5, 25 and 26',
    title: 'Isotropic noise in the gradient',
    caption:
      'Training loss, validation accuracy, cosine of consecutive gradients (moving average over 21 updates) and distance from the start; means over seeds with bands of one standard deviation.',
    claims: ['W-noise.stalls', 'W-noise.validation', 'W-noise.farther'],
    draw: draw({
      id: 'W-noise.curves',
      title: 'Isotropic noise in the gradient',
      subtitle: 'the factor multiplies the largest variance of a gradient’s coordinate at initialisation',
      compared: noiseRules,
      rows: [
        loss,
        accuracy,
        { title: 'cosine', series: 'gradient.cosine', y: { label: null }, smoothing: 21 },
        { title: 'distance from the start', series: 'parameters.distance', y: { label: null } },
      ],
      marked: false,
    }),
  },
  {
    ...common,
    id: 'W-noise.freed',
    place: 'section 4, footnote 6',
    title: 'What frees a run from isotropic noise',
    caption:
      'Training loss and validation accuracy before and after the change; means over seeds with bands of one standard deviation.',
    claims: ['W-noise.switch-sgd', 'W-noise.lower-rate', 'W-noise.switch-gd', 'W-noise.rescue'],
    draw: draw({
      id: 'W-noise.freed',
      title: 'What frees a run from isotropic noise',
      subtitle: `gradient descent with noise of factor ${rescuedFactor}, then another update rule`,
      compared: rescues,
      rows: [loss, accuracy],
      marked: true,
    }),
  },
];
