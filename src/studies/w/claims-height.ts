import { readings, type Evidence, type EvidenceTrial } from '../evidence.ts';
import { logRatio, meanOf, perSeed } from '../measures.ts';
import type { Claim } from '../paper.ts';
import { ofNetwork, overNetworks } from './conditions.ts';
import { byEpoch, epochsOf, meanHeight } from './heights.ts';

const trialAt = (evidence: Evidence, seed: number, network: string, rate: 'large' | 'small'): EvidenceTrial =>
  ofNetwork(evidence, 'W-height', seed, network, { rate });

/** Largest barrier of a run relative to the loss at the start of its update; 0 where there is none. */
export function largestRelativeBarrier(trial: EvidenceTrial): number {
  const starts = readings(trial, 'interpolation.loss', { coordinate: 0 });
  const lossAt = new Map(starts.map(({ iteration, value }) => [iteration, value]));
  const relative = readings(trial, 'interpolation.barrier').map(({ iteration, value }) =>
    value > 0 ? value / meanOf(`${trial.id}: loss at ${iteration}`, [lossAt.get(iteration) ?? NaN]) : 0,
  );
  return Math.max(0, ...relative);
}

/** Share of an epoch's updates that cross a barrier. */
const barrierShare = (evidence: Evidence, trial: EvidenceTrial, epoch: number): number =>
  meanOf(
    `${trial.id}: barriers of epoch ${epoch}`,
    (byEpoch(evidence.scale, trial, 'interpolation.barrier').get(epoch) ?? []).map((value) => (value > 0 ? 1 : 0)),
  );

const needs = ['W-height'];

export const barrierClaims: readonly Claim[] = [
  {
    id: 'W-barrier.rare',
    row: 'W-barrier',
    place: 'section 3.1, table 1, figure 8',
    statement: 'SGD almost never crosses a barrier between two consecutive iterates.',
    quantity: 'share of the interpolated updates at the larger learning rate with a barrier',
    // Table 1 counts up to 23 of 450 in one epoch, and 1 % over its epochs: one in twenty is still rare.
    hypothesis: { kind: 'share', direction: 'below', bound: 0.05 },
    needs,
    measure: (evidence) => {
      const barriers = evidence
        .trials('W-height', { rate: 'large' })
        .flatMap((trial) => readings(trial, 'interpolation.barrier'));
      return { kind: 'counts', hits: barriers.filter(({ value }) => value > 0).length, of: barriers.length };
    },
  },
  {
    id: 'W-barrier.low',
    row: 'W-barrier',
    place: 'section 3.1, figure 8',
    statement: 'Barriers that are crossed are low beside the loss itself.',
    quantity:
      'a tenth, less the highest barrier of the run relative to the loss before the update (0 where none is crossed)',
    // "Substantially smaller": even the highest one is below a tenth of the loss.
    hypothesis: { kind: 'mean', smallest: 0 },
    needs,
    measure: (evidence) =>
      perSeed(evidence, (seed) =>
        overNetworks(
          evidence,
          'W-height',
          (network) => 0.1 - largestRelativeBarrier(trialAt(evidence, seed, network, 'large')),
        ),
      ),
  },
  {
    id: 'W-barrier.late',
    row: 'W-barrier',
    place: 'table 1',
    statement: 'Barriers become more frequent late in training.',
    quantity: 'share of updates with a barrier in the last interpolated epoch, less that in the first',
    // Table 1: 13 of 450 more. One update in a hundred counts.
    hypothesis: { kind: 'mean', smallest: 0.01 },
    needs,
    measure: (evidence) =>
      perSeed(evidence, (seed) =>
        overNetworks(evidence, 'W-height', (network) => {
          const trial = trialAt(evidence, seed, network, 'large');
          const epochs = epochsOf(evidence.scale, trial);
          return barrierShare(evidence, trial, epochs.at(-1)!) - barrierShare(evidence, trial, epochs[0]!);
        }),
      ),
  },
];

export const heightClaims: readonly Claim[] = [
  {
    id: 'W-height.rate',
    row: 'W-height',
    place: 'section 3.2, table 2',
    statement: 'A larger learning rate keeps SGD higher above the floor of the valley.',
    quantity: 'logarithm of the ratio of mean heights, larger over smaller learning rate, mean over epochs',
    // Table 2 has factors between 2 and 6 for a learning rate twice as large; a fifth counts.
    hypothesis: { kind: 'mean', smallest: Math.log(1.2) },
    needs,
    measure: (evidence) =>
      perSeed(evidence, (seed) =>
        overNetworks(evidence, 'W-height', (network) => {
          const [large, small] = (['large', 'small'] as const).map((rate) => trialAt(evidence, seed, network, rate));
          const ratios = epochsOf(evidence.scale, large!).map((epoch) =>
            logRatio('W-height', meanHeight(evidence.scale, large!, epoch), meanHeight(evidence.scale, small!, epoch)),
          );
          return meanOf('W-height: epochs', ratios);
        }),
      ),
  },
  {
    id: 'W-height.falls',
    row: 'W-height',
    place: 'sections 3.2 and 5, table 2',
    statement: 'SGD comes lower above the floor of the valley as training goes on.',
    quantity: 'logarithm of the ratio of mean heights, first over last interpolated epoch, at the larger learning rate',
    // Table 2 has a factor of 20 and more; half as high counts.
    hypothesis: { kind: 'mean', smallest: Math.log(2) },
    needs,
    measure: (evidence) =>
      perSeed(evidence, (seed) =>
        overNetworks(evidence, 'W-height', (network) => {
          const trial = trialAt(evidence, seed, network, 'large');
          const epochs = epochsOf(evidence.scale, trial);
          return logRatio(
            'W-height',
            meanHeight(evidence.scale, trial, epochs[0]!),
            meanHeight(evidence.scale, trial, epochs.at(-1)!),
          );
        }),
      ),
  },
];
