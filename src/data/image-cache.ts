import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import type { DecodedImages, DecodedPart } from './decode-tree.ts';
import { cacheDirectory, type Surroundings } from './locate.ts';
import { labelsFrom, type RawExamples } from './raw.ts';

/**
 * A file of decoded images: eight bytes `THALWIMG`, the length of the header (uint32, little-endian), the header as
 * JSON, then the payload: labels of the training images (uint16, little-endian), of the test images, and the pixels of
 * both, bytes `[images, channels, height, width]`. The header holds the SHA-256 of the payload.
 */
const magic = Buffer.from('THALWIMG', 'latin1');

interface Header {
  readonly key: string;
  readonly classes: readonly string[];
  readonly train: number;
  readonly test: number;
  readonly imageBytes: number;
  readonly sha256: string;
}

/** Decoded images as a cache file holds them. */
export interface CachedImages {
  readonly classes: readonly string[];
  readonly train: RawExamples;
  readonly test: RawExamples;
}

/** Folder of decoded images: `$THALWEG_CACHE`, else `thalweg/images` in the user's cache folder. */
export function imageCacheFolder(
  surroundings: Surroundings = { environment: process.env, platform: process.platform, home: homedir() },
): string {
  return resolve(surroundings.environment['THALWEG_CACHE'] || join(cacheDirectory(surroundings), 'thalweg', 'images'));
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
  if (createHash('sha256').update(payload).digest('hex') !== header.sha256) return null;
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

function parseHeader(bytes: Buffer<ArrayBuffer>): { header: Header; payload: Buffer<ArrayBuffer> } | null {
  if (bytes.length < 12 || !bytes.subarray(0, 8).equals(magic)) return null;
  const end = 12 + bytes.readUInt32LE(8);
  try {
    return { header: JSON.parse(bytes.toString('utf8', 12, end)) as Header, payload: bytes.subarray(end) };
  } catch {
    return null;
  }
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
  const labels = [labelBytes(train), labelBytes(test)];
  const pixels = [...train.images, ...test.images];
  const hash = createHash('sha256');
  for (const piece of [...labels, ...pixels]) hash.update(piece);
  const header: Header = {
    key,
    classes,
    train: train.images.length,
    test: test.images.length,
    imageBytes: pixels[0]!.length,
    sha256: hash.digest('hex'),
  };
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  await handle.writeFile(Buffer.concat([magic, length, json, ...labels]));
  for (let first = 0; first < pixels.length; first += 1024) {
    await handle.writeFile(Buffer.concat(pixels.slice(first, first + 1024)));
  }
}

function labelBytes({ labels }: DecodedPart): Buffer {
  const bytes = Buffer.alloc(2 * labels.length);
  labels.forEach((label: number, index: number) => void bytes.writeUInt16LE(label, 2 * index));
  return bytes;
}
