import { ThalwegError } from '../base/index.ts';
import { decodeBinaryAnswer, encodeBinaryAnswer } from './binary-answer.ts';
import { curveColumns, curveWindowOf, encodeCurveFacts, readCurveFacts, type CurveWindow } from './curve-window.ts';
import { HeaderReader } from './header-reader.ts';
import { encodeNumber } from './record.ts';

/** What stands around a mean: nothing, ± s (divisor n − 1), ± s/√n, or Student's 95 % interval. */
export const bandKinds = ['none', 'deviation', 'error', 'interval'] as const;
export type BandKind = (typeof bandKinds)[number];

/**
 * The mean of a group: a row for each column of the screen in which at least one of its runs has a record. `x` is the mean
 * place of those records; `count` the runs with finite values there, `notFinite` those with a NaN or ±∞ there, which the mean
 * leaves out; `mean` NaN where no run has a finite value; `low` and `high` the band, NaN where there is none.
 */
export interface GroupMean {
  readonly label: string;
  readonly length: number;
  readonly x: Float64Array;
  readonly mean: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly count: Float64Array;
  readonly notFinite: Float64Array;
}

export interface RunCurve extends CurveWindow {
  readonly run: string;
}

/** What `POST /api/compare` answers, from a binary answer. */
export interface Comparison {
  /** The window that was meant: NaN where no run has a record. */
  readonly from: number;
  readonly to: number;
  readonly runs: readonly RunCurve[];
  readonly groups: readonly GroupMean[];
  /** Runs that could not be read, and why. */
  readonly problems: readonly { readonly run: string; readonly code: string; readonly message: string }[];
}

/** A comparison as bytes: its header, four columns for each run, six for each group. */
export function encodeComparison(comparison: Comparison): Uint8Array<ArrayBuffer> {
  const { from, to, runs, groups, problems } = comparison;
  const header = {
    from: encodeNumber(from),
    to: encodeNumber(to),
    runs: runs.map((curve) => ({ run: curve.run, facts: encodeCurveFacts(curve) })),
    groups: groups.map(({ label }) => ({ label })),
    problems,
  };
  const columns = [
    ...runs.flatMap(curveColumns),
    ...groups.flatMap(({ x, mean, low, high, count, notFinite }) => [x, mean, low, high, count, notFinite]),
  ];
  return encodeBinaryAnswer({ header, columns });
}

/** The comparison of bytes that {@link encodeComparison} made. Throws `ANSWER_INVALID` for anything else. */
export function decodeComparison(buffer: ArrayBuffer): Comparison {
  const { header, columns } = decodeBinaryAnswer(buffer);
  const answer = new HeaderReader('comparison', header);
  const [runs, groups] = [answer.parts('runs'), answer.parts('groups')];
  const expected = 4 * runs.length + 6 * groups.length;
  if (columns.length !== expected)
    throw new ThalwegError('ANSWER_INVALID', `comparison: expected ${expected} columns, got ${columns.length}`);
  return {
    from: answer.number('from'),
    to: answer.number('to'),
    runs: runs.map((part, index) => ({
      run: part.text('run'),
      ...curveWindowOf(readCurveFacts(part.part('facts')), columns.slice(4 * index, 4 * index + 4)),
    })),
    groups: groups.map((part, index) => groupOf(part.text('label'), columns.slice(4 * runs.length + 6 * index))),
    problems: answer.parts('problems').map((part) => ({
      run: part.text('run'),
      code: part.text('code'),
      message: part.text('message'),
    })),
  };
}

function groupOf(label: string, columns: readonly Float64Array[]): GroupMean {
  const column = (index: number): Float64Array => columns[index]!;
  return {
    label,
    length: column(0).length,
    x: column(0),
    mean: column(1),
    low: column(2),
    high: column(3),
    count: column(4),
    notFinite: column(5),
  };
}
