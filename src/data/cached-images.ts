import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { invariant } from '../base/index.ts';
import { decodeTree, type ImagePlan } from './decode-tree.ts';
import { imageCacheFolder, readImageCache, writeImageCache, type CachedImages } from './image-cache.ts';
import { keptSource } from './kept-sources.ts';

/** Raised when the decoder or the layout of a cache file changes. */
const cacheVersion = 1;

/** Called while images are decoded: their number so far. */
export type DecodingProgress = (images: number) => void;

/**
 * The images of a plan, decoded once: from the cache when it holds them for the same files, format and classes, else
 * decoded and stored there. `variant` names what else the plan's `place` depends on. Several processes may do so at
 * the same time.
 */
export async function cachedImages(
  plan: ImagePlan,
  variant: string,
  onProgress?: DecodingProgress,
): Promise<CachedImages> {
  const { subject, tree, format, classes } = plan;
  const fingerprint = await tree.fingerprint();
  const parts = { cacheVersion, subject, variant, fingerprint, format, classes };
  const key = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  return keptSource(key, () => fromCache(plan, key, onProgress));
}

async function fromCache(plan: ImagePlan, key: string, onProgress?: DecodingProgress): Promise<CachedImages> {
  const path = join(imageCacheFolder(), `${plan.subject}-${key.slice(0, 16)}.images`);
  const found = await readImageCache(path, key);
  if (found !== null) return found;
  await writeImageCache(path, key, await decodeTree(plan, onProgress));
  const written = await readImageCache(path, key);
  invariant(written !== null, `${path} cannot be read back`);
  return written;
}
