import { encodeColumns } from '../core/index.ts';
import { epochs, type Recording } from './rows.ts';

/**
 * The run as one JSON document `{ run, series: { name: { seq, iteration, coordinate, value, standardError, examples,
 * epoch } } }`, a piece for every series. Numbers that JSON lacks are the texts "NaN", "Infinity" and "-Infinity".
 */
export function* jsonChunks(recording: Recording): Generator<string> {
  yield `{"run":${JSON.stringify(recording.file)},"series":{`;
  let separator = '';
  for (const [name, columns] of recording.series) {
    const encoded = { ...encodeColumns(columns), epoch: [...epochs(columns, recording.file)] };
    yield `${separator}${JSON.stringify(name)}:${JSON.stringify(encoded)}`;
    separator = ',';
  }
  yield '}}\n';
}
