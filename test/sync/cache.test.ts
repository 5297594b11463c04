import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchDataSet } from '../../src/data/index.ts';
import { FileCache, hubSource, type CachedContent } from '../../src/sync/index.ts';
import { rejectionOf, temporaryFolder } from '../store/fixtures.ts';
import { clientOf, startHub } from './hub-fixtures.ts';

const contentOf = (text: string): CachedContent & { readonly text: string } => ({
  text,
  bytes: text.length,
  sha256: createHash('sha256').update(text).digest('hex'),
});

/** Brings what it is told to, and counts how often. */
function carrier() {
  const trips = { count: 0 };
  const bring = (text: string) => async (take: (pieces: AsyncIterable<Uint8Array>) => Promise<void>) => {
    trips.count++;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (const letter of text) yield Buffer.from(letter);
    }
    await take(pieces());
  };
  return { trips, bring };
}

describe('a cache of files', () => {
  it('has a content brought once, whoever asks for it', async () => {
    const [folder, targets] = [temporaryFolder(), temporaryFolder()];
    const { trips, bring } = carrier();
    const content = contentOf('some bytes');
    for (const [index, cache] of [new FileCache(folder, 100), new FileCache(folder, 100)].entries()) {
      await cache.place(content, join(targets, `t${index}`), bring(content.text));
      expect(readFileSync(join(targets, `t${index}`), 'utf8')).toBe('some bytes');
    }
    expect(trips.count).toBe(1);
    expect(readdirSync(folder)).toEqual([content.sha256]);
  });

  it('lets go what was not asked for longest, and keeps nothing that is larger than all it may keep', async () => {
    const [folder, targets] = [temporaryFolder(), temporaryFolder()];
    const cache = new FileCache(folder, 10);
    const { bring } = carrier();
    const [a, b, c] = ['aaaa', 'bbbb', 'cccc'].map(contentOf) as [
      ReturnType<typeof contentOf>,
      ReturnType<typeof contentOf>,
      ReturnType<typeof contentOf>,
    ];
    await cache.place(a, join(targets, 'a'), bring(a.text));
    await cache.place(b, join(targets, 'b'), bring(b.text));
    utimesSync(join(folder, a.sha256), 1000, 1000);
    utimesSync(join(folder, b.sha256), 500, 500);
    // Asked for again: now the other one is the oldest.
    await cache.place(b, join(targets, 'b2'), bring('never'));
    await cache.place(c, join(targets, 'c'), bring(c.text));
    expect([a, b, c].map((content) => cache.has(content))).toEqual([false, true, true]);
    expect(cache.bytes).toBe(8);
    const large = contentOf('a content of more than ten bytes');
    await cache.place(large, join(targets, 'large'), bring(large.text));
    expect(readFileSync(join(targets, 'large'), 'utf8')).toBe(large.text);
    expect([cache.has(large), cache.bytes]).toEqual([false, 8]);
    expect(existsSync(join(targets, 'a'))).toBe(true);
  });

  it('takes only what has the digest, and brings anew what somebody has changed', async () => {
    const [folder, targets] = [temporaryFolder(), temporaryFolder()];
    const cache = new FileCache(folder, 100);
    const { trips, bring } = carrier();
    const content = contentOf('right');
    for (const wrong of ['wrong', 'righ', 'right and more']) {
      const error = await rejectionOf(cache.place(content, join(targets, 'x'), bring(wrong)));
      expect(error.code).toBe('DATA_INVALID');
    }
    expect([readdirSync(folder), readdirSync(targets)]).toEqual([[], []]);
    await cache.place(content, join(targets, 'x'), bring('right'));
    writeFileSync(join(folder, content.sha256), 'other');
    await cache.place(content, join(targets, 'y'), bring('right'));
    expect([readFileSync(join(targets, 'y'), 'utf8'), trips.count]).toEqual(['right', 5]);
    expect((await rejectionOf(cache.place({ sha256: '../x', bytes: 1 }, join(targets, 'z'), bring('x')))).code).toBe(
      'USAGE',
    );
  });
});

describe('data sets of a hub', () => {
  const mnist = process.env['THALWEG_DATA'] ?? new URL('../../../shared/data', import.meta.url).pathname;

  it('come to a machine once, checked as those of a mirror are', async () => {
    const hub = await startHub({ dataDirectory: mnist });
    const client = clientOf(hub.address);
    const { files } = await client.data();
    expect(files.map(({ set, file }) => `${set}/${file}`)).toContain('mnist/t10k-labels-idx1-ubyte');
    const cache = new FileCache(temporaryFolder(), 1e9);
    for (const directory of [temporaryFolder(), temporaryFolder()]) {
      const fetched = await fetchDataSet('mnist', { directory, mirrors: [], source: hubSource(client, cache) });
      expect(fetched.map((file) => file.fetched)).toEqual([true, true, true, true]);
    }
    expect(cache.bytes).toBe(files.filter(({ set }) => set === 'mnist').reduce((sum, { bytes }) => sum + bytes, 0));
    const missing = client.readData({ sha256: '00'.repeat(32), bytes: 1 }, () => Promise.resolve());
    expect((await rejectionOf(missing)).code).toBe('DATA_MISSING');
  });

  it('that are not what is recorded are left to the mirrors', async () => {
    const directory = temporaryFolder();
    const source = async (_set: string, _file: unknown, target: string): Promise<boolean> => {
      writeFileSync(target, 'not MNIST');
      return true;
    };
    const { code, message } = await rejectionOf(fetchDataSet('mnist', { directory, mirrors: [], source }));
    expect(code).toBe('DATA_FETCH');
    expect(message).toContain('no mirror');
    expect(readdirSync(join(directory, 'mnist'))).toEqual([]);
  });
});
