import { ThalwegError } from '../../base/index.ts';
import type { FinalQuantity, SweepRunStanding } from '../../contract/index.ts';
import { matrixSide, settingOf, settingText, type MatrixSide, type SettingAxis } from './axes.ts';
import { matrixAxes, shownQuantity, type MatrixChoices, type SweepSource } from './choice.ts';
import { spreadOf, spreadText, type RunSpread } from './spread.ts';

/** A place of a matrix that has runs. */
export interface MatrixCell {
  readonly column: number;
  /** From below, where numbers stand upwards; from above otherwise. */
  readonly row: number;
  readonly spread: RunSpread;
  /** `learning rate 0.1, batch size 32: 62.3 % ± 1.7 %, N = 5` */
  readonly words: string;
}

/** A matrix of the runs of a sweep over two of its axes. */
export interface SweepMatrix {
  readonly quantity: FinalQuantity;
  readonly columns: MatrixSide;
  /** Null: one row. */
  readonly rows: MatrixSide | null;
  readonly cells: readonly MatrixCell[];
  /** Axes over whose values means are taken, besides seeds. */
  readonly merged: readonly SettingAxis[];
  /** Axes of which one value is shown. */
  readonly fixed: readonly { readonly axis: SettingAxis; readonly place: number }[];
}

/**
 * The runs of a sweep by the values of one or two axes, with the final quantity of each place: its mean over all runs of the place, seeds
 * and the values of other axes that were not chosen. Throws `USAGE` for what is no axis or no place of one.
 */
export function sweepMatrix(source: SweepSource, choices: MatrixChoices): SweepMatrix {
  const { record, axes, quantities } = source;
  const { x, y } = matrixAxes(source, choices);
  const quantity = shownQuantity(source, choices.quantity);
  const others = axes.filter((axis) => axis !== x && axis !== y && axis.key !== 'seed');
  const fixed = others.flatMap((axis) => fixedPlace(axis, choices, record.name));
  const runs = source.runs.filter((run) =>
    fixed.every(({ axis, place }) => sameSetting(settingOf(record, run, axis.key), axis.values[place])),
  );
  const side = (axis: SettingAxis): MatrixSide =>
    matrixSide(
      axis,
      runs.some((run) => settingOf(record, run, axis.key) === undefined),
    );
  const [columns, rows] = [side(x), y && side(y)];
  const placed = new Map<string, SweepRunStanding[]>();
  for (const run of runs) {
    const place = [columns, rows].map((each) => each?.placeOf(settingOf(record, run, each.key)) ?? 0).join();
    placed.set(place, [...(placed.get(place) ?? []), run]);
  }
  const isMeasured = quantities.includes(quantity);
  const cells = [...placed].map(([place, own]): MatrixCell => {
    const [column, row] = place.split(',').map(Number) as [number, number];
    const spread = spreadOf(own, quantity, isMeasured);
    return { column, row, spread, words: wordsOf(columns, rows, column, row, spread, quantity) };
  });
  const merged = others.filter((axis) => axis.values.length > 1 && !fixed.some((each) => each.axis === axis));
  return { quantity, columns, rows, cells, merged, fixed };
}

function fixedPlace(
  axis: SettingAxis,
  { at = {} }: MatrixChoices,
  sweep: string,
): { axis: SettingAxis; place: number }[] {
  const place = Object.hasOwn(at, axis.key) ? at[axis.key] : undefined;
  if (place === undefined) return [];
  if (Number.isInteger(place) && place >= 0 && place < axis.values.length) return [{ axis, place }];
  const most = axis.values.length - 1;
  throw new ThalwegError('USAGE', `sweep ${sweep}: ${axis.key}: expected a place from 0 to ${most}, got ${place}`);
}

const sameSetting = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

function wordsOf(
  columns: MatrixSide,
  rows: MatrixSide | null,
  column: number,
  row: number,
  spread: RunSpread,
  quantity: FinalQuantity,
): string {
  const place = `${columns.title} ${columns.labels[column]!}${rows ? `, ${rows.title} ${rows.labels[row]!}` : ''}`;
  return `${place}: ${spreadText(spread, quantity)}`;
}

/** `momentum 0.9`: what is shown of an axis beside those of a matrix. */
export const fixedText = ({ axis, place }: SweepMatrix['fixed'][number]): string =>
  `${axis.title} ${settingText(axis.values[place])}`;
