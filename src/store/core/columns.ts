import { encodeNumber, type RecordColumns } from '../../contract/index.ts';

/**
 * Records of one series as columns, in the order in which they were recorded. NaN in `coordinate` and `examples` stands
 * for "none"; in `value` it is a measured NaN. `standardError` is null for an exact value.
 */
export interface SeriesColumns {
  readonly length: number;
  readonly seq: Float64Array<ArrayBuffer>;
  readonly iteration: Float64Array<ArrayBuffer>;
  readonly coordinate: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  readonly standardError: readonly (number | null)[];
  readonly examples: Float64Array<ArrayBuffer>;
}

/** What a curve needs of records of one series, in the order in which they were recorded. A `coordinate` NaN is "none". */
export interface SeriesPoints {
  readonly length: number;
  readonly iteration: Float64Array<ArrayBuffer>;
  readonly coordinate: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
}

/** A row of the table `record`: seq, iteration, coordinate, value, standard_error, examples. */
export type RecordRow = readonly [number, number, number | null, number | null, number | 'NaN' | null, number | null];

/** The columns of rows. */
export function columnsOf(rows: readonly RecordRow[]): SeriesColumns {
  const column = (at: 0 | 1 | 2 | 3 | 5): Float64Array<ArrayBuffer> => {
    const values = new Float64Array(rows.length);
    for (let row = 0; row < rows.length; row++) values[row] = rows[row]![at] ?? NaN;
    return values;
  };
  return {
    length: rows.length,
    seq: column(0),
    iteration: column(1),
    coordinate: column(2),
    value: column(3),
    standardError: rows.map((row) => (row[4] === 'NaN' ? NaN : row[4])),
    examples: column(5),
  };
}

/** Columns one after the other. */
export function concatColumns(parts: readonly SeriesColumns[]): SeriesColumns {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const column = (name: 'seq' | 'iteration' | 'coordinate' | 'value' | 'examples'): Float64Array<ArrayBuffer> => {
    const values = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      values.set(part[name], at);
      at += part.length;
    }
    return values;
  };
  const seq = column('seq');
  return {
    length: seq.length,
    seq,
    iteration: column('iteration'),
    coordinate: column('coordinate'),
    value: column('value'),
    standardError: parts.flatMap((part) => part.standardError),
    examples: column('examples'),
  };
}

/** Points one after the other. */
export function concatPoints(parts: readonly SeriesPoints[]): SeriesPoints {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const column = (name: 'iteration' | 'coordinate' | 'value'): Float64Array<ArrayBuffer> => {
    const values = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      values.set(part[name], at);
      at += part.length;
    }
    return values;
  };
  const iteration = column('iteration');
  return { length: iteration.length, iteration, coordinate: column('coordinate'), value: column('value') };
}

/** The columns as they travel in JSON, with "NaN", "Infinity" and "-Infinity" for numbers that JSON lacks. */
export const encodeColumns = (columns: SeriesColumns): RecordColumns => ({
  seq: [...columns.seq],
  iteration: [...columns.iteration],
  coordinate: Array.from(columns.coordinate, numberOrNull),
  value: Array.from(columns.value, encodeNumber),
  standardError: columns.standardError.map((value) => (value === null ? null : encodeNumber(value))),
  examples: Array.from(columns.examples, numberOrNull),
});

const numberOrNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
