import { ThalwegError } from '../../base/index.ts';
import type { SeriesName } from '../../contract/index.ts';
import { passageThrough, atPassage } from '../../figures/index.ts';
import { readings, type EvidenceTrial } from '../evidence.ts';

/** A curve against the number of updates. */
export interface Track {
  readonly iterations: readonly number[];
  readonly values: readonly number[];
}

/** The readings of a series of a run, in the order of updates; of one coordinate, where it has several. Throws `NO_DATA` for none. */
export function trackOf(trial: EvidenceTrial, series: SeriesName, coordinate?: number): Track {
  const rows = readings(trial, series, { coordinate });
  if (rows.length > 0)
    return { iterations: rows.map(({ iteration }) => iteration), values: rows.map(({ value }) => value) };
  const at = coordinate === undefined ? '' : ` at ${coordinate}`;
  throw new ThalwegError('NO_DATA', `${trial.id}: expected records of ${series}${at}, got none`);
}

/** The newest reading, finite or not, as tables show it; claims take `finalOf`. */
export const endOf = (trial: EvidenceTrial, series: SeriesName, coordinate?: number): number =>
  trackOf(trial, series, coordinate).values.at(-1)!;

/**
 * A series of a run at the moment at which its training loss last falls through `level` (rows G-phase, G-slice): linear between
 * the readings around it in the logarithm of the training loss. Both are measured on the same examples. Throws `NO_DATA` for a
 * run whose training loss never does.
 */
export function atTrainingLoss(trial: EvidenceTrial, level: number, series: SeriesName, coordinate?: number): number {
  const loss = trackOf(trial, 'loss.training');
  const { iterations, values } = trackOf(trial, series, coordinate);
  if (iterations.length !== loss.iterations.length)
    throw new ThalwegError(
      'NO_DATA',
      `${trial.id}: expected ${series} wherever loss.training is recorded, got ${iterations.length} of ${loss.iterations.length} records`,
    );
  return atPassage(passageThrough(trial.id, loss.values, level), values);
}
