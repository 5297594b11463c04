import type { SeriesName } from '../contract/index.ts';
import { curveThrough, type Curve, type GroupedCurve } from '../figures/index.ts';
import { arithmeticMean } from '../statistics/index.ts';
import { readings, type EvidenceTrial, type Part } from './evidence.ts';
import { pairs, spreadOf, type Spread } from './measures.ts';

/** What bands around means over seeds are, in legends. */
export const bandWords = { deviation: '± 1 s.d.', interval: '95 % interval' } as const;
export type BandKind = keyof typeof bandWords;

/** A mean over seeds, without colour and dash. */
export interface MeanCurve extends Pick<GroupedCurve, 'curve' | 'band'> {
  readonly seeds: number;
}

const limits: Readonly<Record<BandKind, (spread: Spread) => readonly [lower: number, upper: number]>> = {
  deviation: ({ mean, deviation }) => [mean - deviation, mean + deviation],
  interval: ({ interval }) => interval,
};

/**
 * Mean over seeds at each place, by ascending places. Its band is the mean ± the standard deviation over seeds (n − 1), or
 * Student's 95 % interval; one seed has none. A number that is not finite makes a gap. Throws `NO_DATA` where a seed has not as
 * many values as there are places.
 *
 * @param ofSeeds the values of each seed at the places `x`
 */
export function meanCurve(
  x: readonly number[],
  ofSeeds: readonly (readonly number[])[],
  kind: BandKind = 'deviation',
): MeanCurve {
  for (const values of ofSeeds) pairs(x, values);
  const spreads = x.map((_, index) => spreadOf(ofSeeds.map((values) => values[index]!)));
  const through = (of: (spread: Spread) => number): Curve => curveThrough(x, spreads.map(of));
  const limit = (end: 0 | 1): Float64Array => through((spread) => limits[kind](spread)[end]).y;
  return {
    curve: through(({ mean }) => mean),
    ...(ofSeeds.length > 1 && { band: { lower: limit(0), upper: limit(1) } }),
    seeds: ofSeeds.length,
  };
}

/** A number at a place of the horizontal axis. */
export type Point = readonly [x: number, y: number];

/** {@link meanCurve} of the points of trials (one for each seed), at the places that all of them have. */
export function meanThrough(
  trials: readonly EvidenceTrial[],
  points: (trial: EvidenceTrial) => readonly Point[],
  kind: BandKind = 'deviation',
): MeanCurve {
  const columns = trials.map((trial) => new Map(points(trial)));
  const places = [...(columns[0]?.keys() ?? [])].filter((x) => columns.every((column) => column.has(x)));
  const ofSeeds = columns.map((column) => places.map((x) => column.get(x)!));
  return meanCurve(places, ofSeeds, kind);
}

export interface SeriesCurve extends Part {
  readonly color: string;
  readonly dash?: string;
  readonly series: SeriesName;
  /** Iterations of the centred moving average that each seed's values are replaced by; default 1: none. */
  readonly smoothing?: number;
  readonly band?: BandKind;
}

/** Mean over the trials (one for each seed) of a part of a series over iterations. */
export function seriesCurve(trials: readonly EvidenceTrial[], options: SeriesCurve): GroupedCurve {
  const { color, dash, series, smoothing = 1, band, ...part } = options;
  const points = (trial: EvidenceTrial): Point[] => {
    const rows = readings(trial, series, part);
    const smooth = movingMean(
      rows.map(({ value }) => value),
      smoothing,
    );
    return rows.map(({ iteration }, index) => [iteration, smooth[index]!]);
  };
  return { color, ...(dash !== undefined && { dash }), ...meanThrough(trials, points, band) };
}

/** Mean of the values at most `(width − 1)/2` places away, at both ends of those that there are; NaN beside one that is not finite. */
export function movingMean(values: readonly number[], width: number): number[] {
  const reach = Math.floor((width - 1) / 2);
  if (reach === 0) return [...values];
  return values.map((_, index) => meanOrGap(values.slice(Math.max(0, index - reach), index + reach + 1)));
}

/** The mean; NaN, which is drawn as a gap, of no values and beside one that is not finite. */
export const meanOrGap = (values: readonly number[]): number =>
  values.length > 0 && values.every(Number.isFinite) ? arithmeticMean(values) : NaN;
