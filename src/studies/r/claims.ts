import type { Condition } from '../../contract/index.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { finalOf, logOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { constantLevels, dataSets, noiseLevels, type DataSetName } from './data.ts';
import type { LabelKind } from './labels.ts';

const names: Readonly<Record<DataSetName, string>> = { mnist: 'MNIST', 'cifar-10': 'CIFAR-10' };

/** Test accuracy of a run at the end. NaN where the network went to infinity is no reading: it throws `NO_DATA`. */
const accuracy = (evidence: Evidence, seed: number, where: Condition): number =>
  finalOf(trialOf(evidence, 'R-data', seed, where), 'test.accuracy');

/** A number of the simplex of three minimisers. */
const ofSimplex = (evidence: Evidence, seed: number, data: DataSetName, labels: LabelKind, name: string): number =>
  trialOf(evidence, 'R-labels', seed, { data, labels }).number(name);

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
    perSeed(evidence, (seed) => {
      const at = (noise: number): number => accuracy(evidence, seed, { data, decay: 'harmonic', noise });
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
    perSeed(evidence, (seed) => {
      const most = Math.max(...constantLevels(evidence.scale));
      return (
        accuracy(evidence, seed, { data, decay: 'harmonic', noise: 0 }) -
        accuracy(evidence, seed, { data, decay: 'constant', noise: most })
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
    perSeed(evidence, (seed) => {
      const rise = (labels: LabelKind): number =>
        logOf(`R-labels, ${data}, ${labels} labels: rise`, ofSimplex(evidence, seed, data, labels, 'rise'));
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
    perSeed(evidence, (seed) => {
      const low = (labels: LabelKind): number => ofSimplex(evidence, seed, data, labels, 'shareLow');
      return low('natural') - low('random');
    }),
});

export const networkClaims: readonly Claim[] = [decayingNoise, constantNoise, flatter, lower].flatMap((claim) =>
  dataSets.map(claim),
);
