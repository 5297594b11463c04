import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { imageCacheFolder, readImageCache, writeImageCache } from '../../src/data/image-cache.ts';
import { failureOf, loadFrom, temporaryFolder, useOwnCache, writeImage } from './support.ts';

const images = {
  classes: ['a', 'b', 'c'],
  train: { images: [Uint8Array.of(1, 2), Uint8Array.of(3, 4)], labels: Uint8Array.of(2, 0) },
  test: { images: [Uint8Array.of(5, 6)], labels: Uint8Array.of(1) },
};

describe('a cache of images', () => {
  it('gives back what was stored, under the same key only', async () => {
    const path = join(await temporaryFolder(), 'below', 'x.images');
    expect(await readImageCache(path, 'key')).toBeNull();
    await writeImageCache(path, 'key', images);
    expect(await readImageCache(path, 'key')).toEqual({
      classes: ['a', 'b', 'c'],
      train: { values: Uint8Array.of(1, 2, 3, 4), labels: Uint8Array.of(2, 0), count: 2 },
      test: { values: Uint8Array.of(5, 6), labels: Uint8Array.of(1), count: 1 },
    });
    expect(await readImageCache(path, 'another')).toBeNull();
  });

  it('does not trust a file that was cut off or changed anywhere', async () => {
    const path = join(await temporaryFolder(), 'x.images');
    await writeImageCache(path, 'key', images);
    const bytes = await readFile(path);
    for (let position = 0; position < bytes.length; position++) {
      const damaged = Buffer.from(bytes);
      damaged[position]! ^= 1;
      await writeFile(path, damaged);
      expect(await readImageCache(path, 'key'), `byte ${position}`).toBeNull();
    }
    for (const length of [0, 5, 11, 40, bytes.length - 1]) {
      await writeFile(path, bytes);
      await truncate(path, length);
      expect(await readImageCache(path, 'key'), `${length} bytes`).toBeNull();
    }
  });

  it('lies where the environment says, else in the cache of the user', () => {
    const surroundings = (environment: Record<string, string>) => ({ environment, platform: 'linux', home: '/home/u' });
    expect(imageCacheFolder(surroundings({ THALWEG_CACHE: '/fast' }))).toBe('/fast');
    expect(imageCacheFolder(surroundings({}))).toBe('/home/u/.cache/thalweg/images');
  });

  it('is made anew when it was damaged', async () => {
    const cache = await useOwnCache();
    const folder = await temporaryFolder();
    for (const name of ['a', 'b', 'c']) await writeImage(join(folder, name, '0.png'), [1, 2, name.charCodeAt(0)]);
    const specification = { name: 'image-folder', path: folder, size: 8, testShare: 0.4, normalise: false } as const;
    const digest = await (await loadFrom('/', specification)).digest();
    const [name] = await readdir(cache);
    await truncate(join(cache, name!), 100);
    expect(await (await loadFrom('/', specification)).digest()).toBe(digest);
    expect(await readdir(cache)).toEqual([name]);
  });

  it('that cannot be written ends the run with the reason', async () => {
    const occupied = join(await temporaryFolder(), 'file');
    await writeFile(occupied, '');
    const error = await failureOf(writeImageCache(join(occupied, 'x.images'), 'key', images));
    expect(error.code).toBe('STORE_FAILED');
    expect(error.message).toMatch(/^images: cannot write the cache .*: \S/);
  });

  it('can be made by several processes at once', async () => {
    const [cache, folder] = [await temporaryFolder(), await temporaryFolder()];
    const names = Array.from({ length: 60 }, (_, image) => join(folder, `class${image % 3}`, `${image}.png`));
    for (const [image, path] of names.entries()) await writeImage(path, [image, 2 * image, 255 - image], 16);
    const root = fileURLToPath(new URL('../../', import.meta.url));
    const argv = ['node_modules/vite-node/vite-node.mjs', 'test/data/print-digest.ts', folder];
    const children = [1, 2, 3].map(() =>
      spawn(process.execPath, argv, {
        cwd: root,
        env: { ...process.env, THALWEG_CACHE: cache },
        stdio: ['ignore', 'pipe', 2],
      }),
    );
    const results = await Promise.all(
      children.map(async (child) => {
        const [output, [code]] = await Promise.all([text(child.stdout!), once(child, 'close') as Promise<[number]>]);
        return { output, code };
      }),
    );
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(new Set(results.map(({ output }) => output)).size).toBe(1);
    expect(results[0]!.output).toMatch(/^[0-9a-f]{64}$/);
    const left = await readdir(cache);
    expect(left).toHaveLength(1);
    expect(left[0]).toMatch(/^image-folder-[0-9a-f]{16}\.images$/);
  }, 60_000);
});
