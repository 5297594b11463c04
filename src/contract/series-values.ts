import { ThalwegError } from '../base/index.ts';
import { decodeBinaryAnswer, encodeBinaryAnswer } from './binary-answer.ts';
import { HeaderReader } from './header-reader.ts';
import { encodeNumber } from './record.ts';

/**
 * Records of one series as columns, in the order in which they were recorded. `coordinate` and `examples` NaN are "none"; a
 * standard error null stands for an exact value.
 */
export interface SeriesValues {
  readonly length: number;
  readonly iteration: Float64Array;
  readonly coordinate: Float64Array;
  readonly value: Float64Array;
  readonly standardError: readonly (number | null)[];
  readonly examples: Float64Array;
}

/** What came of a series after a place in the history of its run. Drop what is held of withdrawn iterations first, then add. */
export interface ValuesChanges {
  /** The lowest iteration that was withdrawn since; Infinity: none was. */
  readonly rewound: number;
  /** The place to go on from. */
  readonly newest: number;
  readonly values: SeriesValues;
}

/** Stands for "exact" in a column of standard errors, none of which is negative. */
const exact = -1;

/** Values as a binary answer: iteration, coordinate, value, and, where one is an estimate, standard error (−1: exact) and examples. */
export function encodeValues({ rewound, newest, values }: ValuesChanges): Uint8Array<ArrayBuffer> {
  const { iteration, coordinate, value, standardError, examples } = values;
  const isExact = standardError.every((error) => error === null) && examples.every(Number.isNaN);
  const estimates = isExact ? [] : [Float64Array.from(standardError, (error) => error ?? exact), examples];
  const header = { rewound: encodeNumber(rewound), newest };
  return encodeBinaryAnswer({ header, columns: [iteration, coordinate, value, ...estimates] });
}

/** The values of bytes that {@link encodeValues} made. Throws `ANSWER_INVALID` for anything else. */
export function decodeValues(buffer: ArrayBuffer): ValuesChanges {
  const { header, columns } = decodeBinaryAnswer(buffer);
  const reader = new HeaderReader('series values', header);
  const [iteration, coordinate, value, errors, counts] = columns;
  if (!iteration || !coordinate || !value || (columns.length !== 3 && columns.length !== 5))
    throw new ThalwegError('ANSWER_INVALID', `series values: expected 3 or 5 columns, got ${columns.length}`);
  const { length } = iteration;
  if (columns.some((column) => column.length !== length))
    throw new ThalwegError('ANSWER_INVALID', 'series values: expected columns of one length, got several');
  const standardError = errors
    ? Array.from(errors, (error) => (error === exact ? null : error))
    : new Array<null>(length).fill(null);
  const examples = counts ?? new Float64Array(length).fill(NaN);
  return {
    rewound: reader.number('rewound'),
    newest: reader.count('newest'),
    values: { length, iteration, coordinate, value, standardError, examples },
  };
}
