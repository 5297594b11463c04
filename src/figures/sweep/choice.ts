import { suggest, ThalwegError } from '../../base/index.ts';
import { finalQuantities, sweepRuns } from '../../contract/index.ts';
import type { FinalQuantity, Places, RunListEntry, SweepRecord, SweepRunStanding } from '../../contract/index.ts';
import type { Scale } from '../axis.ts';
import { settingAxes, type SettingAxis } from './axes.ts';
import { finalValue } from './spread.ts';

/** A sweep as figures show it: its plan, how its runs stand, and what it varies. */
export interface SweepSource {
  readonly record: SweepRecord;
  readonly runs: readonly SweepRunStanding[];
  readonly axes: readonly SettingAxis[];
  /** Final quantities that some run has. */
  readonly quantities: readonly FinalQuantity[];
}

/** A sweep with what a list of runs says of its runs. */
export function sweepSource(record: SweepRecord, entries: Iterable<RunListEntry>): SweepSource {
  const runs = sweepRuns(record, new Map([...entries].map((entry) => [entry.id, entry])));
  const quantities = finalQuantities.filter((quantity) => runs.some((run) => finalValue(run, quantity) !== null));
  return { record, runs, axes: settingAxes(record), quantities };
}

/** What a reader may choose of a matrix; what is absent is chosen for him. */
export interface MatrixChoices {
  readonly quantity?: FinalQuantity;
  /** Keys of axes across and upwards; `none` for y: one row. */
  readonly x?: string;
  readonly y?: string;
  /** Scale of the colours; default: linear. */
  readonly scale?: Scale;
  /** Of other axes the place of the only value that counts, by their keys; absent: all values, taken together. */
  readonly at?: Places;
}

/** Which quantity is shown first: what most readers ask for. */
const preferred: readonly FinalQuantity[] = ['testAccuracy', 'validationAccuracy', 'trainLoss'];

/** The quantity that is shown, the chosen one where runs have it; without any value the chosen one, else the training loss. */
export const shownQuantity = ({ quantities }: SweepSource, chosen: FinalQuantity | undefined): FinalQuantity =>
  chosen ?? preferred.find((quantity) => quantities.includes(quantity)) ?? quantities[0] ?? 'trainLoss';

/** No axis: a matrix of one row. */
export const noAxis = 'none';

/** The axes of a matrix as they are chosen, or the first two of the sweep; y is null for one row. Throws `USAGE` for what is no axis. */
export function matrixAxes(
  { axes, record }: SweepSource,
  { x, y }: MatrixChoices,
): { readonly x: SettingAxis; readonly y: SettingAxis | null } {
  const find = (key: string): SettingAxis => {
    const found = axes.find((axis) => axis.key === key);
    if (found) return found;
    const known = axes.map((axis) => axis.key);
    throw new ThalwegError('USAGE', `sweep ${record.name}: no axis "${key}"; ${suggest(key, known)}`);
  };
  const across = x === undefined ? (axes.find(({ key }) => key !== y) ?? axes[0]!) : find(x);
  if (y === noAxis) return { x: across, y: null };
  if (y === across.key)
    throw new ThalwegError('USAGE', `sweep ${record.name}: expected two axes that differ, got "${y}" twice`);
  const upwards = y === undefined ? record.axes.find(({ key }) => key !== across.key)?.key : y;
  return { x: across, y: upwards === undefined ? null : find(upwards) };
}
