import { createWriteStream, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ThalwegError } from '../../base/index.ts';
import { storeFailure, storing, writeAtomically } from '../files.ts';
import type { RunReader } from '../core/index.ts';
import { csvChunks } from './csv.ts';
import { jsonChunks } from './json.ts';
import { parquetBytes } from './parquet.ts';
import { countRows, type Recording } from './rows.ts';

export { seriesCsvChunks } from './csv.ts';

export const exportFormats = ['csv', 'json', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/**
 * Writes everything that a run recorded, unthinned, as one consistent snapshot, in the catalogue's order of series and
 * within a series as it was recorded. `out` is the path of a file, a folder (the file is `<run>.<format>` in it), or a
 * stream, which is left open. A file appears whole or not at all. Returns the number of records and the files written.
 * Throws `NO_DATA` for a run without records, `RUN_INVALID` and `STORE_FAILED`.
 */
export async function exportRun(
  reader: RunReader,
  format: ExportFormat,
  out: string | Writable,
): Promise<{ rows: number; files: string[] }> {
  const recording: Recording = { file: reader.file(), series: reader.changesAfter(0).records };
  const rows = countRows(recording);
  if (rows === 0)
    throw new ThalwegError('NO_DATA', `run ${recording.file.id}: expected records to export, got none yet`);
  const chunks = await encode(recording, format);
  if (typeof out !== 'string') {
    await writeToStream('export', chunks, out, false);
    return { rows, files: [] };
  }
  const path = await writeToPath(out, `${recording.file.id}.${format}`, chunks);
  return { rows, files: [path] };
}

async function encode(recording: Recording, format: ExportFormat): Promise<Iterable<string | Uint8Array>> {
  switch (format) {
    case 'csv':
      return csvChunks(recording);
    case 'json':
      return jsonChunks(recording);
    case 'parquet':
      return [await parquetBytes(recording)];
  }
}

async function writeToPath(out: string, name: string, chunks: Iterable<string | Uint8Array>): Promise<string> {
  const kind = storing(out, () => statSync(out, { throwIfNoEntry: false }));
  const path = resolve(kind?.isDirectory() ? join(out, name) : out);
  // A device or a pipe (/dev/stdout) must not be replaced by a file of its name.
  if (kind && !kind.isFile() && !kind.isDirectory()) await writeToStream(path, chunks, createWriteStream(path), true);
  else writeAtomically(path, chunks);
  return path;
}

async function writeToStream(
  subject: string,
  chunks: Iterable<string | Uint8Array>,
  stream: Writable,
  end: boolean,
): Promise<void> {
  try {
    await pipeline(Readable.from(chunks), stream, { end });
  } catch (error) {
    throw storeFailure(subject, error);
  }
}
