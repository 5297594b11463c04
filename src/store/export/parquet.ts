import type { SeriesColumns } from '../core/index.ts';
import { countRows, epochs, type Recording } from './rows.ts';

/**
 * The records as one Parquet file: series STRING, iteration INT64, epoch DOUBLE, coordinate DOUBLE?, value DOUBLE,
 * standard_error DOUBLE?, examples INT64? (? may be null). `run.json` stands in the file's metadata under `thalweg.run`.
 */
export async function parquetBytes(recording: Recording): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const all = [...recording.series];
  const joined = (pick: (columns: SeriesColumns) => Float64Array): Float64Array =>
    join(all.map(([, columns]) => pick(columns)));
  const buffer = parquetWriteBuffer({
    columnData: [
      {
        name: 'series',
        type: 'STRING',
        nullable: false,
        data: all.flatMap(([name, { length }]) => Array<string>(length).fill(name)),
      },
      {
        name: 'iteration',
        type: 'INT64',
        nullable: false,
        data: Array.from(
          joined(({ iteration }) => iteration),
          BigInt,
        ),
      },
      { name: 'epoch', type: 'DOUBLE', nullable: false, data: joined((columns) => epochs(columns, recording.file)) },
      {
        name: 'coordinate',
        type: 'DOUBLE',
        nullable: true,
        data: Array.from(
          joined(({ coordinate }) => coordinate),
          orNull,
        ),
      },
      { name: 'value', type: 'DOUBLE', nullable: false, data: joined(({ value }) => value) },
      {
        name: 'standard_error',
        type: 'DOUBLE',
        nullable: true,
        data: all.flatMap(([, { standardError }]) => standardError),
      },
      {
        name: 'examples',
        type: 'INT64',
        nullable: true,
        data: Array.from(
          joined(({ examples }) => examples),
          bigIntOrNull,
        ),
      },
    ],
    kvMetadata: [{ key: 'thalweg.run', value: JSON.stringify(recording.file) }],
    rowGroupSize: Math.max(1, Math.min(countRows(recording), 100_000)),
  });
  return new Uint8Array(buffer);
}

function join(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);
const bigIntOrNull = (value: number): bigint | null => (Number.isNaN(value) ? null : BigInt(value));
