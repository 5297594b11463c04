import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { verifyDataSet } from '../../src/data/index.ts';
import { realData, temporaryFolder } from './support.ts';

describe('verifying a data set', () => {
  it('finds intact, missing and damaged files', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'mnist'));
    const name = (part: string) => join('mnist', `${part}-ubyte.gz`);
    await symlink(join(realData, name('train-images-idx3')), join(folder, name('train-images-idx3')));
    await cp(join(realData, name('train-labels-idx1')), join(folder, name('train-labels-idx1')));
    const labels = gunzipSync(await readFile(join(realData, name('t10k-labels-idx1'))));
    labels[5000]! ^= 1;
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), labels);

    const report = await verifyDataSet('mnist', folder);
    expect(report.map(({ file, status }) => [file, status])).toEqual([
      ['train-images-idx3-ubyte', 'ok'],
      ['train-labels-idx1-ubyte', 'ok'],
      ['t10k-images-idx3-ubyte', 'missing'],
      ['t10k-labels-idx1-ubyte', 'damaged'],
    ]);
    expect(report[0]!.got).toBe(report[0]!.expected);
    expect(report[2]).toMatchObject({ got: null, path: null });
    expect(report[3]!.got).toMatch(/^[0-9a-f]{64}$/);
    expect(report[3]!.got).not.toBe(report[3]!.expected);
  });

  it('reports a broken gzip file as damaged, with the reason', async () => {
    const folder = await temporaryFolder();
    const bytes = await readFile(join(realData, 'mnist/t10k-labels-idx1-ubyte.gz'));
    await writeFile(join(folder, 't10k-labels-idx1-ubyte.gz'), bytes.subarray(0, 3000));
    const labels = (await verifyDataSet('mnist', folder)).at(-1);
    expect(labels).toMatchObject({ status: 'damaged', got: 'unreadable (unexpected end of file)' });
  });

  it('has nothing to check for a generated set, and refuses an unknown one', async () => {
    expect(await verifyDataSet('mnist-1d', '/nowhere')).toEqual([]);
    await expect(verifyDataSet('mnst', '/nowhere')).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('verifying a set that may lie there in several forms', () => {
  it('checks the forms that are there, archives by checksum and folders by layout', async () => {
    const report = await verifyDataSet('cifar-10', realData);
    expect(report.map(({ file, status }) => [file, status])).toEqual([
      ['cifar-10-batches-bin', 'ok'],
      ['cifar10-jpeg.tar.gz', 'ok'],
    ]);
    expect(report[0]!.got).toBe('5000 training and 1000 test records');
    expect((await verifyDataSet('tiny-imagenet', realData)).map(({ file, status }) => [file, status])).toEqual([
      ['tiny-imagenet-subset.tar', 'ok'],
    ]);
  });

  it('reports the published archive as missing when there is none of them', async () => {
    const folder = await temporaryFolder();
    expect(await verifyDataSet('cifar-10', folder)).toMatchObject([
      { file: 'cifar-10-binary.tar.gz', status: 'missing' },
    ]);
  });

  it('finds a damaged archive, a folder with half a record, and one without images', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'cifar-10-binary.tar.gz'), 'damaged');
    await writeFile(join(folder, 'cifar10-jpeg.tar.gz'), 'damaged');
    await mkdir(join(folder, 'cifar-10-batches-bin'));
    await mkdir(join(folder, 'cifar10-jpeg'));
    await writeFile(join(folder, 'cifar-10-batches-bin/data_batch_1.bin'), new Uint8Array(3074));
    const report = await verifyDataSet('cifar-10', folder);
    expect(report.map(({ file, status }) => [file, status])).toEqual([
      ['cifar-10-binary.tar.gz', 'damaged'],
      ['cifar-10-batches-bin', 'damaged'],
      ['cifar10-jpeg', 'damaged'],
      ['cifar10-jpeg.tar.gz', 'damaged'],
    ]);
    expect(report[1]!.got).toContain('expected a whole number of records');
    expect(report[2]!.got).toContain('expected images');
  });

  it('compares a decompressed file with its length where only the compressed one has a checksum', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), new Uint8Array(10_008));
    await writeFile(join(folder, 'train-labels-idx1-ubyte'), new Uint8Array(10_008));
    await writeFile(join(folder, 't10k-images-idx3-ubyte.gz'), 'damaged');
    const report = await verifyDataSet('fashion-mnist', folder);
    expect(report.map(({ status }) => status)).toEqual(['missing', 'damaged', 'damaged', 'ok']);
    expect(report[3]!.got).toBe('10008 bytes');
  });
});
