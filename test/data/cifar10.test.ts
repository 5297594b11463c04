import { copyFile, mkdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCifarBatches } from '../../src/data/cifar10-binary.ts';
import { imageDecoder } from '../../src/data/decode.ts';
import { channelsOf, measureNormalisation } from '../../src/data/core/normalise.ts';
import { openTree } from '../../src/data/tree.ts';
import {
  failureOf,
  loadFrom,
  perClassOf,
  realData,
  temporaryFolder,
  useOwnCache,
  writeImage,
  writeTar,
} from './support.ts';

const batchFolder = join(realData, 'cifar-10-batches-bin');
const size = 3 * 32 * 32;

/** Records whose pixels of channel `c` all are `10 · label + c`. */
const records = (labels: readonly number[]): Buffer =>
  Buffer.concat(
    labels.map((label) =>
      Buffer.from([label, ...Array.from({ length: size }, (_, index) => 10 * label + Math.floor(index / 1024))]),
    ),
  );

async function writeBatches(folder: string, train: readonly number[], test: readonly number[]): Promise<string> {
  const target = join(folder, 'cifar-10-batches-bin');
  await mkdir(target, { recursive: true });
  await writeFile(join(target, 'data_batch_1.bin'), records(train));
  await writeFile(join(target, 'test_batch.bin'), records(test));
  return target;
}

describe('CIFAR-10 in binary batches', () => {
  it('has the records of the files, normalised by the constants of the official release', async () => {
    const set = await loadFrom(realData, { name: 'cifar-10', source: 'binary' });
    expect(set).toMatchObject({
      inputShape: [3, 32, 32],
      classes: 10,
      validation: null,
      normalisation: { mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
    });
    expect(perClassOf(set.train, 10)).toEqual(new Array(10).fill(500));
    expect(perClassOf(set.test, 10)).toEqual(new Array(10).fill(100));
    const bytes = await readFile(join(batchFolder, 'data_batch_1.bin'));
    const names = (await readFile(join(batchFolder, 'batches.meta.txt'), 'utf8')).trim().split('\n');
    expect(set.classNames).toEqual(names);
    for (const record of [0, 17, 4999]) {
      expect(set.train.labels[record]).toBe(bytes[record * 3073]);
      for (const [channel, mean, std] of [
        [0, 0.4914, 0.247],
        [1, 0.4822, 0.2435],
        [2, 0.4465, 0.2616],
      ] as const) {
        const pixel = bytes[record * 3073 + 1 + channel * 1024 + 33]!;
        expect(set.train.inputs[record * size + channel * 1024 + 33]).toBe(Math.fround((pixel / 255 - mean) / std));
      }
    }
  });

  it('has the mean and deviation of its channels', async () => {
    const { train } = await readCifarBatches('cifar-10', batchFolder);
    const { mean, std } = measureNormalisation('cifar-10', train, channelsOf([3, 32, 32]));
    [0.491112, 0.480801, 0.444388].forEach((value, channel) => expect(mean[channel]).toBeCloseTo(value, 5));
    [0.246269, 0.244429, 0.262191].forEach((value, channel) => expect(std[channel]).toBeCloseTo(value, 5));
  });

  it('joins all batches by name, from a folder and from an archive', async () => {
    const folder = await temporaryFolder();
    const batches = await writeBatches(folder, [3, 1], [9]);
    await writeFile(join(batches, 'data_batch_2.bin'), records([4]));
    const fromFolder = await loadFrom(folder, { name: 'cifar-10' });
    expect([...fromFolder.train.labels]).toEqual([3, 1, 4]);

    const other = await temporaryFolder();
    const below = 'cifar-10-batches-bin';
    const names = ['test_batch.bin', 'data_batch_2.bin', 'data_batch_1.bin'];
    const files = await Promise.all(
      names.map(async (name) => [`${below}/${name}`, await readFile(join(batches, name))] as const),
    );
    await mkdir(join(other, 'cifar-10'));
    await writeTar(join(other, 'cifar-10/cifar-10-binary.tar.gz'), new Map(files));
    expect(await (await loadFrom(other, { name: 'cifar-10' })).digest()).toBe(await fromFolder.digest());
  });

  it('refuses a file that ends inside a record, an empty one, and a label above 9', async () => {
    const folder = await temporaryFolder();
    const batches = await writeBatches(folder, [1, 2], [3]);
    const path = join(batches, 'data_batch_1.bin');
    const refused = async (message: string) => {
      const error = await failureOf(loadFrom(folder, { name: 'cifar-10' }));
      expect(error.code).toBe('DATA_INVALID');
      expect(error.message).toContain(message);
    };
    await truncate(path, 5000);
    await refused(`expected a whole number of records of 3073 bytes in ${batches}: data_batch_1.bin, got 5000 bytes`);
    await truncate(path, 0);
    await refused('data_batch_1.bin, got 0 bytes');
    await writeFile(path, records([1, 12]));
    await refused('expected labels from 0 to 9');
    await refused('got 12 for record 1');
  });

  it('refuses an archive that ends early', async () => {
    const folder = await temporaryFolder();
    const target = join(folder, 'cifar-10-binary.tar.gz');
    await writeTar(target, new Map([['cifar-10-batches-bin/data_batch_1.bin', records([1, 2, 3])]]));
    await truncate(target, 150);
    const error = await failureOf(loadFrom(folder, { name: 'cifar-10' }));
    expect(error).toMatchObject({ code: 'DATA_INVALID' });
    expect(error.message).toMatch(/^cifar-10: cannot read .*cifar-10-binary\.tar\.gz: \S/);
    await truncate(target, 0);
    expect((await failureOf(loadFrom(folder, { name: 'cifar-10' }))).message).toContain(target);
  });

  it('says what is missing and which command brings it', async () => {
    const folder = await temporaryFolder();
    const nothing = await failureOf(loadFrom(folder, { name: 'cifar-10' }));
    expect(nothing.code).toBe('DATA_MISSING');
    expect(nothing.message).toContain('cifar-10: missing cifar-10-batches-bin or cifar-10-binary.tar.gz');
    expect(nothing.message).toContain(`"thalweg data fetch cifar-10 --data ${folder}" brings it`);
    await mkdir(join(folder, 'cifar-10-batches-bin'));
    await copyFile(join(batchFolder, 'test_batch.bin'), join(folder, 'cifar-10-batches-bin/test_batch.bin'));
    expect((await failureOf(loadFrom(folder, { name: 'cifar-10' }))).message).toContain('expected data_batch_*.bin in');
    const images = await failureOf(loadFrom(folder, { name: 'cifar-10', source: 'images' }));
    expect(images.message).toContain('cifar-10: missing cifar10-jpeg or');
  });
});

describe('CIFAR-10 as images', () => {
  const classes = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
  const writeAll = async (folder: string, side = 32) => {
    for (const [label, name] of classes.entries()) {
      for (const image of [0, 1]) {
        await writeImage(join(folder, 'cifar10-jpeg/train', name, `000${image}.png`), [label, 20 * image, 200], side);
      }
      await writeImage(join(folder, 'cifar10-jpeg/test', name, '0000.png'), [label, 7, 9], side);
    }
  };

  it('decodes to what the binary batches hold, within a few grey levels', async () => {
    const { test } = await readCifarBatches('cifar-10', batchFolder);
    const decode = await imageDecoder('cifar-10', { width: 32, height: 32, channels: 3, resize: false });
    const tree = await openTree('cifar-10', join(realData, 'cifar10-jpeg.tar.gz'));
    let compared = 0;
    for await (const { path, bytes } of tree.files((name) => /test\/airplane\/000\d\.jpg$/.test(name))) {
      const pixels = await decode(bytes, path);
      const differences = Array.from({ length: test.count }, (_, record) =>
        pixels.reduce((most, pixel, index) => Math.max(most, Math.abs(pixel - test.values[record * size + index]!)), 0),
      );
      const least = Math.min(...differences);
      expect(least, path).toBeLessThanOrEqual(3);
      expect(test.labels[differences.indexOf(least)]).toBe(0);
      expect(differences.filter((difference) => difference < 20)).toHaveLength(1);
      if (++compared === 10) break;
    }
    expect(compared).toBe(10);
  });

  it('are taken from a folder, with the measured constants, and are in the order of their paths', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeAll(folder);
    const set = await loadFrom(folder, { name: 'cifar-10', normalise: false });
    expect([...set.train.labels]).toEqual(classes.flatMap((_, label) => [label, label]));
    expect(Array.from({ length: 20 }, (_, row) => Math.round(255 * set.train.inputs[row * size + 1024]!))).toEqual(
      classes.flatMap(() => [0, 20]),
    );
    expect(set.normalisation).toBeNull();
    await writeImage(join(folder, 'cifar10-jpeg/train/cat/0000.png'), [3, 3, 3], 32);
    const normalised = await loadFrom(folder, { name: 'cifar-10' });
    expect(normalised.normalisation!.mean[0]).toBeCloseTo(4.5 / 255, 6);
    const mean = normalised.train.inputs.reduce((sum, value) => sum + value, 0) / normalised.train.inputs.length;
    expect(mean).toBeCloseTo(0, 5);
  });

  it('are chosen before incomplete batches, unless the source is named', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeAll(folder);
    await symlink(batchFolder, join(folder, 'cifar-10-batches-bin'));
    const countOf = async (source: 'auto' | 'binary' | 'images') =>
      (await loadFrom(folder, { name: 'cifar-10', source, normalise: false })).train.count;
    expect(await countOf('auto')).toBe(20);
    expect(await countOf('images')).toBe(20);
    expect(await countOf('binary')).toBe(5000);
  });

  it('must be 32 by 32, of the ten classes, and of all of them', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeAll(folder, 16);
    const refused = async (message: string) => {
      const error = await failureOf(loadFrom(folder, { name: 'cifar-10' }));
      expect(error.code).toBe('DATA_INVALID');
      expect(error.message).toContain(message);
    };
    await refused('cifar-10: expected 32 × 32 pixels in test/airplane/0000.png, got 16 × 16');
    await writeImage(join(folder, 'cifar10-jpeg/test/aardvark/0000.png'), [1, 2, 3], 32);
    await refused('got "aardvark"');
    const sparse = await temporaryFolder();
    await writeImage(join(sparse, 'cifar10-jpeg/train/cat/0000.png'), [1, 2, 3], 32);
    const error = await failureOf(loadFrom(sparse, { name: 'cifar-10' }));
    expect(error.message).toContain('expected training images of class "airplane"');
  });
});
