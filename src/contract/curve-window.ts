import { z } from 'zod';
import { ThalwegError } from '../base/index.ts';
import { decodeBinaryAnswer, encodeBinaryAnswer } from './binary-answer.ts';
import { encodeNumber, jsonNumberSchema } from './record.ts';

const count = z.int().nonnegative();
const place = jsonNumberSchema.transform(Number);

/** The counts of a {@link CurveWindow}, and of the curve that it is a part of. */
export const curveFactsSchema = z.strictObject({
  newest: z.int().describe('last place in the history of the run that the answer knows'),
  points: count.describe('records of the curve'),
  first: place.describe('smallest x of the curve; NaN where it has no record'),
  last: place.describe('largest x'),
  unplaced: count.describe('records without a known place on the axis, or ≤ 0 on a logarithmic one'),
  inWindow: count.describe('records in the window'),
  notANumber: count.describe('of them: NaN'),
  infinite: count.describe('of them: +∞'),
  negativeInfinite: count.describe('of them: −∞'),
  notPositive: count.describe('of them: finite, but 0 or negative'),
});
export type CurveWindowFacts = z.output<typeof curveFactsSchema>;

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
export const encodeCurveFacts = (window: CurveWindowFacts): z.input<typeof curveFactsSchema> => ({
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
  return curveWindowOf(checkedHeader('curve window', curveFactsSchema, header), columns);
}

/** The text of a binary answer, checked. Throws `ANSWER_INVALID` naming the first wrong key. */
export function checkedHeader<S extends z.ZodType>(subject: string, schema: S, header: unknown): z.output<S> {
  const result = schema.safeParse(header);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new ThalwegError('ANSWER_INVALID', `${subject}: ${issue!.path.join('.') || 'header'}: ${issue!.message}`);
}
