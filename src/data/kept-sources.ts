import type { CachedImages } from './image-cache.ts';

/** What was read last, newest last. */
const kept = new Map<string, CachedImages>();
let limit = 0;

/**
 * Keeps what the data sets that were read last hold, decoded, for the next that are loaded in this process: `bytes` at most,
 * 0 (which it begins with) for nothing. Files are looked at all the same, so that changed ones are read again.
 */
export function keepSources(bytes: number): void {
  limit = bytes;
  dropOldest();
}

/** The source that was kept under `key`, which must change with its files; else what `read` gives. */
export async function keptSource(key: string, read: () => Promise<CachedImages>): Promise<CachedImages> {
  const source = kept.get(key) ?? (await read());
  kept.delete(key);
  kept.set(key, source);
  dropOldest();
  return source;
}

function dropOldest(): void {
  for (const key of kept.keys()) {
    const bytes = [...kept.values()].reduce((sum, source) => sum + bytesOf(source), 0);
    if (bytes <= limit) return;
    kept.delete(key);
  }
}

const bytesOf = ({ train, test }: CachedImages): number =>
  [train, test].reduce((sum, { values, labels }) => sum + values.byteLength + labels.byteLength, 0);
