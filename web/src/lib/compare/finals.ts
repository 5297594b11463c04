import type { BandKind } from '../../../../src/contract/index.ts';
import { meanEstimate } from '../../../../src/statistics/index.ts';
import { finalKeys, type FinalKey, type FinalOrder } from './final-order.ts';
import type { RunGroup } from './groups.ts';
import type { ComparedRun } from './runs.ts';

/** A figure over the runs of a group. */
export interface GroupFigure {
  readonly mean: number;
  /** Half width of the band; null for fewer than two runs, and without a band. */
  readonly reach: number | null;
  /** Runs that have the figure and whose value is finite. */
  readonly count: number;
  /** Runs whose value is NaN or infinite: no mean has them. */
  readonly notFinite: number;
}

/** A row of the table. */
export interface GroupFigures {
  readonly group: RunGroup;
  /** Null where no run of the group has the figure. */
  readonly figures: ReadonlyMap<FinalKey, GroupFigure | null>;
}

/** Means of the final figures of each group, with what `band` says around them. */
export const finalsOf = (groups: readonly RunGroup[], band: BandKind): GroupFigures[] =>
  groups.map((group) => ({
    group,
    figures: new Map(finalKeys.map((key) => [key, figureOf(group.runs, key, band)])),
  }));

function figureOf(runs: readonly ComparedRun[], key: FinalKey, band: BandKind): GroupFigure | null {
  const values = runs.map((run) => run.entry?.[key] ?? null).filter((value) => value !== null);
  if (values.length === 0) return null;
  const finite = values.filter((value) => Number.isFinite(value));
  const [count, notFinite] = [finite.length, values.length - finite.length];
  if (count < 2) return { mean: finite[0] ?? NaN, reach: null, count, notFinite };
  const estimate = meanEstimate(finite);
  const reaches: Readonly<Record<BandKind, number | null>> = {
    deviation: estimate.standardDeviation,
    error: estimate.standardError,
    interval: estimate.interval[1] - estimate.mean,
    none: null,
  };
  return { mean: estimate.mean, reach: reaches[band], count, notFinite };
}

/** Rows by a figure; groups without it come last. */
export function sortFinals(rows: readonly GroupFigures[], { key, descending }: FinalOrder): GroupFigures[] {
  const meanOf = (row: GroupFigures): number => row.figures.get(key)?.mean ?? NaN;
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [first, second] = [meanOf(a), meanOf(b)];
    if (Number.isNaN(first) || Number.isNaN(second)) return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
    return sign * (first - second);
  });
}
