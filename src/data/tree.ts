import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readZip, type TreeFile } from '../arrays/index.ts';
import { messageOf, ThalwegError } from '../base/index.ts';
import { readTar } from './tar.ts';

/** Files in a folder, a tar (plain or gzip) or a zip, read alike. */
export interface FileTree {
  /** Path of the folder or archive. */
  readonly location: string;
  /** Contents of the files whose path is `wanted`, in the order in which they are stored. */
  files(wanted: (path: string) => boolean): AsyncIterable<TreeFile>;
  /** SHA-256 that changes with the files: of an archive's bytes; of a folder's names, sizes and modification times. */
  fingerprint(): Promise<string>;
}

/**
 * Opens a folder or an archive; what an archive is, its name says (`.zip`, else tar). Reading throws `DATA_INVALID`
 * with `subject`, the location and the reason.
 */
export async function openTree(subject: string, location: string): Promise<FileTree> {
  const isFolder = (await stat(location).catch(failed(subject, location))).isDirectory();
  const read = isFolder ? readFolder : /\.zip$/i.test(location) ? readZip : readTar;
  return {
    location,
    async *files(wanted) {
      try {
        yield* read(location, (path) => !isHidden(path) && wanted(path));
      } catch (error) {
        throw error instanceof ThalwegError ? error : invalid(subject, location, error);
      }
    },
    fingerprint: () => (isFolder ? folderFingerprint(location) : fileDigest(location)).catch(failed(subject, location)),
  };
}

/** The wanted files of a tree by path; for few, small ones. */
export async function collectFiles(
  tree: FileTree,
  wanted: (path: string) => boolean,
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const { path, bytes } of tree.files(wanted)) found.set(path, bytes);
  return found;
}

/** Files that systems add on their own (`.DS_Store`, `._0001.jpg`, `__MACOSX/`) are no data. */
const isHidden = (path: string): boolean => path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX');

async function folderPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length))
    .sort();
}

async function* readFolder(folder: string, wanted: (path: string) => boolean): AsyncIterable<TreeFile> {
  for (const name of await folderPaths(folder)) {
    const path = name.split(sep).join('/');
    if (wanted(path)) yield { path, bytes: await readFile(join(folder, name)) };
  }
}

async function folderFingerprint(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of await folderPaths(folder)) {
    const { size, mtimeMs } = await stat(join(folder, name));
    hash.update(`${name}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

const invalid = (subject: string, location: string, cause: unknown): ThalwegError =>
  new ThalwegError('DATA_INVALID', `${subject}: cannot read ${location}: ${messageOf(cause)}`, { cause });

const failed =
  (subject: string, location: string) =>
  (error: unknown): never => {
    throw invalid(subject, location, error);
  };
