import type { RecordColumns } from '../../../src/contract/index.ts';
import type { FigureRecords } from '../../../src/figures/index.ts';

/** Records of a series as the page keeps them. */
export interface HeldRecords extends FigureRecords {
  /** Place of each record in the history of its run; it grows. */
  readonly seq: Float64Array;
}

const none = new Float64Array();
/** A series without records. */
export const noRecords: HeldRecords = {
  length: 0,
  seq: none,
  iteration: none,
  coordinate: none,
  value: none,
  standardError: [],
  examples: none,
};

/** Columns as they travel, as numbers; what is "none" is NaN, except for standard errors. */
export function heldRecords(columns: RecordColumns): HeldRecords {
  const numbers = (values: readonly (number | string | null)[]): Float64Array =>
    Float64Array.from(values, (value) => (value === null ? NaN : Number(value)));
  return {
    length: columns.seq.length,
    seq: numbers(columns.seq),
    iteration: numbers(columns.iteration),
    coordinate: numbers(columns.coordinate),
    value: numbers(columns.value),
    standardError: columns.standardError.map((error) => (error === null ? null : Number(error))),
    examples: numbers(columns.examples),
  };
}

/** The iteration from which on records must be asked for, where `held` are those of earlier; 0: everything. */
export const askFrom = (held: HeldRecords): number => (held.length === 0 ? 0 : held.iteration[held.length - 1]!);

/**
 * `held` and what came of its last iteration and later ones; null where the two do not fit, since the run went back or was replaced:
 * then everything has to be asked for.
 */
export function joinedRecords(held: HeldRecords, newer: HeldRecords): HeldRecords | null {
  const from = askFrom(held);
  const kept = held.iteration.findIndex((iteration) => iteration >= from);
  const isOrdered = held.iteration.subarray(0, kept).every((iteration) => iteration < from);
  if (!isOrdered || newer.seq[0] !== held.seq[kept]) return null;
  const column = (name: 'seq' | 'iteration' | 'coordinate' | 'value' | 'examples'): Float64Array => {
    const joined = new Float64Array(kept + newer.length);
    joined.set(held[name].subarray(0, kept));
    joined.set(newer[name], kept);
    return joined;
  };
  return {
    length: kept + newer.length,
    seq: column('seq'),
    iteration: column('iteration'),
    coordinate: column('coordinate'),
    value: column('value'),
    standardError: [...held.standardError.slice(0, kept), ...newer.standardError],
    examples: column('examples'),
  };
}
