import type { Brushes, FinalQuantity } from '../../contract/index.ts';
import { canShow, fitAxis, scaled, type Scale } from '../axis.ts';
import { ticksOf, tickLabel } from '../ticks.ts';
import { settingAxes, settingScale, settingText, type SettingAxis } from './axes.ts';
import type { SweepSource } from './choice.ts';
import { quantityText, quantityTitle } from './quantities.ts';
import { spreadOf, spreadText, type RunSpread } from './spread.ts';

/** One of the axes that stand beside each other. */
export interface ParallelAxis {
  /** Key of a specification, or the name of the final quantity. */
  readonly key: string;
  readonly title: string;
  readonly isLast: boolean;
  /** Heights are shares of the length of the axis, from below. */
  readonly ticks: readonly { readonly height: number; readonly text: string }[];
}

/** A cell of a sweep as a line over the axes. */
export interface ParallelLine {
  /** Its place in the record. */
  readonly cell: number;
  readonly spread: RunSpread;
  readonly words: string;
  /** Where it crosses the axes; axes for which the cell has no place are left out. */
  readonly points: readonly { readonly axis: number; readonly key: string; readonly height: number }[];
}

/** An axis, and where a cell crosses it; null: nowhere. */
interface CrossedAxis extends ParallelAxis {
  readonly heightOf: (setting: unknown) => number | null;
}

/** The axes of a sweep and its cells as lines over them. */
export function parallelLines(
  { record, runs, quantities }: SweepSource,
  quantity: FinalQuantity,
  scale: Scale,
): { readonly axes: readonly ParallelAxis[]; readonly lines: readonly ParallelLine[] } {
  const isMeasured = quantities.includes(quantity);
  const own = record.cells.map((): (typeof runs)[number][] => []);
  for (const run of runs) own[run.cell]?.push(run);
  const spreads = own.map((some) => spreadOf(some, quantity, isMeasured));
  // Over the seeds of a cell means are taken: they are no axis here.
  const settings = settingAxes(record).filter(({ key }) => key !== 'seed');
  const crossed = [
    ...settings.map((axis) => settingAxis(axis, record.cells)),
    quantityAxis(
      quantity,
      spreads.flatMap(({ mean }) => mean ?? []),
      scale,
    ),
  ];
  const lines = record.cells.map((cell, index): ParallelLine => {
    const spread = spreads[index]!;
    const points = crossed.flatMap((axis, place) => {
      const height = axis.heightOf(axis.isLast ? spread.mean : cell[axis.key]);
      return height === null ? [] : [{ axis: place, key: axis.key, height }];
    });
    const words = settings.map(({ key, title }) => `${title} ${settingText(cell[key])}`).join(', ');
    return { cell: index, spread, words: `${words || 'all runs'}: ${spreadText(spread, quantity)}`, points };
  });
  return { axes: crossed, lines };
}

/** More numbers than this stand by their size, not by their order. */
const mostEven = 12;

function settingAxis(axis: SettingAxis, cells: SweepSource['record']['cells']): CrossedAxis {
  const { key, title, values, isNumeric } = axis;
  const named = { key, title, isLast: false };
  if (isNumeric && values.length > mostEven) return { ...named, ...numberScale(values.map(Number)) };
  const all = cells.some((cell) => !Object.hasOwn(cell, key)) ? [...values, undefined] : values;
  const places = new Map(all.map((value, index) => [JSON.stringify(value), index]));
  const height = (index: number): number => (all.length > 1 ? index / (all.length - 1) : 0.5);
  const step = Math.ceil(all.length / 16);
  return {
    ...named,
    ticks: all.flatMap((value, index) =>
      index % step === 0 ? [{ height: height(index), text: settingText(rounded(value)) }] : [],
    ),
    heightOf: (setting) => height(places.get(JSON.stringify(setting)) ?? 0),
  };
}

const rounded = (value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(4)) : value);

function numberScale(ascending: readonly number[]): Pick<CrossedAxis, 'ticks' | 'heightOf'> {
  return scaleOver(ascending, settingScale(ascending), tickLabel);
}

function quantityAxis(quantity: FinalQuantity, means: readonly number[], scale: Scale): CrossedAxis {
  const text = (value: number): string => quantityText(quantity, value);
  return { key: quantity, title: quantityTitle(quantity), isLast: true, ...scaleOver(means, scale, text) };
}

/** An axis of numbers from the smallest to the largest. */
function scaleOver(
  values: readonly number[],
  scale: Scale,
  text: (value: number) => string,
): Pick<CrossedAxis, 'ticks' | 'heightOf'> {
  const axis = fitAxis({ label: null, scale }, values);
  const [low, high] = axis.domain.map((end) => scaled(scale, end)) as [number, number];
  const height = (value: number): number => (high > low ? (scaled(scale, value) - low) / (high - low) : 0.5);
  const places = ticksOf(axis, 6);
  const ticks = typeof places === 'number' ? evenPlaces(axis.domain, places) : places;
  return {
    ticks: values.length === 0 ? [] : ticks.map((value) => ({ height: height(value), text: text(value) })),
    heightOf: (setting) => (typeof setting === 'number' && canShow(scale, setting) ? height(setting) : null),
  };
}

const evenPlaces = ([low, high]: readonly [number, number], count: number): number[] =>
  Array.from({ length: count }, (_, index) => low + ((high - low) * index) / (count - 1));

/** Addresses hold brushes to three decimals. */
const slack = 0.001;

/** Whether a line crosses every brushed axis within the brush. */
export function isWithin({ points }: ParallelLine, brushes: Brushes): boolean {
  return Object.entries(brushes).every(([key, [low, high]]) =>
    points.some((point) => point.key === key && point.height >= low - slack && point.height <= high + slack),
  );
}
