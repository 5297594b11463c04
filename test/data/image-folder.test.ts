import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { npyBytes } from '../support/npy.ts';
import { failureOf, loadFrom, temporaryFolder, useOwnCache, writeImage, writeTar, writeZip } from './support.ts';

const options = { name: 'image-folder', size: 8, normalise: false } as const;
const load = (path: string, extra: object = {}) => loadFrom('/', { ...options, path, ...extra });
const firstPixels = (inputs: Float32Array, size: number) =>
  Array.from({ length: inputs.length / size }, (_, row) => Math.round(255 * inputs[row * size]!));

/** `count` images of each class; image `i` of class `k` is red `10 k + i`. */
async function writeClasses(folder: string, classes: readonly string[], count: number) {
  for (const [label, name] of classes.entries()) {
    for (let image = 0; image < count; image++) {
      await writeImage(join(folder, name, `${image}.png`), [10 * label + image, 100, 200]);
    }
  }
}

/** All files below a folder, by path. */
async function filesIn(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path)] as const);
  return new Map(await Promise.all(files));
}

describe('an image folder', () => {
  it('has the classes by name, from train and test', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeClasses(join(folder, 'train'), ['ant', 'bee', 'Cat'], 2);
    await writeClasses(join(folder, 'test'), ['ant', 'bee'], 1);
    await writeFile(join(folder, 'train/ant/notes.txt'), 'not an image');
    await writeFile(join(folder, 'train/ant/._0.png'), 'not an image');
    const set = await load(folder);
    expect(set.classNames).toEqual(['Cat', 'ant', 'bee']);
    expect(set.inputShape).toEqual([3, 8, 8]);
    expect(firstPixels(set.train.inputs, 192)).toEqual([20, 21, 0, 1, 10, 11]);
    expect([...set.train.labels]).toEqual([0, 0, 1, 1, 2, 2]);
    expect([...set.test.labels]).toEqual([1, 2]);
  });

  it('is the same from a folder, a tar, a gzipped tar and a zip', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeClasses(join(folder, 'images/train'), ['a', 'b'], 3);
    await writeClasses(join(folder, 'images/val'), ['a', 'b'], 1);
    const files = await filesIn(join(folder, 'images'));
    const shuffled = new Map([...files].reverse().map(([path, bytes]) => [`top/${path}`, bytes]));
    await writeTar(join(folder, 'images.tar'), shuffled);
    await writeTar(join(folder, 'images.tgz.gz'), files);
    await writeZip(join(folder, 'images.zip'), shuffled);
    const names = ['images', 'images.tar', 'images.tgz.gz', 'images.zip'];
    const sets = await Promise.all(names.map((name) => loadFrom(folder, { ...options, path: name })));
    expect(sets[0]!.train.count).toBe(6);
    expect(new Set(await Promise.all(sets.map((set) => set.digest()))).size).toBe(1);
  });

  it('without test images keeps a fixed share apart', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeClasses(folder, ['a', 'b'], 5);
    const set = await load(folder, { testShare: 0.3 });
    expect([set.train.count, set.test.count]).toEqual([7, 3]);
    const all = [...firstPixels(set.train.inputs, 192), ...firstPixels(set.test.inputs, 192)];
    expect(all.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 10, 11, 12, 13, 14]);
    expect(await (await loadFrom('/', { ...options, path: folder, testShare: 0.3 }, 2)).digest()).toBe(
      await set.digest(),
    );
    expect((await failureOf(load(folder, { testShare: 0.01 }))).message).toContain(
      'expected 1 or more examples on each',
    );
  });

  it('repeats grey images into three channels, and mixes colours into one', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeImage(join(folder, 'train/a/0.png'), [90]);
    await writeImage(join(folder, 'train/b/0.jpg'), [200]);
    await writeImage(join(folder, 'test/a/0.png'), [255, 0, 0]);
    const channels = (inputs: Float32Array, row: number) =>
      [0, 64, 128].map((offset) => Math.round(255 * inputs[row * 192 + offset]!));
    const colour = await load(folder);
    expect(channels(colour.train.inputs, 0)).toEqual([90, 90, 90]);
    expect(channels(colour.train.inputs, 1)).toEqual([200, 200, 200]);
    expect(channels(colour.test.inputs, 0)).toEqual([255, 0, 0]);
    const grey = await load(folder, { colour: false });
    expect(grey.inputShape).toEqual([1, 8, 8]);
    expect(firstPixels(grey.train.inputs, 64)).toEqual([90, 200]);
    const [red] = firstPixels(grey.test.inputs, 64);
    expect(red).toBeGreaterThan(30);
    expect(red).toBeLessThan(150);
  });

  it('scales images to the size and crops what is left over', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeImage(join(folder, 'train/a/0.png'), [50, 60, 70], 31);
    await writeImage(join(folder, 'test/a/0.png'), [50, 60, 70], 4);
    const set = await load(folder, { size: 16 });
    expect(set.inputShape).toEqual([3, 16, 16]);
    expect(new Set(set.train.inputs.subarray(0, 256))).toEqual(new Set([Math.fround(50 / 255)]));
    expect(set.test.inputs).toEqual(set.train.inputs);
  });

  it('is decoded anew when a file has changed', async () => {
    const cache = await useOwnCache();
    const folder = await temporaryFolder();
    await writeClasses(folder, ['a', 'b'], 4);
    const first = await load(folder);
    expect(await (await load(folder)).digest()).toBe(await first.digest());
    expect(await readdir(cache)).toHaveLength(1);
    await writeImage(join(folder, 'a/0.png'), [255, 255, 255]);
    expect(await (await load(folder)).digest()).not.toBe(await first.digest());
    expect(await readdir(cache)).toHaveLength(2);
  });

  it('refuses what is no folder of images', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    expect(await failureOf(load(join(folder, 'nowhere')))).toMatchObject({
      code: 'DATA_MISSING',
      message: expect.stringContaining('got nothing there') as string,
    });
    expect((await failureOf(load(folder))).message).toContain(`expected images in <class>/ below ${folder}, got none`);
    await mkdir(join(folder, 'train/a'), { recursive: true });
    await writeImage(join(folder, 'train/a/0.png'), [1, 2, 3]);
    expect((await failureOf(load(folder))).message).toContain('expected train and test');
    await writeFile(join(folder, 'archive.zip'), 'no zip');
    expect(await failureOf(load(join(folder, 'archive.zip')))).toMatchObject({ code: 'DATA_INVALID' });
  });

  it('names an image that is damaged', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeImage(join(folder, 'train/a/0.jpg'), [1, 2, 3], 200);
    await writeImage(join(folder, 'test/a/0.jpg'), [1, 2, 3]);
    const path = join(folder, 'train/a/0.jpg');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length - 20));
    const error = await failureOf(load(folder));
    expect(error.code).toBe('DATA_INVALID');
    expect(error.message).toMatch(/^image-folder: cannot decode train\/a\/0\.jpg: \S/);
  });

  it('cannot be normalised when all pixels are equal', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeImage(join(folder, 'train/a/0.png'), [9, 9, 9]);
    await writeImage(join(folder, 'test/a/0.png'), [9, 9, 9]);
    expect((await failureOf(load(folder, { normalise: true }))).message).toContain(
      'expected inputs that vary in channel 0 (or normalise: false)',
    );
  });
});

describe('labels of images', () => {
  it('come from the names of files, by the first group of a pattern', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    for (const [index, name] of ['cat_1', 'dog_1', 'cat_2', 'dog_2'].entries())
      await writeImage(join(folder, 'all', `${name}.png`), [index, 0, 0]);
    const set = await load(folder, { labels: { from: 'names' }, testShare: 0 });
    expect(set).toMatchObject({ classNames: ['cat', 'dog'], train: { count: 4 }, test: { count: 0 } });
    expect([...set.train.labels]).toEqual([0, 0, 1, 1]);
    const number = await load(folder, { labels: { from: 'names', pattern: '_(\\d)' }, testShare: 0 });
    expect([...number.train.labels]).toEqual([0, 1, 0, 1]);
    const refused = async (pattern: string) =>
      (await failureOf(load(folder, { labels: { from: 'names', pattern } }))).message;
    expect(await refused('^(bird)')).toBe(
      'image-folder: expected file names whose class is the first group of ^(bird), got all/cat_1.png',
    );
    expect(await refused('(')).toContain('labels.pattern: expected a regular expression, got "("');
  });

  it('come from an array, in the order of the sorted paths', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeClasses(folder, ['train', 'test'], 2);
    const labels = { from: 'array', file: join(folder, 'labels.npy') } as const;
    // Sorted, the test images come first.
    await writeFile(labels.file, npyBytes('<i8', [4], BigInt64Array.of(3n, 0n, 1n, 0n)));
    const set = await load(folder, { labels });
    expect(set.classNames).toEqual(['0', '1', '2', '3']);
    expect([[...set.train.labels], [...set.test.labels]]).toEqual([
      [1, 0],
      [3, 0],
    ]);
    await writeFile(labels.file, npyBytes('<i8', [3], BigInt64Array.of(0n, 0n, 1n)));
    expect((await failureOf(load(folder, { labels }))).message).toContain('expected labels of shape (4)');
  });

  it('follow the order of the classes that the specification names', async () => {
    await useOwnCache();
    const folder = await temporaryFolder();
    await writeClasses(folder, ['ant', 'bee'], 2);
    const set = await load(folder, { classes: ['bee', 'wasp', 'ant'], testShare: 0 });
    expect(set.classNames).toEqual(['bee', 'wasp', 'ant']);
    expect([...set.train.labels]).toEqual([2, 2, 0, 0]);
    expect((await failureOf(load(folder, { classes: ['bee', 'wasp'] }))).message).toContain(
      'expected one of the classes bee, wasp at ant/0.png, got "ant"',
    );
  });
});
