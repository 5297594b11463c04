import { csvLine } from '../../base/index.ts';
import { epochs, tableColumns, type Recording } from './rows.ts';

/**
 * The records as CSV (RFC 4180: CRLF, quotes where needed), a piece for every thousand rows. Numbers are written so that
 * they read back exactly; an empty field means "none", `NaN`, `Infinity` and `-Infinity` stand as they are.
 */
export function* csvChunks(recording: Recording): Generator<string> {
  yield csvLine(tableColumns);
  for (const [name, columns] of recording.series) {
    const epoch = epochs(columns, recording.file);
    let lines: string[] = [];
    for (let row = 0; row < columns.length; row++) {
      const coordinate = optional(columns.coordinate[row]!);
      const standardError = columns.standardError[row] ?? '';
      const examples = optional(columns.examples[row]!);
      lines.push(
        csvLine([name, columns.iteration[row]!, epoch[row]!, coordinate, columns.value[row]!, standardError, examples]),
      );
      if (lines.length < 1000) continue;
      yield lines.join('');
      lines = [];
    }
    yield lines.join('');
  }
}

const optional = (value: number): number | '' => (Number.isNaN(value) ? '' : value);
