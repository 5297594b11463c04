import type { CurveWindow } from '../../contract/index.ts';
import {
  censusOf,
  decimateRows,
  lowerBound,
  scaled,
  unscaled,
  upperBound,
  type Grid,
  type Scale,
} from '../../figures/index.ts';
import type { HeldCurve } from './series-cache.ts';

/** The part of a curve that is asked for. */
export interface WindowRequest {
  /** Default: the first record. */
  readonly from?: number | undefined;
  /** Default: the last record. */
  readonly to?: number | undefined;
  /** Rows reach beyond each edge by this share of the width. */
  readonly pad: number;
  /** Columns of the screen between the edges. */
  readonly pixels: number;
  readonly xScale: Scale;
  readonly yScale: Scale;
}

/**
 * What the window shows: minimum and maximum, first and last point, and the first and last gap of each column of the screen
 * (see `decimate`), with the counts of everything in it.
 */
export function windowOf({ rows, newest, unplaced }: HeldCurve, request: WindowRequest): CurveWindow {
  const { x, length } = rows;
  const placed = request.xScale === 'log' ? upperBound(x, 0, length) : 0;
  const [first, last] = placed < length ? [x[placed]!, x[length - 1]!] : [NaN, NaN];
  const { from = first, to = last } = request;
  const isEmpty = !(from <= to);
  const kept = isEmpty ? new Uint32Array(0) : decimateRows(rows, paddedGrid(from, to, request));
  const start = isEmpty ? 0 : Math.max(placed, lowerBound(x, from, length));
  const census = censusOf(rows, start, isEmpty ? 0 : upperBound(x, to, length));
  const column = (values: Float64Array): Float64Array => Float64Array.from(kept, (row) => values[row]!);
  return {
    newest,
    points: rows.points,
    first,
    last,
    unplaced: unplaced + censusOf(rows, 0, placed).points,
    inWindow: census.points,
    notANumber: census.notANumber,
    infinite: census.infinite,
    negativeInfinite: census.negativeInfinite,
    notPositive: census.notPositive,
    length: kept.length,
    x: column(x),
    y: column(rows.y),
    iteration: column(rows.iteration),
    coordinate: column(rows.coordinate),
  };
}

/** The columns of the window and those beyond its edges, all of one width. */
function paddedGrid(from: number, to: number, { pixels, pad, xScale, yScale }: WindowRequest): Grid {
  const [low, high] = [scaled(xScale, from), scaled(xScale, to)];
  const beyond = Math.floor(pad * pixels);
  const width = (beyond * (high - low)) / pixels;
  return {
    from: unscaled(xScale, low - width),
    to: unscaled(xScale, high + width),
    pixels: pixels + 2 * beyond,
    x: xScale,
    y: yScale,
  };
}
