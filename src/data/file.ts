import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { Checksum, DataFile } from './core/catalogue.ts';

const unzip = promisify(gunzip);

/** Gzip is known by its first two bytes, not by its name: some servers unpack `.gz` files on the way. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/**
 * Contents of a data file, decompressed when it is gzip. Throws `DATA_INVALID` with `subject`, the file and the reason
 * when it cannot be read or its compression is damaged.
 */
export async function readDataFile(subject: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const raw = await readFile(path).catch((error: unknown) => {
    throw new ThalwegError('DATA_INVALID', `${subject}: cannot read ${path}: ${messageOf(error)}`, { cause: error });
  });
  if (!isGzip(raw)) return raw;
  // Large chunks: gunzip keeps a list of them, and 47 MB in the default 16 KiB pieces is slow to join.
  return unzip(raw, { chunkSize: 1 << 20 }).catch((error: unknown) => {
    throw new ThalwegError('DATA_INVALID', `${subject}: ${path} is damaged gzip: ${messageOf(error)}`, {
      cause: error,
    });
  });
}

/** A file's checksum (hexadecimal), of its decompressed contents where `checksum` is of them; read in pieces. */
async function digestFile(path: string, { algorithm, of }: Checksum): Promise<string> {
  const hash = createHash(algorithm);
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  if (of === 'contents' && (await startsAsGzip(path)))
    await pipeline(source, createGunzip({ chunkSize: 1 << 18 }), hash);
  else await pipeline(source, hash);
  return hash.digest('hex');
}

/** Whether a file begins with the two bytes of gzip. */
export async function startsAsGzip(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && isGzip(buffer);
  } finally {
    await handle.close();
  }
}

/** Whether a file holds what the catalogue says; `got` is its checksum, or why there is none. */
export interface FileCheck {
  readonly intact: boolean;
  readonly got: string;
}

/** Compares the file at `path` with a recorded checksum. */
export async function checkDigest(checksum: Checksum, path: string): Promise<FileCheck> {
  try {
    const got = await digestFile(path, checksum);
    return { intact: got === checksum.value, got };
  } catch (error) {
    return { intact: false, got: `unreadable (${messageOf(error)})` };
  }
}

/**
 * Compares the file at `path` with the checksum of `file`; a decompressed one of which only the compressed file's checksum
 * is published, with the length of the contents.
 */
export async function checkDataFile(file: DataFile, path: string): Promise<FileCheck> {
  const isUnpacked = file.published !== file.name && !path.endsWith('.gz');
  if (file.checksum.of === 'contents' || !isUnpacked) return checkDigest(file.checksum, path);
  const { size } = await stat(path);
  return { intact: size === file.bytes, got: `${size} bytes` };
}
