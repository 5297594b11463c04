import type { Evidence, EvidenceTrial } from '../evidence.ts';
import { finalOf, meanOf } from '../measures.ts';
import type { PaperTable } from '../paper.ts';
import { excessOf, type Excess } from './excess.ts';
import { convexCourse, convexRates, networkCourse, predictedLosses, type Course } from './prediction.ts';
import { tracesOf } from './traces.ts';

type Rows = ReturnType<PaperTable['build']>;

const significant = (value: number): string => value.toLocaleString('en', { maximumSignificantDigits: 4 });

/** Trials of an experiment, those of one condition together. */
function byCondition(evidence: Evidence, experiment: string): EvidenceTrial[][] {
  const groups = new Map<string, EvidenceTrial[]>();
  for (const trial of evidence.trials(experiment)) {
    const key = JSON.stringify(trial.condition);
    groups.set(key, [...(groups.get(key) ?? []), trial]);
  }
  return [...groups.values()];
}

function traceTable(evidence: Evidence): Rows {
  const rows = byCondition(evidence, 'F-kld').map((trials) => {
    const traces = trials.map(tracesOf);
    const { batchSize, learningRate } = traces[0]!;
    const hessian = meanOf(
      'tr H',
      traces.map((one) => one.hessian),
    );
    const covariance = meanOf(
      'tr σ²',
      traces.map((one) => one.covariance),
    );
    return [batchSize / learningRate, batchSize, learningRate, hessian, covariance, hessian / covariance].map(
      significant,
    );
  });
  return { columns: ['BS/LR', 'BS', 'LR', 'tr H', 'tr σ²', 'tr H / tr σ²'], rows };
}

function accuracyTable(evidence: Evidence): Rows {
  const percent = (trials: readonly EvidenceTrial[], series: 'train.accuracy' | 'test.accuracy'): string =>
    (
      100 *
      meanOf(
        series,
        trials.map((trial) => finalOf(trial, series)),
      )
    ).toFixed(1);
  const rows = byCondition(evidence, 'F-kld').map((trials) => [
    ...Object.values(trials[0]!.condition).map(String),
    percent(trials, 'train.accuracy'),
    percent(trials, 'test.accuracy'),
  ]);
  return { columns: ['BS', 'LR', 'training accuracy (%)', 'validation accuracy (%)'], rows };
}

function predictionTable(evidence: Evidence): Rows {
  const row = (name: string, trials: readonly EvidenceTrial[], course: Course): string[] => {
    const excess = trials.map((trial) => excessOf(trial, course));
    const mean = (of: keyof Excess): string =>
      significant(
        meanOf(
          of,
          excess.map((one) => one[of]),
        ),
      );
    const { learningRate, batchSize } = course;
    return [
      name,
      String(learningRate),
      String(batchSize),
      ...(['loss', 'threeFactors', 'fourFactors', 'gradient', 'predictedGradient'] as const).map(mean),
      String(trials.length),
    ];
  };
  const { scale } = evidence;
  return {
    columns: [
      'problem',
      'δ',
      'm',
      'excess (nat)',
      '(δ/4m) tr H',
      '(δ/4m) tr σ²',
      'excess of ‖∇f‖²',
      '(δ/2m) tr(σ²H)',
      'seeds',
    ],
    rows: [
      ...predictedLosses.map((loss) =>
        row(`ResNet, ${loss}`, evidence.trials('F-pred', { loss }), networkCourse(scale)),
      ),
      ...convexRates.map((learningRate) =>
        row(
          'softmax regression',
          evidence.trials('F-pred-convex', { learningRate }),
          convexCourse(scale, learningRate),
        ),
      ),
    ],
  };
}

export const networkTables: readonly PaperTable[] = [
  {
    id: 'F-table.traces',
    row: 'F-table',
    place: 'table 1',
    title: 'Traces of Hessian and gradient covariance',
    caption:
      'Under the Kullback–Leibler loss at the end of training, means over seeds; the last column is the ratio of the means.',
    needs: ['F-kld'],
    claims: [
      'F-table.below',
      'F-table.rate-over-batch',
      'F-table.ratio',
      'F-table.hessian-rate',
      'F-table.covariance-rate',
      'F-table.hessian-batch',
      'F-table.covariance-batch',
    ],
    build: traceTable,
  },
  {
    id: 'F-pred.excess',
    row: 'F-pred',
    place: 'equations 6, 12 and 13',
    title: 'Predicted and measured excess',
    caption:
      'Excess of the stationary mean over the minimum below it, of the loss and of the gradient’s squared norm, beside their predictions; means over seeds.',
    needs: ['F-pred', 'F-pred-convex'],
    claims: [
      'F-pred.four-factor',
      'F-pred.log-loss',
      'F-pred.gradient',
      'F-pred.convex',
      'F-pred.convex-four-factor',
      'F-pred.convex-gradient',
      'F-pred.proportional',
    ],
    build: predictionTable,
  },
  {
    id: 'F-models.accuracy',
    row: 'F-models',
    place: 'section 4',
    title: 'Accuracy at the end of training',
    caption:
      'Residual networks under the Kullback–Leibler loss, means over seeds; the validation examples are CIFAR-10’s test images.',
    needs: ['F-kld'],
    claims: ['F-models.step'],
    build: accuracyTable,
  },
];
