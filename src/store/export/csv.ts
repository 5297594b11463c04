import { csvLine } from '../../base/index.ts';
import type { RunFile, SeriesName } from '../../contract/index.ts';
import type { RecordRange, RunReader, SeriesColumns } from '../core/index.ts';
import { epochs, tableColumns, type Recording } from './rows.ts';

/**
 * The records as CSV (RFC 4180: CRLF, quotes where needed), a piece for every thousand rows. Numbers are written so that
 * they read back exactly; an empty field means "none", `NaN`, `Infinity` and `-Infinity` stand as they are.
 */
export function* csvChunks(recording: Recording): Generator<string> {
  yield csvLine(tableColumns);
  for (const [name, columns] of recording.series) yield* csvRows(name, columns, recording.file);
}

/** Records that are read at a time. */
const pageSize = 10_000;

/**
 * The records of one series in a range as CSV like that of {@link csvChunks}, unthinned, read page by page while it is
 * written: those that are there when it begins.
 */
export function* seriesCsvChunks(run: RunReader, name: SeriesName, range: RecordRange = {}): Generator<string> {
  yield csvLine(tableColumns);
  const file = run.file();
  const toSeq = run.newestSeq();
  for (let afterSeq = 0; ;) {
    const columns = run.records(name, { ...range, afterSeq, toSeq, limit: pageSize });
    yield* csvRows(name, columns, file);
    if (columns.length < pageSize) return;
    afterSeq = columns.seq[columns.length - 1]!;
  }
}

function* csvRows(name: SeriesName, columns: SeriesColumns, file: RunFile): Generator<string> {
  const epoch = epochs(columns, file);
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

const optional = (value: number): number | '' => (Number.isNaN(value) ? '' : value);
