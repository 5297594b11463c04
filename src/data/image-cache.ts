import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { DecodedImages, DecodedPart } from './decode-tree.ts';
import { userCacheFolder, type Surroundings } from './locate.ts';
import { labelsFrom, type RawExamples } from './core/raw.ts';

/**
 * A file of decoded images: eight bytes `THALWIMG`, the length of the header (uint32, little-endian), the header as
 * JSON, then the payload: labels of the training images (uint16, little-endian), of the test images, and the pixels of
 * both, bytes `[images, channels, height, width]`; at the end the SHA-256 of everything before it.
 */
const magic = Buffer.from('THALWIMG', 'latin1');
const digestBytes = 32;

interface Header {
  readonly key: string;
  readonly classes: readonly string[];
  readonly train: number;
  readonly test: number;
  readonly imageBytes: number;
}

/** Decoded images, as a cache file holds them. */
export interface CachedImages {
  readonly classes: readonly string[];
  readonly train: RawExamples;
  readonly test: RawExamples;
}

/** Folder of decoded images: `$THALWEG_CACHE`, else `thalweg/images` in the user's cache folder. */
export function imageCacheFolder(
  surroundings: Surroundings = { environment: process.env, platform: process.platform, home: homedir() },
): string {
  return resolve(surroundings.environment['THALWEG_CACHE'] || join(userCacheFolder(surroundings), 'images'));
}

/**
 * The images stored at `path` under `key`; null when there is no such file, or when it is damaged or of another key,
 * so that it has to be made again.
 */
export async function readImageCache(path: string, key: string): Promise<CachedImages | null> {
  const bytes = await readFile(path).catch(() => null);
  const parsed = bytes === null ? null : parseHeader(bytes);
  if (parsed === null || parsed.header.key !== key) return null;
  const { header, payload } = parsed;
  const count = header.train + header.test;
  if (payload.length !== count * (2 + header.imageBytes)) return null;
  const part = (first: number, images: number): RawExamples => {
    const labels = Array.from({ length: images }, (_, index) => payload.readUInt16LE(2 * (first + index)));
    const start = 2 * count + first * header.imageBytes;
    return {
      values: new Uint8Array(payload.buffer, payload.byteOffset + start, images * header.imageBytes),
      labels: labelsFrom(labels, header.classes.length),
      count: images,
    };
  };
  return { classes: header.classes, train: part(0, header.train), test: part(header.train, header.test) };
}

/** Null for a file that is not one, or not as it was written. */
function parseHeader(bytes: Buffer<ArrayBuffer>): { header: Header; payload: Buffer<ArrayBuffer> } | null {
  if (bytes.length < 12 + digestBytes || !bytes.subarray(0, 8).equals(magic)) return null;
  const content = bytes.subarray(0, -digestBytes);
  if (!createHash('sha256').update(content).digest().equals(bytes.subarray(-digestBytes))) return null;
  const end = 12 + bytes.readUInt32LE(8);
  return { header: JSON.parse(content.toString('utf8', 12, end)) as Header, payload: content.subarray(end) };
}

/**
 * Stores decoded images at `path`. The file is written under a name of its own and renamed when it is complete, so that
 * readers see all of it or none, and of several processes that write it at once any may win. Throws `STORE_FAILED`
 * when the cache folder cannot be written.
 */
export async function writeImageCache(path: string, key: string, images: DecodedImages): Promise<void> {
  const temporary = `${path}.${process.pid}.${randomUUID()}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(temporary, 'wx');
    try {
      await writeParts(handle, key, images);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new ThalwegError('STORE_FAILED', `images: cannot write the cache ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function writeParts(handle: FileHandle, key: string, { classes, train, test }: DecodedImages): Promise<void> {
  const pixels = [...train.images, ...test.images];
  const imageBytes = pixels[0]!.length;
  const header: Header = { key, classes, train: train.images.length, test: test.images.length, imageBytes };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  const hash = createHash('sha256');
  const write = async (pieces: readonly Uint8Array[]): Promise<void> => {
    const bytes = Buffer.concat(pieces);
    hash.update(bytes);
    await handle.writeFile(bytes);
  };
  await write([magic, length, json, labelBytes(train), labelBytes(test)]);
  for (let first = 0; first < pixels.length; first += 1024) await write(pixels.slice(first, first + 1024));
  await handle.writeFile(hash.digest());
}

function labelBytes({ labels }: DecodedPart): Buffer {
  const bytes = Buffer.alloc(2 * labels.length);
  labels.forEach((label: number, index: number) => void bytes.writeUInt16LE(label, 2 * index));
  return bytes;
}
