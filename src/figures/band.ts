import { canShow, scaled, unscaled } from './axis.ts';
import type { FittedAxis } from './axis.ts';
import { clipCurve, rowsInWindow } from './curve.ts';
import { innerWidth } from './panel.ts';
import type { PanelFrame } from './panel.ts';

/** Limits around a curve, one of each for every point of it. */
export interface Band {
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

interface BandInView extends Band {
  readonly x: Float64Array;
}

/**
 * The part of a band within the limits of a panel, cut at its edges. Of the points in one pixel column it keeps the outermost
 * limits, so that the band is never drawn too narrow. A lower limit that is not positive reaches down to the edge of a
 * logarithmic axis; where a limit is not a number there is a gap.
 */
export function bandInView(frame: PanelFrame, x: Float64Array, band: Band, y?: FittedAxis): BandInView {
  const { scale, domain } = frame.x;
  const [from, to] = [scaled(scale, domain[0]), scaled(scale, domain[1])];
  const [start, end] = rowsInWindow(x, domain);
  const places = Array.from({ length: end - start }, (_, row) => start + row).filter((row) => canShow(scale, x[row]!));
  const wide = {
    x: Float64Array.from(places, (index) => scaled(scale, x[index]!)),
    lower: Float64Array.from(places, (index) => band.lower[index]!),
    upper: Float64Array.from(places, (index) => band.upper[index]!),
  };
  const { x: columns, lower, upper } = outermost(wide, from, to, innerWidth(frame.width));
  const [low, high] = [clipCurve({ x: columns, y: lower }, from, to), clipCurve({ x: columns, y: upper }, from, to)];
  const isGap = (index: number): boolean =>
    !(Number.isFinite(low.y[index]) && canShow(y?.scale ?? 'linear', high.y[index]!));
  const limited = (value: number, index: number): number => (isGap(index) ? NaN : within(value, y));
  return {
    x: low.x.map((value) => unscaled(scale, value)),
    lower: low.y.map(limited),
    upper: high.y.map(limited),
  };
}

const within = (value: number, y?: FittedAxis): number =>
  y ? Math.min(y.domain[1], Math.max(y.domain[0], value)) : value;

/** First and last place of each pixel column, both with the lowest and highest limit of the column. */
function outermost(band: BandInView, from: number, to: number, pixels: number): BandInView {
  if (band.x.length <= 2 * pixels) return band;
  const columnOf = (x: number): number => Math.floor(((x - from) / (to - from)) * pixels);
  const [x, lower, upper]: [number[], number[], number[]] = [[], [], []];
  for (let start = 0, stop = 0; start < band.x.length; start = stop) {
    let [low, high] = [Infinity, -Infinity];
    for (stop = start; stop < band.x.length && columnOf(band.x[stop]!) === columnOf(band.x[start]!); stop++) {
      low = Math.min(low, band.lower[stop]!);
      high = Math.max(high, band.upper[stop]!);
    }
    x.push(band.x[start]!, band.x[stop - 1]!);
    lower.push(low, low);
    upper.push(high, high);
  }
  return { x: Float64Array.from(x), lower: Float64Array.from(lower), upper: Float64Array.from(upper) };
}
