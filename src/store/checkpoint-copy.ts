import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ThalwegError } from '../base/index.ts';
import { checkpointPath } from './checkpoints.ts';
import type { Digest, FileDigests } from './file-digest.ts';
import { storeFailure, syncDirectory, temporaryEnding } from './files.ts';

/** A checkpoint as it is known elsewhere. */
export interface CheckpointIdentity {
  readonly iteration: number;
  readonly bytes: number;
  readonly sha256: Digest;
}

/** How a checkpoint is taken. */
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
  const path = checkpointPath(directory, identity.iteration);
  const temporary = `${path}.${process.pid}${temporaryEnding}`;
  try {
    await writePieces(temporary, identity, pieces, options);
    options.beforePlacing?.();
    await onDisk(path, () => rename(temporary, path));
    syncDirectory(dirname(path));
    options.digests.note(path, identity.sha256);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writePieces(
  temporary: string,
  { iteration, bytes, sha256 }: CheckpointIdentity,
  pieces: AsyncIterable<Uint8Array>,
  { onPiece, openFile = (path) => open(path, 'w') }: ReceiveOptions,
): Promise<void> {
  const subject = `checkpoint ${iteration}`;
  const hash = createHash('sha256');
  let received = 0;
  await onDisk(temporary, () => mkdir(dirname(temporary), { recursive: true }));
  const handle = await onDisk(temporary, () => openFile(temporary));
  try {
    for await (const piece of pieces) {
      received += piece.length;
      if (received > bytes) throw invalid(subject, `${bytes} bytes`, 'more');
      hash.update(piece);
      await onDisk(temporary, () => writeWhole(handle, piece));
      onPiece?.();
    }
    if (received < bytes) throw invalid(subject, `${bytes} bytes`, `${received}`);
    const digest = hash.digest('hex');
    if (digest !== sha256) throw invalid(subject, `SHA-256 ${sha256.slice(0, 12)}…`, `${digest.slice(0, 12)}…`);
    await onDisk(temporary, () => handle.sync());
  } finally {
    await handle.close();
  }
}

async function writeWhole(handle: Pick<FileHandle, 'write'>, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await handle.write(piece, at)).bytesWritten;
}

const invalid = (subject: string, expected: string, got: string): ThalwegError =>
  new ThalwegError('CHECKPOINT_INVALID', `${subject}: expected ${expected}, got ${got}`);

async function onDisk<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(path, error);
  }
}
