import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import { receiveFile, type FileIdentity, type ReceiveOptions } from './file-copy.ts';
import type { FileDigests } from './file-digest.ts';
import { temporaryEnding } from './files.ts';
import { runFiles } from './paths.ts';
import { makeFolder } from './staging.ts';

/**
 * A file that a run has beside its records and checkpoints: its copies of networks and weights (`model.onnx`), and what was computed
 * from it afterwards (`measurements/margins-at-400-….json`).
 */
export interface SideFile extends FileIdentity {
  /** Its path in the folder of the run, with "/". */
  readonly name: string;
}

const plainName = /^[a-z0-9][a-z0-9._-]{0,127}$/;
const folders: readonly string[] = [runFiles.measurements, runFiles.landscapes];
const others: readonly string[] = [runFiles.file, runFiles.log, runFiles.lock, runFiles.annotations];
const metricsName = runFiles.metrics;

/** Whether a path can be that of a side file: no other leads into a run's folder, and none out of it. */
export function isSideFile(name: string): boolean {
  const [first, second, ...rest] = name.split('/');
  if (first === undefined || rest.length > 0) return false;
  if (second !== undefined) return folders.includes(first) && plainName.test(second) && second.endsWith('.json');
  const isOther = others.includes(first) || folders.includes(first) || first === runFiles.checkpoints;
  // SQLite has files of its own beside the metrics.
  return plainName.test(first) && !isOther && !first.startsWith(metricsName) && !isUnfinished(first);
}

const isUnfinished = (name: string): boolean => name.endsWith(temporaryEnding) || name.includes('.partial.');

/** The side files of a folder, by name; none where there is no folder. */
export async function listSideFiles(directory: string, digests: FileDigests): Promise<SideFile[]> {
  const names = ['', ...folders].flatMap((folder) =>
    namesIn(join(directory, folder)).map((name) => (folder === '' ? name : `${folder}/${name}`)),
  );
  const files: SideFile[] = [];
  for (const name of names.filter(isSideFile).sort()) {
    const path = join(directory, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile()) files.push({ name, bytes: stat.size, sha256: await digests.of(path) });
  }
  return files;
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Where a side file lies. Throws `BATCH_INVALID` for a name that none has. */
export function sideFilePath(directory: string, name: string): string {
  if (isSideFile(name)) return join(directory, name);
  throw new ThalwegError('BATCH_INVALID', `file: expected the name of a run's file, got ${JSON.stringify(name)}`);
}

/** Takes a side file from elsewhere, whole or not at all. Throws `RUN_INVALID` for other contents, `BATCH_INVALID`, `STORE_FAILED`. */
export async function receiveSideFile(
  directory: string,
  file: SideFile,
  pieces: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<void> {
  const path = sideFilePath(directory, file.name);
  makeFolder(dirname(path));
  await receiveFile(path, { subject: `file ${file.name}`, code: 'RUN_INVALID', ...file }, pieces, options);
}

/** Whether a folder has that very file. */
export async function hasSideFile(
  directory: string,
  { name, bytes, sha256 }: SideFile,
  digests: FileDigests,
): Promise<boolean> {
  const path = sideFilePath(directory, name);
  return existsSync(path) && statSync(path).size === bytes && (await digests.of(path)) === sha256;
}
