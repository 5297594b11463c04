import { canShow, lowerBound } from '../../../../src/figures/index.ts';
import type { Scale, ValueMark } from '../../../../src/figures/index.ts';
import { meanEstimate } from '../../../../src/statistics/index.ts';
import type { Range } from '../windows.ts';
import type { BandKind } from './address.ts';
import type { MeanWindow, RunWindow } from './panel-data.ts';
import { addCounts, marksOf, noneOffScale } from './picture.ts';
import type { CurveData } from './picture.ts';

/** In what a mean is taken, and how it is drawn. */
export interface MeanOptions {
  readonly band: BandKind;
  readonly range: Range;
  /** Places at most. */
  readonly columns: number;
  readonly xScale: Scale;
  readonly yScale: Scale;
}

/**
 * The mean of the curves of several runs `m(x) = (1/N) Σ_r y_r(x)` over the N runs that have a finite value at x, with a band of
 * ± s (divisor N − 1), ± s/√N, or the 95 % interval of Student's t. Between two measurements a run is interpolated linearly, but
 * not over a break or a value that is not finite, and not beyond its ends. Places are all x at which some run was measured, or, where those are more than
 * `columns`, the middles of as many columns, in which a run's value is the mean of its measurements there. A single run has no band (limits NaN).
 */
export function meanWindow(windows: readonly RunWindow[], options: MeanOptions): MeanWindow {
  const edges = placesOf(windows, options);
  const places = edges.centers;
  const values = windows.map((window) => valuesAt(window, edges));
  const mean = new Float64Array(places.length);
  const counts = new Float64Array(places.length);
  const [lower, upper] = [new Float64Array(places.length), new Float64Array(places.length)];
  for (let place = 0; place < places.length; place++) {
    const sample = values.map((of) => of[place]!).filter((value) => Number.isFinite(value));
    counts[place] = sample.length;
    const [low, middle, high] = bandOf(sample, options.band);
    [lower[place], mean[place], upper[place]] = [low, middle, high];
  }
  const data = {
    length: places.length,
    x: places,
    y: mean,
    iteration: Float64Array.from(places, (x, place) => (counts[place]! > 0 ? x : NaN)),
    coordinate: new Float64Array(places.length).fill(NaN),
  };
  return {
    data,
    band: options.band === 'none' ? null : { lower, upper },
    counts,
    offScale: windows.reduce((sum, window) => addCounts(sum, window.counts), noneOffScale),
    marks: windows.flatMap((window) => besideMean(marksOf(window, options.yScale), data)),
  };
}

function bandOf(sample: readonly number[], band: BandKind): readonly [low: number, mean: number, high: number] {
  if (sample.length < 2) return [NaN, sample[0] ?? NaN, NaN];
  const { mean, standardDeviation, standardError, interval } = meanEstimate(sample);
  if (band === 'ci') return [interval[0], mean, interval[1]];
  const reach = band === 'sd' ? standardDeviation : band === 'se' ? standardError : NaN;
  return [mean - reach, mean, mean + reach];
}

/** Places at which means are taken, and the columns around them: each ends where the next one begins. */
interface Places {
  readonly centers: Float64Array;
  /** Null: the places are measured ones, and have no width. */
  readonly edges: Float64Array | null;
}

function placesOf(windows: readonly RunWindow[], { range, columns, xScale }: MeanOptions): Places {
  const measured = new Set<number>();
  for (const { x, iteration, length } of windows)
    for (let row = 0; row < length; row++) {
      if (Number.isNaN(iteration[row]!) || x[row]! < range[0] || x[row]! > range[1] || !canShow(xScale, x[row]!))
        continue;
      measured.add(x[row]!);
    }
  if (measured.size <= columns) return { centers: Float64Array.from(measured).sort(), edges: null };
  const even = (value: number): number => (xScale === 'log' ? Math.log10(value) : value);
  const back = (value: number): number => (xScale === 'log' ? 10 ** value : value);
  const [from, width] = [even(range[0]), (even(range[1]) - even(range[0])) / columns];
  const at = (column: number): number => back(from + column * width);
  return {
    centers: Float64Array.from({ length: columns }, (_, column) => at(column + 0.5)),
    edges: Float64Array.from({ length: columns + 1 }, (_, column) => at(column)),
  };
}

/** The value of a run at each place; NaN where it has none. */
function valuesAt(window: RunWindow, { centers, edges }: Places): Float64Array {
  const { x, y, iteration, length } = window;
  let row = 0;
  return centers.map((center, place) => {
    const [from, to] = edges ? [edges[place]!, edges[place + 1]!] : [center, center];
    row = edges ? row : lowerBound(x, from, length);
    while (row < length && x[row]! < from) row++;
    let [sum, count, bad] = [0, 0, false];
    let next = row;
    for (; next < length && (edges ? x[next]! < to : x[next] === center); next++) {
      if (Number.isNaN(iteration[next]!)) continue;
      if (Number.isFinite(y[next]!)) [sum, count] = [sum + y[next]!, count + 1];
      else bad = true;
    }
    if (count > 0) return sum / count;
    return bad ? NaN : between(window, row, next, center);
  });
}

/** The line between the last row before `row` and the row `next`. */
function between({ x, y, length }: CurveData, row: number, next: number, center: number): number {
  if (row === 0 || next >= length) return NaN;
  const [left, right] = [x[row - 1]!, x[next]!];
  const value = y[row - 1]! + ((center - left) / (right - left)) * (y[next]! - y[row - 1]!);
  return Number.isFinite(value) ? value : NaN;
}

/** Marks of single runs at the height of the mean, which is what is drawn. */
const besideMean = (marks: readonly ValueMark[], { x, y, length }: CurveData): ValueMark[] =>
  marks.map((mark) => {
    const after = Math.min(length - 1, lowerBound(x, mark.x, length));
    const heights = [y[after - 1], y[after]].filter((value) => value !== undefined && Number.isFinite(value));
    return { ...mark, beside: heights[0] ?? null };
  });
