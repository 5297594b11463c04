import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fetchDataSet, loadDataSet, verifyDataSet } from '../../src/data/index.ts';
import { realData, sendWithRange, serve, temporaryFolder } from './support.ts';

const mirror = () =>
  serve((request, response) => {
    void readFile(join(realData, 'mnist', request.url ?? '')).then((bytes) => sendWithRange(request, response, bytes));
  });

describe('fetching MNIST', () => {
  it('brings all four files, which then load, and brings them once', async () => {
    const directory = join(await temporaryFolder(), 'new', 'folder');
    const { address, seen } = await mirror();
    const finished = new Map<string, boolean>();
    const options = {
      directory,
      mirrors: [address],
      onProgress: (name: string, received: number, total: number | null) => void finished.set(name, received === total),
    };
    const first = await fetchDataSet('mnist', options);
    expect(first.map(({ file, fetched }) => [file, fetched])).toEqual([
      ['train-images-idx3-ubyte', true],
      ['train-labels-idx1-ubyte', true],
      ['t10k-images-idx3-ubyte', true],
      ['t10k-labels-idx1-ubyte', true],
    ]);
    expect((await readdir(join(directory, 'mnist'))).toSorted()).toEqual([...finished.keys()].toSorted());
    expect([...finished.values()]).toEqual([true, true, true, true]);
    expect((await verifyDataSet('mnist', directory)).every(({ status }) => status === 'ok')).toBe(true);
    const specification = { name: 'mnist', examples: 10, testExamples: 10, normalise: true } as const;
    expect((await loadDataSet(specification, { dataDirectory: directory, seed: 1 })).train.count).toBe(10);

    const second = await fetchDataSet('mnist', options);
    expect(second.some(({ fetched }) => fetched)).toBe(false);
    expect(seen).toHaveLength(4);
  });

  it('replaces only the file that is missing or damaged', async () => {
    const directory = await temporaryFolder();
    const { address, seen } = await mirror();
    await fetchDataSet('mnist', { directory, mirrors: [address] });
    await writeFile(join(directory, 'mnist/t10k-labels-idx1-ubyte.gz'), 'damaged');
    await rm(join(directory, 'mnist/train-labels-idx1-ubyte.gz'));
    seen.length = 0;
    const report = await fetchDataSet('mnist', { directory, mirrors: [address] });
    expect(report.map(({ fetched }) => fetched)).toEqual([false, true, false, true]);
    expect(seen).toHaveLength(2);
    expect((await verifyDataSet('mnist', directory)).every(({ status }) => status === 'ok')).toBe(true);
  });

  it('says so when the folder cannot be created', async () => {
    const occupied = join(await temporaryFolder(), 'file');
    await writeFile(occupied, '');
    const attempt = fetchDataSet('mnist', { directory: occupied, mirrors: ['http://127.0.0.1:1/'] });
    await expect(attempt).rejects.toMatchObject({ code: 'DATA_FETCH' });
    await expect(attempt).rejects.toThrow(/^mnist: cannot create .*: ENOTDIR/);
  });

  it('names the set, the file and the mirror when nothing answers', async () => {
    const directory = await temporaryFolder();
    const attempt = fetchDataSet('mnist', { directory, mirrors: ['http://127.0.0.1:1/'] });
    await expect(attempt).rejects.toThrow(
      /^mnist: could not fetch train-images-idx3-ubyte\.gz from http:\/\/127\.0\.0\.1:1\/: \S/,
    );
    expect(await readdir(join(directory, 'mnist'))).toEqual([]);
  });
});

describe('fetching another data set', () => {
  it('does nothing for a generated one and refuses an unknown one', async () => {
    const directory = await temporaryFolder();
    await mkdir(directory, { recursive: true });
    expect(await fetchDataSet('mnist-1d', { directory })).toEqual([]);
    expect(await readdir(directory)).toEqual([]);
    await expect(fetchDataSet('mnist1d', { directory })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('fetching an archive', () => {
  it('asks for it under its own name and refuses contents with another checksum', async () => {
    const directory = await temporaryFolder();
    const { address, seen } = await serve((request, response) =>
      sendWithRange(request, response, Buffer.from('not the archive')),
    );
    const attempt = fetchDataSet('cifar-10', { directory, mirrors: [address] });
    await expect(attempt).rejects.toThrow(
      `cifar-10: could not fetch cifar-10-binary.tar.gz from ${address}: its contents have another checksum than recorded`,
    );
    expect(seen.map(({ path }) => path)).toEqual(['/cifar-10-binary.tar.gz']);
    expect(await readdir(join(directory, 'cifar-10'))).toEqual([]);
  });
});
