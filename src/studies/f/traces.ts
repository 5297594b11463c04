import { leastSquaresLine, leastSquaresSlopes } from '../../statistics/index.ts';
import { readings, type Evidence, type EvidenceTrial } from '../evidence.ts';
import { finalOf, logOf, logRatio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { extents } from './networks.ts';

/** Both traces at the end of a training, and its setting. */
export interface Traces {
  readonly batchSize: number;
  readonly learningRate: number;
  /** tr H: mean over examples of exact traces, the penalty's second derivatives included. */
  readonly hessian: number;
  /** tr σ²: of the covariance of single gradients, 1/(N−1). */
  readonly covariance: number;
}

export const tracesOf = (trial: EvidenceTrial): Traces => ({
  batchSize: Number(trial.condition['batchSize']),
  learningRate: Number(trial.condition['learningRate']),
  hessian: finalOf(trial, 'exampleTrace.mean'),
  covariance: finalOf(trial, 'noise.trace'),
});

/** All settings of one seed in one number. */
function overSettings(evidence: Evidence, measure: (settings: readonly Traces[]) => number) {
  const all = evidence.trials('F-kld');
  return perSeed(evidence, (seed) => measure(all.filter((trial) => trial.seed === seed).map(tracesOf)));
}

/** Powers of learning rate and batch size in `value ∝ δ^a·m^b`, fitted to the logarithms. */
function powers(settings: readonly Traces[], value: (traces: Traces) => number): { rate: number; batch: number } {
  const explaining = [
    settings.map(({ learningRate }) => Math.log(learningRate)),
    settings.map(({ batchSize }) => Math.log(batchSize)),
  ];
  const values = settings.map((traces) => logOf('trace', value(traces)));
  const [rate, batch] = leastSquaresSlopes(explaining, values) as [number, number];
  return { rate, batch };
}

const ratio = ({ hessian, covariance }: Traces): number => hessian / covariance;
const logOfRatio = ({ hessian, covariance }: Traces): number => logRatio('tr H/tr σ²', hessian, covariance);

/** A power of a tenth: a factor of 1.2 over the sixfold range of the learning rates. */
const smallestPower = 0.1;

interface TableClaim {
  readonly name: string;
  readonly statement: string;
  readonly quantity: string;
  readonly hypothesis: Claim['hypothesis'];
  readonly measure: (settings: readonly Traces[]) => number;
}

const tableClaim = ({ name, statement, quantity, hypothesis, measure }: TableClaim): Claim => ({
  id: `F-table.${name}`,
  row: 'F-table',
  place: 'section 5.3, table 1, figure 4',
  statement,
  quantity,
  hypothesis,
  needs: ['F-kld'],
  measure: (evidence) => overSettings(evidence, measure),
});

const power = { kind: 'mean', smallest: smallestPower } as const;

/** What section 5.3 reads off table 1. */
export const traceClaims: readonly Claim[] = [
  tableClaim({
    name: 'below',
    statement: 'Under the Kullback–Leibler loss tr σ² is far below tr H for every batch size and learning rate.',
    quantity: 'smallest log(tr H/tr σ²) of all settings (natural logarithm)',
    // Half of the smallest difference in table 1, a factor of 2.4, on a logarithmic scale.
    hypothesis: { kind: 'mean', smallest: Math.log(1.5) },
    measure: (settings) => Math.min(...settings.map(logOfRatio)),
  }),
  tableClaim({
    name: 'rate-over-batch',
    statement: 'The ratio tr H/tr σ² grows more with the learning rate than with the batch size.',
    quantity: 'power of the learning rate less power of the batch size in tr H/tr σ² (least squares of logarithms)',
    hypothesis: power,
    measure: (settings) => {
      const { rate, batch } = powers(settings, ratio);
      return rate - batch;
    },
  }),
  tableClaim({
    name: 'ratio',
    statement: 'The ratio tr H/tr σ² grows as batch size over learning rate falls.',
    quantity: 'power of learning rate over batch size in tr H/tr σ² (least squares of logarithms)',
    hypothesis: power,
    measure: (settings) =>
      leastSquaresLine(
        settings.map(({ learningRate, batchSize }) => Math.log(learningRate / batchSize)),
        settings.map(logOfRatio),
      ).slope,
  }),
  tableClaim({
    name: 'hessian-rate',
    statement: 'At a given batch size tr H rises with the learning rate.',
    quantity: 'power of the learning rate in tr H (least squares of logarithms)',
    hypothesis: power,
    measure: (settings) => powers(settings, ({ hessian }) => hessian).rate,
  }),
  tableClaim({
    name: 'covariance-rate',
    statement: 'At a given batch size tr σ² falls as the learning rate rises.',
    quantity: 'power of the learning rate in 1/tr σ² (least squares of logarithms)',
    hypothesis: power,
    measure: (settings) => powers(settings, ({ covariance }) => 1 / covariance).rate,
  }),
  tableClaim({
    name: 'hessian-batch',
    statement: 'At a given learning rate tr H rises with the batch size.',
    quantity: 'power of the batch size in tr H (least squares of logarithms)',
    hypothesis: power,
    measure: (settings) => powers(settings, ({ hessian }) => hessian).batch,
  }),
  tableClaim({
    name: 'covariance-batch',
    statement: 'At a given learning rate tr σ² does not depend on the batch size.',
    quantity: 'power of the batch size in tr σ² (least squares of logarithms)',
    // A factor of 1.4 over the fivefold range of batch sizes: as much as the paper's own numbers scatter.
    hypothesis: { kind: 'equivalent', margin: 0.2 },
    measure: (settings) => powers(settings, ({ covariance }) => covariance).batch,
  }),
];

/** F-models: what the steps of the schedule are for. */
export const scheduleClaim: Claim = {
  id: 'F-models.step',
  row: 'F-models',
  place: 'section 4',
  statement: 'Dividing the learning rate by 10 lifts the training accuracy from where it stagnates.',
  quantity:
    'training accuracy at the second step of the schedule less that at the first, mean over batch sizes and learning rates (share)',
  hypothesis: { kind: 'mean', smallest: 0.01 },
  needs: ['F-kld'],
  measure(evidence) {
    const { steps, epochs } = extents[evidence.scale];
    const all = evidence.trials('F-kld');
    return perSeed(evidence, (seed) => {
      const gains = all
        .filter((other) => other.seed === seed)
        .map((run) => accuracyAt(run, steps[1] / epochs) - accuracyAt(run, steps[0] / epochs));
      return meanOf('gain of a step', gains);
    });
  },
};

/** Training accuracy after a share of the training. */
function accuracyAt(trial: EvidenceTrial, share: number): number {
  const rows = readings(trial, 'train.accuracy');
  const end = rows.at(-1)!.iteration;
  const found = rows.find(({ iteration }) => iteration >= Math.round(share * end));
  return meanOf('training accuracy', found ? [found.value] : []);
}
