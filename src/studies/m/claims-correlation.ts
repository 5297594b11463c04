import { pearsonCorrelation } from '../../statistics/index.ts';
import { trialOf, type Evidence } from '../evidence.ts';
import { finalOf, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import {
  accuracies,
  correlationAt,
  correlations,
  hasErrors,
  lastWithErrors,
  lateCorrelation,
  type Group,
  type Proxy,
} from './readings.ts';
import { networks, networkTitles, type NetworkName } from './settings.ts';

const row = 'M-corr';
const needs = ['M-corr'];

/** The run of a network and seed. */
export const networkTrial = (evidence: Evidence, network: NetworkName, seed: number) =>
  trialOf(evidence, 'M-corr', seed, { network });

/** Mean over the networks of one number each. */
const overNetworks = (measure: (network: NetworkName) => number): number =>
  meanOf('mean over networks', networks.map(measure));

/** The paper's bound. The claim is the bound itself: no distance from it is asked for. */
const highCorrelation = 0.8;

const strong = (name: string, proxy: Proxy, words: string, figure: string): Claim[] =>
  networks.map((network) => ({
    id: `M-corr.${name}-${network}`,
    row,
    place: network === 'lenet-mnist' ? `section 3.2.1, figure ${figure}` : 'appendix B',
    statement: `In ${networkTitles[network]}, the Hessian traces of correctly classified examples correlate with ${words} by at least 0.8 in the second half of training.`,
    quantity:
      'Pearson’s r over correctly classified examples without outliers, mean over the measurements of the second half of training, minus 0.8',
    hypothesis: { kind: 'mean', smallest: 0 },
    needs,
    measure: (evidence) =>
      perSeed(evidence, (seed) => lateCorrelation(networkTrial(evidence, network, seed), proxy) - highCorrelation),
  }));

/** Share of wrong training examples below which they are too few to correlate. */
const errors = 0.05;

const atErrors = (evidence: Evidence, network: NetworkName, seed: number, proxy: Proxy, group: Group): number => {
  const trial = networkTrial(evidence, network, seed);
  return correlationAt(trial, lastWithErrors(trial, errors), proxy, group);
};

/** One number for each seed: the mean over the networks that are wrong often enough at some time; one that learns at once never is. */
const overErring = (evidence: Evidence, measure: (network: NetworkName, seed: number) => number) =>
  perSeed(evidence, (seed) => {
    const erring = networks.filter((network) => hasErrors(networkTrial(evidence, network, seed), errors));
    // Where there is none, the first says so.
    return meanOf(
      'mean over networks',
      (erring.length > 0 ? erring : networks).map((network) => measure(network, seed)),
    );
  });

const wrong: Claim[] = [
  {
    id: 'M-corr.wrong-none',
    row,
    place: 'section 3.2.1, figure 3a',
    statement: 'The Hessian traces of wrongly classified examples do not correlate with the affine trace.',
    quantity:
      'Pearson’s r over wrongly classified examples without outliers, mean over the networks with such a measurement, at the last with at least 5 % wrong training examples',
    // Below 0.3 a correlation explains less than a tenth of the variance.
    hypothesis: { kind: 'equivalent', margin: 0.3 },
    needs,
    measure: (evidence) =>
      overErring(evidence, (network, seed) => atErrors(evidence, network, seed, 'affineInput', 'wrong')),
  },
  ...(['affineInput', 'boundInput'] as const).map((proxy): Claim => ({
    id: proxy === 'affineInput' ? 'M-corr.wrong-aceht' : 'M-corr.wrong-bound',
    row,
    place: `section 3.2.1, figure ${proxy === 'affineInput' ? '3a' : '3b'}`,
    statement: `Traces correlate more with the ${proxy === 'affineInput' ? 'affine trace' : 'margin bound'} for correctly than for wrongly classified examples.`,
    quantity:
      'r of correctly minus r of wrongly classified examples without outliers, mean over the networks with such a measurement, at the last with at least 5 % wrong training examples',
    // From 0.8 to 0.6, a fifth of the variance less.
    hypothesis: { kind: 'mean', smallest: 0.2 },
    needs,
    measure: (evidence) =>
      overErring(
        evidence,
        (network, seed) =>
          atErrors(evidence, network, seed, proxy, 'correct') - atErrors(evidence, network, seed, proxy, 'wrong'),
      ),
  })),
];

/** Pearson's r, over the measurements of a run, between training accuracy and the correlation of the traces. */
function growth(evidence: Evidence, network: NetworkName, seed: number, proxy: Proxy): number {
  const trial = networkTrial(evidence, network, seed);
  const accuracy = accuracies(trial);
  const along = correlations(trial, proxy).filter(({ iteration }) => accuracy.has(iteration));
  const x = along.map(({ iteration }) => accuracy.get(iteration)!);
  return pearsonCorrelation(
    x,
    along.map(({ value }) => value),
  ).r;
}

const grows = (['affineInput', 'boundInput'] as const).map((proxy): Claim => ({
  id: proxy === 'affineInput' ? 'M-corr.grows-aceht' : 'M-corr.grows-bound',
  row,
  place: 'section 3.2.1, figure 3c, appendix B',
  statement: `The correlation of traces with the ${proxy === 'affineInput' ? 'affine trace' : 'margin bound'} grows with training accuracy.`,
  quantity:
    'Pearson’s r between training accuracy and the correlation of correctly classified examples (without outliers) over the measurements of a run, mean over the three networks',
  // A tenth of the variance of the correlation goes with accuracy.
  hypothesis: { kind: 'mean', smallest: 0.3 },
  needs,
  measure: (evidence) => perSeed(evidence, (seed) => overNetworks((network) => growth(evidence, network, seed, proxy))),
}));

const outliers: Claim = {
  id: 'M-corr.outliers',
  row,
  place: 'section 3.2',
  statement: 'The correlation of correctly classified examples does not rest on the removal of outliers.',
  quantity: 'late r with the affine trace without outliers minus r with them, mean over the three networks',
  // A change of 0.05 would move no r across the paper's range of 0.8 to 1.
  hypothesis: { kind: 'equivalent', margin: 0.05 },
  needs,
  measure: (evidence) =>
    perSeed(evidence, (seed) =>
      overNetworks((network) => {
        const trial = networkTrial(evidence, network, seed);
        const [without, all] = (['removed', 'kept'] as const).map((choice) =>
          lateCorrelation(trial, 'affineInput', 'correct', choice),
        );
        return without! - all!;
      }),
    ),
};

export const correlationClaims: readonly Claim[] = [
  ...strong('aceht', 'affineInput', 'the affine trace', '3a'),
  ...strong('bound', 'boundInput', 'the margin bound', '3b'),
  ...wrong,
  ...grows,
  outliers,
];

/** Accuracy on the test set that a network has to reach, far above chance and below what it can reach. */
const enough: Readonly<Record<NetworkName, number>> = { 'lenet-mnist': 0.95, 'fc6-mnist': 0.93, 'fc6-cifar10': 0.4 };

export const modelClaims: readonly Claim[] = networks.map((network) => ({
  id: `M-models.${network}`,
  row: 'M-models',
  place: 'section 3.2.1, appendix A',
  statement: `The network (${networkTitles[network]}) learns its task: at least ${100 * enough[network]} % of the test set.`,
  quantity: `accuracy on the test set at the end, minus ${enough[network]}`,
  hypothesis: { kind: 'mean', smallest: 0 },
  needs,
  measure: (evidence) =>
    perSeed(evidence, (seed) => finalOf(networkTrial(evidence, network, seed), 'test.accuracy') - enough[network]),
}));
