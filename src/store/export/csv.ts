import { epochs, tableColumns, type Recording } from './rows.ts';

/**
 * The records as CSV (RFC 4180: CRLF, quotes where needed), a piece for every thousand rows. Numbers are written so that
 * they read back exactly; an empty field means "none", `NaN`, `Infinity` and `-Infinity` stand as they are.
 */
export function* csvChunks(recording: Recording): Generator<string> {
  yield line(tableColumns);
  for (const [name, columns] of recording.series) {
    const epoch = epochs(columns, recording.file);
    let lines: string[] = [];
    for (let row = 0; row < columns.length; row++) {
      const coordinate = optional(columns.coordinate[row]!);
      const standardError = columns.standardError[row] ?? '';
      const examples = optional(columns.examples[row]!);
      lines.push(
        line([name, columns.iteration[row]!, epoch[row]!, coordinate, columns.value[row]!, standardError, examples]),
      );
      if (lines.length < 1000) continue;
      yield lines.join('');
      lines = [];
    }
    yield lines.join('');
  }
}

const line = (fields: readonly (string | number)[]): string => `${fields.map(csvField).join(',')}\r\n`;

/** A field, in quotes when it holds a comma, a quote or a line break; quotes within are doubled. */
export const csvField = (value: string | number): string => {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const optional = (value: number): number | '' => (Number.isNaN(value) ? '' : value);
