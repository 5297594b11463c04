import { ThalwegError } from '../base/index.ts';
import { decodeBinaryAnswer, encodeBinaryAnswer } from './binary-answer.ts';
import { HeaderReader } from './header-reader.ts';
import { encodeNumber, type JsonNumber } from './record.ts';

/**
 * What stands along a horizontal axis: θ_t at t (updates), epochs done, seconds of work, or the length of the path
 * `Σ_{s<t} ‖θ_{s+1} − θ_s‖₂`. Between two known places of time and path, places are interpolated linearly.
 */
export const curveAxes = ['iteration', 'epoch', 'time', 'path'] as const;
export type CurveAxis = (typeof curveAxes)[number];

/** The counts of a {@link CurveWindow}, and of the curve that it is a part of. */
export interface CurveWindowFacts {
  /** Last place in the history of the run that the answer knows. */
  readonly newest: number;
  /** Records of the curve. */
  readonly points: number;
  /** Smallest x of the curve; NaN where it has no record. */
  readonly first: number;
  /** Largest x. */
  readonly last: number;
  /** Records without a known place on the axis, or ≤ 0 on a logarithmic one. */
  readonly unplaced: number;
  /** Records in the window. */
  readonly inWindow: number;
  /** Of them: NaN, +∞, −∞; finite, but 0 or negative. */
  readonly notANumber: number;
  readonly infinite: number;
  readonly negativeInfinite: number;
  readonly notPositive: number;
}

/**
 * What a part of a curve looks like on a screen: rows by ascending `x`, thinned to the minimum and maximum of each pixel
 * column, with the counts of everything that the part has. A row whose `iteration` is NaN is a break of the curve; any other row
 * is a record, whose `y` may be NaN or infinite. `coordinate` NaN is "none".
 */
export interface CurveWindow extends CurveWindowFacts {
  /** Rows. */
  readonly length: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly iteration: Float64Array;
  readonly coordinate: Float64Array;
}

/** The facts of a window as they travel in JSON. */
export const encodeCurveFacts = (window: CurveWindowFacts): Record<keyof CurveWindowFacts, JsonNumber> => ({
  newest: window.newest,
  points: window.points,
  first: encodeNumber(window.first),
  last: encodeNumber(window.last),
  unplaced: window.unplaced,
  inWindow: window.inWindow,
  notANumber: window.notANumber,
  infinite: window.infinite,
  negativeInfinite: window.negativeInfinite,
  notPositive: window.notPositive,
});

/** The facts that {@link encodeCurveFacts} wrote. */
export const readCurveFacts = (header: HeaderReader): CurveWindowFacts => ({
  newest: header.count('newest'),
  points: header.count('points'),
  first: header.number('first'),
  last: header.number('last'),
  unplaced: header.count('unplaced'),
  inWindow: header.count('inWindow'),
  notANumber: header.count('notANumber'),
  infinite: header.count('infinite'),
  negativeInfinite: header.count('negativeInfinite'),
  notPositive: header.count('notPositive'),
});

/** The columns of a window as they travel, in their order. */
export const curveColumns = ({ x, y, iteration, coordinate }: CurveWindow): Float64Array[] => [
  x,
  y,
  iteration,
  coordinate,
];

/** A window from its facts and columns. Throws `ANSWER_INVALID` for columns that do not belong together. */
export function curveWindowOf(facts: CurveWindowFacts, columns: readonly Float64Array[]): CurveWindow {
  const [x, y, iteration, coordinate] = columns;
  if (!x || !y || !iteration || !coordinate || columns.length !== 4)
    throw new ThalwegError('ANSWER_INVALID', `curve window: expected 4 columns, got ${columns.length}`);
  const lengths = columns.map(({ length }) => length);
  if (lengths.some((length) => length !== x.length))
    throw new ThalwegError('ANSWER_INVALID', `curve window: expected columns of one length, got ${lengths.join(', ')}`);
  return { ...facts, length: x.length, x, y, iteration, coordinate };
}

/** A window as a binary answer: its facts, and the columns x, y, iteration, coordinate. */
export const encodeCurveWindow = (window: CurveWindow): Uint8Array<ArrayBuffer> =>
  encodeBinaryAnswer({ header: encodeCurveFacts(window), columns: curveColumns(window) });

/** The window of bytes that {@link encodeCurveWindow} made. Throws `ANSWER_INVALID` for anything else. */
export function decodeCurveWindow(buffer: ArrayBuffer): CurveWindow {
  const { header, columns } = decodeBinaryAnswer(buffer);
  return curveWindowOf(readCurveFacts(new HeaderReader('curve window', header)), columns);
}
