import { existsSync, linkSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { messageOf, ThalwegError } from '../base/index.ts';
import { fileDigest } from '../store/index.ts';

/** What a cache is asked for. */
export interface CachedContent {
  readonly sha256: string;
  readonly bytes: number;
}

const namePattern = /^[0-9a-f]{64}$/;

/** A part that nobody has written to for so long was left by a killed process, milliseconds. */
const abandoned = 3_600_000;

/**
 * Files by their SHA-256, in one folder that all workers of a machine share: what one has brought, the others have. When they
 * are more than the limit, those that were not asked for longest leave. A file appears only whole and with its digest.
 */
export class FileCache {
  readonly #directory: string;
  readonly #limit: number;

  /** @param limit bytes of all files; one that is larger by itself is not kept */
  constructor(directory: string, limit: number) {
    this.#directory = directory;
    this.#limit = limit;
  }

  /**
   * Puts the content at `target`, which must not exist: from the cache, else by `bring`, which gives its bytes to its argument.
   *
   * @throws `DATA_INVALID` where `bring` gives something else, `STORE_FAILED` where it cannot be written, and what `bring` throws
   */
  async place(
    content: CachedContent,
    target: string,
    bring: (take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const kept = this.#pathOf(content);
    if (await this.#isWhole(kept, content)) return this.#copy(kept, target);
    const part = join(this.#directory, `${content.sha256}.${randomUUID()}.part`);
    try {
      this.#onDisk(() => mkdirSync(this.#directory, { recursive: true }));
      await bring((pieces) => this.#write(part, content, pieces));
      await this.#copy(part, target);
      if (content.bytes > this.#limit) return;
      this.#onDisk(() => renameSync(part, kept));
      this.#evict(kept);
    } finally {
      await rm(part, { force: true });
    }
  }

  /** Bytes of what is kept. */
  get bytes(): number {
    return this.#entries().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  has({ sha256 }: Pick<CachedContent, 'sha256'>): boolean {
    return existsSync(join(this.#directory, sha256));
  }

  #pathOf({ sha256 }: CachedContent): string {
    if (!namePattern.test(sha256))
      throw new ThalwegError('USAGE', `cache: expected a SHA-256, got ${JSON.stringify(sha256)}`);
    return join(this.#directory, sha256);
  }

  /** Compares it with its name, since anybody may have changed it; notes that it was asked for. */
  async #isWhole(path: string, { sha256, bytes }: CachedContent): Promise<boolean> {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return false;
    if (stat.size === bytes && (await fileDigest(path)) === sha256) {
      utimesSync(path, new Date(), new Date());
      return true;
    }
    rmSync(path, { force: true });
    return false;
  }

  async #write(part: string, { sha256, bytes }: CachedContent, pieces: AsyncIterable<Uint8Array>): Promise<void> {
    const hash = createHash('sha256');
    const handle = await open(part, 'w');
    let received = 0;
    try {
      for await (const piece of pieces) {
        received += piece.length;
        if (received > bytes) break;
        hash.update(piece);
        await this.#waitForDisk(handle.writeFile(piece));
      }
    } finally {
      await handle.close();
    }
    if (received === bytes && hash.digest('hex') === sha256) return;
    throw new ThalwegError(
      'DATA_INVALID',
      `${sha256.slice(0, 12)}…: expected ${bytes} bytes of that SHA-256, got ${received > bytes ? 'more' : `${received} others`}`,
    );
  }

  /** By a link where both lie on one disk: nobody writes into a file once it is whole. */
  async #copy(from: string, target: string): Promise<void> {
    try {
      linkSync(from, target);
    } catch {
      await this.#waitForDisk(copyFile(from, target));
    }
  }

  #evict(newest: string): void {
    const entries = this.#entries().sort((a, b) => a.used - b.used);
    let total = entries.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { path, bytes } of entries) {
      if (total <= this.#limit) return;
      if (path === newest) continue;
      rmSync(path, { force: true });
      total -= bytes;
    }
  }

  #entries(): { readonly path: string; readonly bytes: number; readonly used: number }[] {
    if (!existsSync(this.#directory)) return [];
    return readdirSync(this.#directory).flatMap((name) => {
      const path = join(this.#directory, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (!stat) return [];
      if (namePattern.test(name)) return [{ path, bytes: stat.size, used: stat.mtimeMs }];
      if (name.endsWith('.part') && Date.now() - stat.mtimeMs > abandoned) rmSync(path, { force: true });
      return [];
    });
  }

  #onDisk<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw this.#failure(cause);
    }
  }

  async #waitForDisk<T>(work: Promise<T>): Promise<T> {
    return work.catch((cause: unknown) => {
      throw this.#failure(cause);
    });
  }

  #failure(cause: unknown): ThalwegError {
    return new ThalwegError('STORE_FAILED', `${this.#directory}: could not be written: ${messageOf(cause)}`, { cause });
  }
}
