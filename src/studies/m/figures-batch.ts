import { boxesFigure, histogramFigure, linesFigure, scatterFigure } from '../../figures/index.ts';
import type { SeriesName } from '../../contract/index.ts';
import { skewness } from '../../statistics/index.ts';
import { bandWords, seriesCurve } from '../curves.ts';
import { trialOf, type Evidence, type EvidenceTrial } from '../evidence.ts';
import type { PaperFigure } from '../paper.ts';
import { batchMoments, type BatchMoment } from './batches.ts';
import { batchSettings } from './settings.ts';

const batchTitle = (evidence: Evidence, moment: BatchMoment): string => {
  const setting = batchSettings[evidence.scale];
  if (moment === 'small') return `small batch (${setting.small})`;
  return `large batch (${setting.large})${moment === 'large' ? '' : ', trained longer'}`;
};

const momentTrial = (evidence: Evidence, moment: BatchMoment): EvidenceTrial =>
  trialOf(evidence, 'M-batch-examples', evidence.seeds[0]!, { moment });

const marginsOf = (evidence: Evidence) =>
  batchMoments.map((moment) => {
    const values = momentTrial(evidence, moment).array('margin');
    const skew = skewness(values).toFixed(2).replace('-', '−');
    return { label: `${batchTitle(evidence, moment)}: skewness ${skew}`, values };
  });

const related: PaperFigure = {
  id: 'M-batch.margins-traces',
  row: 'M-batch',
  place: 'figures 4a and 4b',
  title: 'Output margins and Hessian traces',
  caption:
    'Training examples after as many updates with either batch size; the vertical axis is logarithmic. One seed: the first.',
  needs: ['M-batch-examples'],
  claims: ['M-batch.related', 'M-batch.flatter'],
  draw: (evidence, options) =>
    scatterFigure(
      {
        id: 'M-batch.margins-traces',
        title: 'Hessian traces against output margins',
        subtitle: `one point for each example after as many updates; seed ${evidence.seeds[0]!}`,
        columns: 2,
        fitted: true,
        panels: (['small', 'large'] as const).map((moment) => {
          const trial = momentTrial(evidence, moment);
          const label = batchTitle(evidence, moment);
          return {
            title: label,
            x: { label: 'output margin' },
            y: { label: 'Hessian trace', scale: 'log' as const },
            groups: [{ label, x: trial.array('margin'), y: trial.array('trace') }],
          };
        }),
      },
      options,
    ),
};

const histogram: PaperFigure = {
  id: 'M-batch.histogram',
  row: 'M-batch',
  place: 'figure 4c',
  title: 'Distribution of the output margins',
  caption:
    'Signed output margins of training examples after as many updates, and of the large batch after training longer. One seed: the first.',
  needs: ['M-batch-examples'],
  claims: ['M-batch.skewed', 'M-batch.margins', 'M-batch.margins-grow'],
  draw: (evidence, options) =>
    histogramFigure(
      {
        id: 'M-batch.histogram',
        title: 'Output margins after small and large batches',
        subtitle: `signed; skewness is the third standardised moment; seed ${evidence.seeds[0]!}`,
        x: { label: 'output margin' },
        groups: marginsOf(evidence),
        means: true,
      },
      options,
    ),
};

const boxes: PaperFigure = {
  id: 'M-batch.boxes',
  row: 'M-batch',
  place: 'figure 4c',
  title: 'Box plots of the output margins',
  caption: 'The same margins: median, quartiles, and the examples beyond the whiskers. One seed: the first.',
  needs: ['M-batch-examples'],
  claims: ['M-batch.smallest', 'M-batch.skewed'],
  draw: (evidence, options) =>
    boxesFigure(
      {
        id: 'M-batch.boxes',
        title: 'Output margins after small and large batches',
        subtitle: `seed ${evidence.seeds[0]!}`,
        quantity: 'output margin of training examples',
        x: { label: 'output margin' },
        point: 'example',
        coloring: 'categories',
        categories: marginsOf(evidence),
      },
      options,
    ),
};

/** What is followed along training; of margins the median. */
const followed: readonly {
  readonly name: SeriesName;
  readonly title: string;
  readonly coordinate?: number;
  readonly log?: boolean;
}[] = [
  { name: 'test.accuracy', title: 'test accuracy' },
  { name: 'exampleTrace.mean', title: 'mean Hessian trace', log: true },
  { name: 'margin.output', title: 'median output margin', coordinate: 0.5 },
];

const along: PaperFigure = {
  id: 'M-batch.along',
  row: 'M-batch',
  place: 'section 4.2',
  title: 'Small and large batch along training',
  caption:
    'Test accuracy, mean Hessian trace and median output margin against updates, mean over all seeds with its 95 % interval. The large batch goes on; vertical lines: as many epochs and as many updates as the small batch.',
  needs: ['M-batch'],
  claims: ['M-batch.generalises', 'M-batch.equal-epochs', 'M-batch.catches-up', 'M-batch.closes', 'M-batch.flattens'],
  draw(evidence, options) {
    const { updates, small, large } = batchSettings[evidence.scale];
    return linesFigure(
      {
        id: 'M-batch.along',
        title: 'Small and large batch along training',
        subtitle: 'mean over seeds',
        x: { label: 'updates', scale: 'log' },
        band: bandWords.interval,
        panels: followed.map(({ name, title, coordinate, log }) => ({
          title,
          y: { label: null, scale: log === true ? ('log' as const) : ('linear' as const) },
          // A logarithmic axis of updates has no place for the initial point.
          curves: (['small', 'large'] as const).map((batch) => {
            const options = { color: batchTitle(evidence, batch), series: name, coordinate, from: 1 };
            return seriesCurve(evidence.trials('M-batch', { batch }), { ...options, band: 'interval' });
          }),
          references: [
            { kind: 'vertical' as const, at: (updates * small) / large, label: 'as many epochs as the small batch' },
            { kind: 'vertical' as const, at: updates, label: 'as many updates as the small batch' },
          ],
        })),
      },
      options,
    );
  },
};

export const batchFigures: readonly PaperFigure[] = [related, histogram, boxes, along];
