import { createHash } from 'node:crypto';
import { createReadStream, fstatSync, statSync, type Stats } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, ThalwegError } from '../base/index.ts';

/** SHA-256, hexadecimal. */
export type Digest = string;

/** SHA-256 of a file, read in pieces. Throws `RUN_INVALID` where it cannot be read. */
export const fileDigest = (path: string): Promise<Digest> =>
  streamDigest(path, createReadStream(path, { highWaterMark: 1 << 18 }));

async function streamDigest(path: string, stream: Readable): Promise<Digest> {
  const hash = createHash('sha256');
  try {
    await pipeline(stream, hash);
  } catch (cause) {
    throw new ThalwegError('RUN_INVALID', `${path}: could not be read: ${messageOf(cause)}`, { cause });
  }
  return hash.digest('hex');
}

/** Digests of files that do not change once they are there: each is read once, as long as it is the same file. */
export class FileDigests {
  readonly #known = new Map<string, { readonly mark: string; readonly digest: Digest }>();

  /** Throws `RUN_INVALID` for a file that cannot be read. */
  of(path: string): Promise<Digest> {
    return this.#digest(path, markOf(statSync(path, { throwIfNoEntry: false })), () => fileDigest(path));
  }

  /** The same of a file that is open, and whose name may be gone; `read` gives its content. */
  ofOpen(path: string, descriptor: number, read: () => Readable): Promise<Digest> {
    return this.#digest(path, markOf(fstatSync(descriptor)), () => streamDigest(path, read()));
  }

  /** Notes a digest that is known already. */
  note(path: string, digest: Digest): void {
    this.#known.set(path, { mark: markOf(statSync(path, { throwIfNoEntry: false })), digest });
  }

  async #digest(path: string, mark: string, read: () => Promise<Digest>): Promise<Digest> {
    const known = this.#known.get(path);
    if (known?.mark === mark) return known.digest;
    const digest = await read();
    this.#known.set(path, { mark, digest });
    return digest;
  }
}

const markOf = (stat: Stats | undefined): string => (stat ? `${stat.ino}:${stat.size}:${stat.mtimeMs}` : '');
