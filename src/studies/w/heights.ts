import type { Scale } from '../../contract/index.ts';
import { readings, type EvidenceTrial } from '../evidence.ts';
import { meanOf } from '../measures.ts';
import { epochAt, tabledEpochs } from './experiments-height.ts';
import { networkIn } from './networks.ts';

/** What a series of interpolated updates recorded in each epoch (from 1). */
export function byEpoch(
  scale: Scale,
  trial: EvidenceTrial,
  name: 'interpolation.height' | 'interpolation.barrier',
): ReadonlyMap<number, readonly number[]> {
  const network = networkIn(trial.condition);
  const epochs = new Map<number, number[]>();
  for (const { iteration, value } of readings(trial, name)) {
    const epoch = epochAt(scale, network, iteration);
    epochs.set(epoch, [...(epochs.get(epoch) ?? []), value]);
  }
  return epochs;
}

/** The epochs of the tables that a trial interpolated. */
export function epochsOf(scale: Scale, trial: EvidenceTrial): number[] {
  const recorded = byEpoch(scale, trial, 'interpolation.height');
  return tabledEpochs[scale].filter((epoch) => recorded.has(epoch));
}

/** Mean height of an epoch, nat. Throws `NO_DATA` where none of its updates was interpolated. */
export const meanHeight = (scale: Scale, trial: EvidenceTrial, epoch: number): number =>
  meanOf(`${trial.id}: heights of epoch ${epoch}`, byEpoch(scale, trial, 'interpolation.height').get(epoch) ?? []);
