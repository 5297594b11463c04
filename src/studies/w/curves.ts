import type { SeriesName } from '../../contract/index.ts';
import type { GroupedCurve } from '../../figures/index.ts';
import { meanEstimate } from '../../statistics/index.ts';
import { readings, type EvidenceTrial } from '../evidence.ts';

/** What bands around means over seeds are, in legends. */
export const bandWords = '± 1 s.d.';

export interface SeriesCurve {
  readonly color: string;
  readonly dash?: string;
  readonly series: SeriesName;
  /** Iterations of the centred moving average that each seed's values are replaced by; default 1: none. */
  readonly smoothing?: number;
  /** Only this coordinate; default: series without one. */
  readonly coordinate?: number;
}

/** Mean over the trials (one for each seed) of a series over iterations, with a band of one standard deviation. */
export function seriesCurve(trials: readonly EvidenceTrial[], options: SeriesCurve): GroupedCurve {
  const { color, dash, series, smoothing = 1, coordinate } = options;
  const columns = trials.map((trial) => {
    const rows = readings(trial, series).filter((row) => coordinate === undefined || row.coordinate === coordinate);
    const smooth = movingMean(
      rows.map(({ value }) => value),
      smoothing,
    );
    return new Map(rows.map(({ iteration }, index) => [iteration, smooth[index]!]));
  });
  const shared = [...(columns[0]?.keys() ?? [])].filter((iteration) =>
    columns.every((column) => column.has(iteration)),
  );
  const points = shared.map((iteration) =>
    pointOf(
      iteration,
      columns.map((column) => column.get(iteration)!),
    ),
  );
  return curveThrough(points, { color, ...(dash !== undefined && { dash }), seeds: trials.length });
}

/** A place of a curve: the mean over seeds, and one standard deviation; null for fewer than two seeds. */
export interface MeanPoint {
  readonly x: number;
  readonly y: number;
  readonly deviation: number | null;
}

/** Mean and standard deviation of the numbers of several seeds. A number that is not finite makes a gap. */
export function pointOf(x: number, values: readonly number[]): MeanPoint {
  if (!values.every(Number.isFinite)) return { x, y: NaN, deviation: NaN };
  if (values.length < 2) return { x, y: values[0] ?? NaN, deviation: null };
  const { mean: y, standardError, count } = meanEstimate(values);
  return { x, y, deviation: standardError * Math.sqrt(count) };
}

export function curveThrough(
  points: readonly MeanPoint[],
  style: Pick<GroupedCurve, 'color' | 'dash' | 'seeds'>,
): GroupedCurve {
  const of = (value: (point: MeanPoint) => number): Float64Array => Float64Array.from(points, value);
  const hasBand = points.every(({ deviation }) => deviation !== null);
  const band = { lower: of(({ y, deviation }) => y - deviation!), upper: of(({ y, deviation }) => y + deviation!) };
  return { ...style, curve: { x: of(({ x }) => x), y: of(({ y }) => y) }, ...(hasBand && { band }) };
}

/** The mean; NaN of no values. */
export const average = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean of the values at most `(width − 1)/2` places away; at both ends of those that there are. */
export function movingMean(values: readonly number[], width: number): number[] {
  const reach = Math.floor((width - 1) / 2);
  if (reach === 0) return [...values];
  return values.map((_, index) => average(values.slice(Math.max(0, index - reach), index + reach + 1)));
}
