import type { SeriesName } from '../../contract/index.ts';
import type { Evidence } from '../evidence.ts';
import { finalOf, meanOf, spreadText } from '../measures.ts';
import type { PaperTable } from '../paper.ts';
import { batchValue, type When } from './claims-batch.ts';
import { mnistExamples } from './cost.ts';
import { methods } from './figures-shape.ts';
import { lateCorrelation } from './readings.ts';
import { networks, networkTitles } from './settings.ts';

/** Mean over seeds, and the standard deviation where there are several. */
function spread(values: readonly number[], digits: number): string {
  meanOf('table', values);
  return spreadText(
    values,
    (mean) => rounded(mean, digits),
    (deviation) => rounded(deviation, 2),
  );
}

/** So many significant digits, without an exponent. */
const rounded = (value: number, digits: number): string => String(Number(value.toPrecision(digits))).replace('-', '−');

const batchColumns: readonly { readonly title: string; readonly name: SeriesName; readonly coordinate?: number }[] = [
  { title: 'training loss (nat)', name: 'train.loss' },
  { title: 'training accuracy', name: 'train.accuracy' },
  { title: 'test accuracy', name: 'test.accuracy' },
  { title: 'Hessian trace', name: 'exampleTrace.mean' },
  { title: 'median margin', name: 'margin.output', coordinate: 0.5 },
  { title: 'smallest margin', name: 'margin.output', coordinate: 0 },
  { title: 'skewness', name: 'margin.outputSkewness' },
  { title: 'skewness of |margin|', name: 'margin.absoluteOutputSkewness' },
];

const batchRows: readonly { readonly title: string; readonly batch: 'small' | 'large'; readonly when: When }[] = [
  { title: 'small batch', batch: 'small', when: 'equal updates' },
  { title: 'large batch, as many updates', batch: 'large', when: 'equal updates' },
  { title: 'large batch, as many epochs', batch: 'large', when: 'equal epochs' },
  { title: 'large batch, trained longer', batch: 'large', when: 'longer' },
];

const batches: PaperTable = {
  id: 'M-batch.table1',
  row: 'M-batch',
  place: 'table 1',
  title: 'Small and large batch',
  caption: 'Means ± standard deviations over all seeds. Margins are signed output margins of the training examples.',
  needs: ['M-batch'],
  claims: ['M-batch.training', 'M-batch.flatter', 'M-batch.generalises', 'M-batch.equal-epochs', 'M-batch.closes'],
  build: (evidence) => ({
    columns: ['method', ...batchColumns.map(({ title }) => title)],
    rows: batchRows.map(({ title, batch, when }) => [
      title,
      ...batchColumns.map(({ name, coordinate }) => {
        const options = { when, ...(coordinate !== undefined && { coordinate }) };
        return spread(
          evidence.seeds.map((seed) => batchValue(evidence, seed, batch, name, options)),
          4,
        );
      }),
    ]),
  }),
};

const trials = (evidence: Evidence, network: (typeof networks)[number]) => evidence.trials('M-corr', { network });

const correlations: PaperTable = {
  id: 'M-corr.late',
  row: 'M-corr',
  place: 'section 3.2.1, appendix B',
  title: 'Correlations in the second half of training',
  caption:
    'Pearson’s r of the traces of correctly classified examples, mean over the second half of training; means ± standard deviations over all seeds.',
  needs: ['M-corr'],
  claims: [
    ...networks.flatMap((network) => [`M-corr.aceht-${network}`, `M-corr.bound-${network}`, `M-models.${network}`]),
    'M-corr.outliers',
  ],
  build: (evidence) => ({
    columns: [
      ...['network', 'training accuracy', 'test accuracy', 'affine trace', 'affine trace, outliers kept'],
      ...['affine trace of the features', 'margin bound', 'margin bound of the features'],
    ],
    rows: networks.map((network) => {
      const over = (measure: (trial: ReturnType<typeof trials>[number]) => number): string =>
        spread(trials(evidence, network).map(measure), 3);
      return [
        networkTitles[network],
        over((trial) => finalOf(trial, 'train.accuracy')),
        over((trial) => finalOf(trial, 'test.accuracy')),
        over((trial) => lateCorrelation(trial, 'affineInput')),
        over((trial) => lateCorrelation(trial, 'affineInput', 'correct', 'kept')),
        over((trial) => lateCorrelation(trial, 'affineFeatures')),
        over((trial) => lateCorrelation(trial, 'boundInput')),
        over((trial) => lateCorrelation(trial, 'boundFeatures')),
      ];
    }),
  }),
};

const cost: PaperTable = {
  id: 'M-cost.table',
  row: 'M-cost',
  place: 'section 3.2.1',
  title: 'Time for all of MNIST',
  caption: 'Wall time for 60,000 examples on this machine, LeNet; means ± standard deviations over all seeds.',
  needs: ['M-cost'],
  claims: ['M-cost.one-by-one', 'M-cost.exact', 'M-cost.remains', 'M-cost.argument'],
  build: (evidence) => ({
    columns: ['method', 'time for 60,000 examples (s)', 'times the margins'],
    rows: methods.map(([method, title]) => {
      const found = evidence.trials('M-cost');
      return [
        title,
        spread(
          found.map((trial) => mnistExamples * trial.number(method)),
          3,
        ),
        spread(
          found.map((trial) => trial.number(method) / trial.number('margins')),
          3,
        ),
      ];
    }),
  }),
};

export const tables: readonly PaperTable[] = [batches, correlations, cost];
