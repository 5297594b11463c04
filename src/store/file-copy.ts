import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import { checkpointPath } from './checkpoints.ts';
import type { Digest, FileDigests } from './file-digest.ts';
import { storeFailure, syncDirectory, temporaryEnding } from './files.ts';

/** Which content a file has. */
export interface FileIdentity {
  readonly bytes: number;
  readonly sha256: Digest;
}

/** A checkpoint as it is known elsewhere. */
export interface CheckpointIdentity extends FileIdentity {
  readonly iteration: number;
}

/** What a file is called in messages, and the error of another content. */
interface Expected extends FileIdentity {
  readonly subject: string;
  readonly code: 'CHECKPOINT_INVALID' | 'RUN_INVALID';
}

/** How a checkpoint, or another file of a run, is taken. */
export interface ReceiveOptions {
  readonly digests: FileDigests;
  /** Called for each piece that has arrived. */
  readonly onPiece?: () => void;
  /** Called when all is on the disk, before it gets its name; what it throws leaves everything as it was. */
  readonly beforePlacing?: () => void;
  /** Opens the file that is written; default: the system's. */
  readonly openFile?: (path: string) => Promise<Pick<FileHandle, 'write' | 'sync' | 'close'>>;
}

/** Whether a folder has that very checkpoint. */
export async function hasCheckpoint(
  directory: string,
  { iteration, bytes, sha256 }: CheckpointIdentity,
  digests: FileDigests,
): Promise<boolean> {
  const path = checkpointPath(directory, iteration);
  return existsSync(path) && statSync(path).size === bytes && (await digests.of(path)) === sha256;
}

/**
 * Takes a checkpoint from elsewhere: into a temporary file, compared with its size and SHA-256, to the disk, renamed. Throws
 * `CHECKPOINT_INVALID` for other contents and `STORE_FAILED`; either way what was there before stays.
 */
export async function receiveCheckpoint(
  directory: string,
  identity: CheckpointIdentity,
  pieces: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<void> {
  const expected = { subject: `checkpoint ${identity.iteration}`, code: 'CHECKPOINT_INVALID', ...identity } as const;
  await receiveFile(checkpointPath(directory, identity.iteration), expected, pieces, options);
}

/** The same for any file; its folder is made. Throws the code that is expected, and `STORE_FAILED`. */
export async function receiveFile(
  path: string,
  expected: Expected,
  pieces: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<void> {
  const temporary = `${path}.${process.pid}${temporaryEnding}`;
  try {
    await writePieces(temporary, expected, pieces, options);
    options.beforePlacing?.();
    await onDisk(path, () => rename(temporary, path));
    syncDirectory(dirname(path));
    options.digests.note(path, expected.sha256);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writePieces(
  temporary: string,
  { subject, code, bytes, sha256 }: Expected,
  pieces: AsyncIterable<Uint8Array>,
  { onPiece, openFile = (path) => open(path, 'w') }: ReceiveOptions,
): Promise<void> {
  const invalid = (expected: string, got: string): ThalwegError =>
    new ThalwegError(code, `${subject}: expected ${expected}, got ${got}`);
  const hash = createHash('sha256');
  let received = 0;
  await onDisk(temporary, () => mkdir(dirname(temporary), { recursive: true }));
  const handle = await onDisk(temporary, () => openFile(temporary));
  try {
    for await (const piece of pieces) {
      received += piece.length;
      if (received > bytes) throw invalid(`${bytes} bytes`, 'more');
      hash.update(piece);
      await onDisk(temporary, () => writeWhole(handle, piece));
      onPiece?.();
    }
    if (received < bytes) throw invalid(`${bytes} bytes`, `${received}`);
    const digest = hash.digest('hex');
    if (digest !== sha256) throw invalid(`SHA-256 ${sha256.slice(0, 12)}…`, `${digest.slice(0, 12)}…`);
    await onDisk(temporary, () => handle.sync());
  } finally {
    await handle.close();
  }
}

async function writeWhole(handle: Pick<FileHandle, 'write'>, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await handle.write(piece, at)).bytesWritten;
}

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(path, error);
  }
}
