import { unzipSync, zipSync } from 'fflate';
import { messageOf, ThalwegError } from '../../../../src/base/index.ts';
import { checkpointIteration, runFiles } from '../../../../src/store/core/index.ts';

/** The folder of a run as a zip file. */
export function packRun(run: string, files: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  return zipSync(Object.fromEntries([...files].map(([name, content]) => [`${run}/${name}`, content])), { level: 6 });
}

/** The files of the one run in a zip file, and its name: that of the folder. Throws `RUN_INVALID`. */
export function unpackRun(zip: Uint8Array): { readonly run: string; readonly files: ReadonlyMap<string, Uint8Array> } {
  const entries = unzipped(zip);
  const found = [...entries.keys()].filter((name) => name.endsWith(`/${runFiles.file}`));
  const [only] = found;
  if (only === undefined || found.length > 1)
    throw invalid(`the folder of one run with its ${runFiles.file}`, `${found.length} of them`);
  const folder = only.slice(0, -runFiles.file.length);
  const files = new Map(
    [...entries].flatMap(([name, content]) => {
      const inside = name.startsWith(folder) ? name.slice(folder.length) : '';
      return belongs(inside) ? [[inside, content] as const] : [];
    }),
  );
  if (!files.has(runFiles.metrics)) throw invalid(`its records in ${runFiles.metrics}`, 'none');
  const log = entries.get(`${folder}${runFiles.metrics}-wal`);
  if (log && log.length > 0)
    throw invalid('the folder of a run that was closed', 'one whose records are being written (metrics.db-wal)');
  return { run: folder.split('/').at(-2)!, files };
}

/** What a page keeps of a run's folder: not who wrote it, nor SQLite's own files. */
function belongs(name: string): boolean {
  const [folder, file, ...deeper] = name.split('/');
  if (file === undefined) return name !== '' && name !== runFiles.lock && !/^metrics\.db-|\.tmp$/.test(name);
  if (deeper.length > 0) return false;
  if (folder === runFiles.checkpoints) return checkpointIteration(file) !== null;
  return (folder === runFiles.measurements || folder === runFiles.landscapes) && file.endsWith('.json');
}

function unzipped(zip: Uint8Array): Map<string, Uint8Array> {
  try {
    return new Map(Object.entries(unzipSync(zip)));
  } catch (cause) {
    throw invalid('a zip file', messageOf(cause));
  }
}

const invalid = (expected: string, got: string): ThalwegError =>
  new ThalwegError('RUN_INVALID', `zip file: expected ${expected}, got ${got}`);
