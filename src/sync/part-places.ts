import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { HubCheckpoint } from '../contract/index.ts';
import type { FileCache } from './cache.ts';
import type { HubClient } from './client.ts';
import { fetchPoints } from './fetch-points.ts';
import type { AskOptions } from './transport.ts';

type RunCheckpoint = HubCheckpoint & { readonly run: string };

interface Place {
  readonly path: string;
  readonly ready: Promise<void>;
  users: number;
}

/** Places that are kept for the next part, of those that nobody uses. */
const mostIdle = 2;

/** Folders with checkpoints from a hub: what several parts of one landscape need is brought once. */
export class PartPlaces {
  readonly #directory: string;
  readonly #client: HubClient;
  readonly #cache: FileCache;
  readonly #places = new Map<string, Place>();

  /** @param directory in which they are made; it is removed at the end */
  constructor(directory: string, client: HubClient, cache: FileCache) {
    this.#directory = resolve(directory);
    this.#client = client;
    this.#cache = cache;
  }

  /** A folder of runs that has these checkpoints, until `release` is called. Rejects as {@link fetchPoints} does. */
  async of(
    checkpoints: readonly RunCheckpoint[],
    options: AskOptions,
  ): Promise<{ readonly path: string; readonly release: () => void }> {
    const key = JSON.stringify(checkpoints);
    const place = this.#places.get(key) ?? this.#make(key, checkpoints, options);
    place.users++;
    const release = (): void => {
      place.users--;
      this.#removeIdle();
    };
    try {
      await place.ready;
      return { path: place.path, release };
    } catch (error) {
      if (this.#places.get(key) === place) this.#places.delete(key);
      release();
      rmSync(place.path, { recursive: true, force: true });
      throw error;
    }
  }

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #make(key: string, checkpoints: readonly RunCheckpoint[], options: AskOptions): Place {
    mkdirSync(this.#directory, { recursive: true });
    const path = mkdtempSync(join(this.#directory, 'points-'));
    const ready = fetchPoints({
      ...{ client: this.#client, cache: this.#cache, runsDirectory: path, checkpoints },
      ...options,
    });
    const place = { path, ready, users: 0 };
    this.#places.set(key, place);
    return place;
  }

  /** Those that were asked for last stay. */
  #removeIdle(): void {
    const idle = [...this.#places].filter(([, { users }]) => users === 0);
    for (const [key, { path }] of idle.slice(0, Math.max(0, idle.length - mostIdle))) {
      this.#places.delete(key);
      rmSync(path, { recursive: true, force: true });
    }
  }
}
