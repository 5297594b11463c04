import type { SeriesValues, ValuesChanges } from '../../../src/contract/index.ts';

/** Records of a series as the page keeps them. */
export interface HeldRecords extends SeriesValues {
  /** The place in the history of the run up to which they are known. */
  readonly newest: number;
}

const none = new Float64Array();
/** A series without records. */
export const noRecords: HeldRecords = {
  length: 0,
  newest: 0,
  iteration: none,
  coordinate: none,
  value: none,
  standardError: [],
  examples: none,
};

/** Records with what happened since: without those that were withdrawn, and with what came. */
export function grown(held: HeldRecords, { rewound, newest, values }: ValuesChanges): HeldRecords {
  if (held.length === 0) return { ...values, newest };
  const isKept = (_: unknown, row: number): boolean => held.iteration[row]! < rewound;
  const column = (name: 'iteration' | 'coordinate' | 'value' | 'examples'): Float64Array => {
    const kept = rewound === Infinity ? held[name] : held[name].filter(isKept);
    const joined = new Float64Array(kept.length + values.length);
    joined.set(kept);
    joined.set(values[name], kept.length);
    return joined;
  };
  const iteration = column('iteration');
  return {
    length: iteration.length,
    newest,
    iteration,
    coordinate: column('coordinate'),
    value: column('value'),
    standardError: [...held.standardError.filter(isKept), ...values.standardError],
    examples: column('examples'),
  };
}
