import { ThalwegError } from '../../base/index.ts';
import { last, meanOf, type EvidenceTrial } from '../evidence.ts';
import type { Claim } from '../paper.ts';
import { forEachSeed } from '../seeds.ts';
import { constantLevels, dataSets, noiseLevels, type DataSetName } from './data.ts';

const names: Readonly<Record<DataSetName, string>> = { mnist: 'MNIST', 'cifar-10': 'CIFAR-10' };

/** Test accuracy at the end. NaN where the network went to infinity is no reading: it throws `NO_DATA`. */
const accuracy = (trial: EvidenceTrial): number => meanOf(`${trial.id}: test accuracy`, [last(trial, 'test.accuracy')]);

/** The number of largest size, with its sign. */
const largest = (values: readonly number[]): number =>
  values.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);

/** Differences in test accuracy between runs of one seed that the paper’s curves would not show: one point, and three where curves scatter more. */
const margins: Readonly<Record<DataSetName, number>> = { mnist: 0.01, 'cifar-10': 0.03 };

const decayingNoise = (data: DataSetName): Claim => ({
  id: `R-data.${data}`,
  row: 'R-data',
  place: data === 'mnist' ? 'section 2.2, figure 5' : 'section 2.2, figure 4',
  statement: `On ${names[data]} the level of decaying Langevin noise hardly matters for the accuracy that is reached.`,
  quantity: "difference in final test accuracy from γ' = 0, of the γ' where it is largest in size (share)",
  hypothesis: { kind: 'equivalent', margin: margins[data] },
  needs: ['R-data'],
  measure: (evidence) =>
    forEachSeed(evidence, 'R-data', (trial) => {
      const at = (noise: number): number => accuracy(trial({ data, decay: 'harmonic', noise }));
      const noisy = noiseLevels(evidence.scale).filter((noise) => noise > 0);
      return largest(noisy.map((noise) => at(noise) - at(0)));
    }),
});

/** Twenty points: half of what is learnt beyond guessing on CIFAR-10 by such networks. */
const ruined = 0.2;

const constantNoise = (data: DataSetName): Claim => ({
  id: `R-data.constant-${data}`,
  row: 'R-data',
  place: 'beyond the paper',
  statement: `On ${names[data]} noise of the largest level that does not decay spoils the training.`,
  quantity: "final test accuracy at γ' = 0 less that at the largest constant γ' (share)",
  hypothesis: { kind: 'mean', smallest: ruined },
  needs: ['R-data'],
  measure: (evidence) =>
    forEachSeed(evidence, 'R-data', (trial) => {
      const most = Math.max(...constantLevels(evidence.scale));
      return (
        accuracy(trial({ data, decay: 'harmonic', noise: 0 })) -
        accuracy(trial({ data, decay: 'constant', noise: most }))
      );
    }),
});

const place: Readonly<Record<DataSetName, string>> = {
  mnist: 'section 2.3, figure 7',
  'cifar-10': 'section 2.3, figure 6',
};

const flatter = (data: DataSetName): Claim => ({
  id: `R-labels.${data}`,
  row: 'R-labels',
  place: place[data],
  statement: `On ${names[data]} minimisers under natural labels are flatter than those under random labels: between three of them the training loss rises less.`,
  quantity:
    'log of the mean rise of the training loss over the simplex above its vertices, random labels less natural ones (natural logarithm)',
  // A rise that is a tenth higher.
  hypothesis: { kind: 'mean', smallest: Math.log(1.1) },
  needs: ['R-labels'],
  measure: (evidence) =>
    forEachSeed(evidence, 'R-labels', (trial) => {
      const rise = (labels: string): number => logOf(trial({ data, labels }), 'rise');
      return rise('random') - rise('natural');
    }),
});

const lower = (data: DataSetName): Claim => ({
  id: `R-labels.low-${data}`,
  row: 'R-labels',
  place: place[data],
  statement: `On ${names[data]} more of the simplex of three minimisers has a low training loss under natural labels than under random ones.`,
  quantity: 'share of the simplex with a training loss of at most 0.5 nat, natural less random labels',
  hypothesis: { kind: 'mean', smallest: 0.02 },
  needs: ['R-labels'],
  measure: (evidence) =>
    forEachSeed(
      evidence,
      'R-labels',
      (trial) =>
        trial({ data, labels: 'natural' }).number('shareLow') - trial({ data, labels: 'random' }).number('shareLow'),
    ),
});

/** Throws `NO_DATA` for a number that has no logarithm. */
function logOf(trial: EvidenceTrial, name: string): number {
  const value = trial.number(name);
  if (value > 0 && value < Infinity) return Math.log(value);
  throw new ThalwegError('NO_DATA', `${trial.id}: expected a positive ${name}, got ${value}`);
}

export const networkClaims: readonly Claim[] = [decayingNoise, constantNoise, flatter, lower].flatMap((claim) =>
  dataSets.map(claim),
);
