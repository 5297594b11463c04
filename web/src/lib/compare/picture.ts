import type { Band, Domain, FittedAxis, OffScale, Scale, ValueMark } from '../../../../src/figures/index.ts';
import { canShow } from '../../../../src/figures/index.ts';
import type { Range } from '../windows.ts';

/** Rows of a curve by ascending `x`; a row whose `iteration` is NaN is a break, any other a measured value. */
export interface CurveData {
  readonly length: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly iteration: Float64Array;
  /** NaN: none. */
  readonly coordinate: Float64Array;
}

/** One curve of a panel: that of a run, or the mean of a group. */
export interface PictureCurve {
  /** Index of its group. */
  readonly group: number;
  /** Name of its run; null: a mean. */
  readonly run: string | null;
  readonly data: CurveData;
  readonly color: string;
  readonly dash: string | undefined;
  readonly width: number;
  readonly opacity: number;
  /** Around a mean: as many limits as rows. */
  readonly band: Band | null;
  /** Runs behind each row of a mean. */
  readonly counts: Float64Array | null;
  /** Measured values that have no height on the axis. */
  readonly marks: readonly ValueMark[];
  /** Whether the cursor finds it. A smoothed curve repeats a raw one, which is found. */
  readonly found: boolean;
}

/** How many measured values of the part in view have no height on the axis. */
export type OffScaleCounts = Readonly<Record<OffScale, number>>;
export const noneOffScale: OffScaleCounts = { notANumber: 0, infinite: 0, negativeInfinite: 0, notPositive: 0 };

export const addCounts = (a: OffScaleCounts, b: OffScaleCounts): OffScaleCounts => ({
  notANumber: a.notANumber + b.notANumber,
  infinite: a.infinite + b.infinite,
  negativeInfinite: a.negativeInfinite + b.negativeInfinite,
  notPositive: a.notPositive + b.notPositive,
});

/** How many marks there are of each kind. */
export const countMarks = (marks: readonly ValueMark[]): OffScaleCounts =>
  marks.reduce((sum, { kind }) => ({ ...sum, [kind]: sum[kind] + 1 }), noneOffScale);

/** What a panel shows. */
export interface Picture {
  readonly curves: readonly PictureCurve[];
  readonly xScale: Scale;
  readonly yScale: Scale;
  readonly counts: OffScaleCounts;
  /** Places at which means leave out runs whose values are not finite. */
  readonly leftOut: number;
}

/** The marks of values that a line cannot show: measured, but without a height on the axis. */
export function marksOf({ length, x, y, iteration }: CurveData, scale: Scale): ValueMark[] {
  const marks: ValueMark[] = [];
  let beside: number | null = null;
  let waiting: { readonly kind: OffScale; readonly x: number }[] = [];
  for (let row = 0; row < length; row++) {
    const value = y[row]!;
    if (canShow(scale, value)) {
      marks.push(...waiting.map((mark) => ({ ...mark, beside: value })));
      waiting = [];
      beside = value;
    } else if (!Number.isNaN(iteration[row]!)) {
      const mark = { kind: kindOf(value), x: x[row]! };
      if (beside === null) waiting.push(mark);
      else marks.push({ ...mark, beside });
    }
  }
  return [...marks, ...waiting.map((mark) => ({ ...mark, beside: null }))];
}

function kindOf(value: number): OffScale {
  if (Number.isNaN(value)) return 'notANumber';
  if (value === Infinity) return 'infinite';
  return value === -Infinity ? 'negativeInfinite' : 'notPositive';
}

const words: Readonly<Record<OffScale, string>> = {
  notANumber: 'NaN (×, where the curve was last)',
  infinite: '∞ (▲ at the upper edge)',
  negativeInfinite: '−∞ (▼ at the lower edge)',
  notPositive: '≤ 0 (○ at the lower edge), which a logarithmic axis cannot show',
};

/** What the marks of a panel stand for, with the number of measured values; nothing where there are none. */
export function marksText({ counts, leftOut, yScale }: Pick<Picture, 'counts' | 'leftOut' | 'yScale'>): string[] {
  const kinds = (Object.keys(words) as OffScale[]).filter(
    (kind) => counts[kind] > 0 && (kind !== 'notPositive' || yScale === 'log'),
  );
  const values = kinds.map((kind) => `${numbered(counts[kind], 'value is', 'values are')} ${words[kind]}`);
  if (leftOut === 0) return values;
  return [
    ...values,
    `At ${numbered(leftOut, 'place', 'places')} (×) some run is not finite: the mean there is that of the others`,
  ];
}

const numbered = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** Share of the height of a panel that stays free above and below its curves. */
const air = 0.06;

/**
 * The vertical axis of what a window shows: from the lowest to the highest value with a place on it, bands included (lower ends of
 * bands not on a logarithmic axis, which they would stretch without end), and a little air.
 */
export function verticalAxis({ curves, yScale }: Picture, [from, to]: Range): FittedAxis {
  const even = yScale === 'log' ? Math.log10 : (value: number): number => value;
  let [low, high] = [Infinity, -Infinity];
  const reach = (value: number): void => {
    if (!canShow(yScale, value)) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const { data, band } of curves) {
    for (let row = 0; row < data.length; row++) {
      const x = data.x[row]!;
      if (x < from || x > to) continue;
      reach(data.y[row]!);
      if (band) reach(band.upper[row]!);
      if (band && yScale === 'linear') reach(band.lower[row]!);
    }
  }
  return { label: null, scale: yScale, domain: withAir(low, high, even, yScale) };
}

function withAir(low: number, high: number, even: (value: number) => number, scale: Scale): Domain {
  if (low > high) return scale === 'log' ? [0.1, 1] : [0, 1];
  const [bottom, top] = [even(low), even(high)];
  const margin = air * (top - bottom || Math.abs(top) || 1);
  const back = scale === 'log' ? (value: number): number => 10 ** value : (value: number): number => value;
  return [back(bottom - margin), back(top + margin)];
}

/** The part of the horizontal axis that curves take, on a logarithmic one from the first positive place on; null: nothing. */
export function extentOfCurves(curves: readonly PictureCurve[], scale: Scale): Range | null {
  let [low, high] = [Infinity, -Infinity];
  for (const { data } of curves) {
    let first = 0;
    while (first < data.length && !canShow(scale, data.x[first]!)) first++;
    if (first === data.length) continue;
    low = Math.min(low, data.x[first]!);
    high = Math.max(high, data.x[data.length - 1]!);
  }
  return low <= high ? [low, high > low ? high : low + 1] : null;
}
