import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { storeFailure } from './core/index.ts';

export { storeFailure, storing } from './core/index.ts';

/** The calls through which files are written whole. Tests replace them to act out a full disk or a crash. */
export type FileOperations = Pick<typeof fs, 'openSync' | 'writeSync' | 'fsyncSync' | 'closeSync' | 'renameSync'>;

export const systemFiles: FileOperations = fs;

/** Ending of a file that is not complete yet. */
export const temporaryEnding = '.tmp';

/**
 * Writes a file so that at every moment either the old content or the new one is there, also after a crash: to a
 * temporary name beside it, fsync, rename, fsync of the folder. Throws `STORE_FAILED`; the old content stays then.
 */
export function writeAtomically(
  path: string,
  chunks: Iterable<string | Uint8Array>,
  files: FileOperations = systemFiles,
): void {
  const temporary = `${path}.${process.pid}${temporaryEnding}`;
  try {
    writeAndSync(temporary, chunks, files);
    files.renameSync(temporary, path);
    syncDirectory(dirname(path), files);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw storeFailure(path, error);
  }
}

function writeAndSync(path: string, chunks: Iterable<string | Uint8Array>, files: FileOperations): void {
  const descriptor = files.openSync(path, 'w');
  try {
    for (const chunk of chunks) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      for (let at = 0; at < bytes.byteLength;) at += files.writeSync(descriptor, bytes, at);
    }
    files.fsyncSync(descriptor);
  } finally {
    files.closeSync(descriptor);
  }
}

/** Makes a rename durable. Windows cannot open folders; there the rename itself is all there is. */
export function syncDirectory(path: string, files: FileOperations = systemFiles): void {
  if (process.platform !== 'win32') syncFile(path, files);
}

/** Brings a file, or the names in a folder, to the disk. */
export function syncFile(path: string, files: FileOperations = systemFiles): void {
  const descriptor = files.openSync(path, 'r');
  try {
    files.fsyncSync(descriptor);
  } finally {
    files.closeSync(descriptor);
  }
}
