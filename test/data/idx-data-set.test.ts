import { cp, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadDataSet, type DataSpecification } from '../../src/data/index.ts';
import { idxBytes, realData, temporaryFolder } from './support.ts';

const specification = (examples: number, testExamples: number): DataSpecification => ({
  name: 'mnist',
  examples,
  testExamples,
  normalise: true,
});
const load = (dataDirectory: string, examples: number, testExamples: number, seed = 1) =>
  loadDataSet(specification(examples, testExamples), { dataDirectory, seed });
const pixel = (value: number): number => Math.fround((value / 255 - 0.1307) / 0.3081);

/** Four small files: image `i` has all pixels equal to `i`, and label `i % 10`. */
async function writeSmall(folder: string, train = 6, test = 4, options: { compressed?: boolean; dots?: boolean } = {}) {
  await mkdir(folder, { recursive: true });
  const write = (name: string, bytes: Buffer) => {
    const path = join(folder, options.dots ? name.replace('-idx', '.idx') : name);
    return options.compressed ? writeFile(`${path}.gz`, gzipSync(bytes)) : writeFile(path, bytes);
  };
  for (const [part, count] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const pixels = Array.from({ length: count * 784 }, (_, index) => Math.floor(index / 784));
    await write(`${part}-images-idx3-ubyte`, idxBytes(2051, [count, 28, 28], pixels));
    await write(
      `${part}-labels-idx1-ubyte`,
      idxBytes(
        2049,
        [count],
        pixels.filter((_, index) => index % 784 === 0).map((p) => p % 10),
      ),
    );
  }
}

describe('MNIST', () => {
  it('is read whole, in the order of the files, with the recorded normalisation', async () => {
    const set = await load(realData, 60_000, 10_000);
    expect(set).toMatchObject({
      name: 'mnist',
      inputShape: [1, 28, 28],
      classes: 10,
      normalisation: { mean: [0.1307], std: [0.3081] },
    });
    expect([set.train.count, set.test.count]).toEqual([60_000, 10_000]);
    expect(set.train.inputs).toHaveLength(60_000 * 784);
    const perDigit = new Array<number>(10).fill(0);
    for (const label of set.train.labels) perDigit[label]!++;
    expect(perDigit).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    const raw = gunzipSync(await readFile(join(realData, 'mnist/t10k-images-idx3-ubyte.gz'))).subarray(16);
    for (const index of [0, 4242, 10_000 * 784 - 500]) expect(set.test.inputs[index]).toBe(pixel(raw[index]!));
    const mean = set.train.inputs.reduce((sum, value) => sum + value, 0) / set.train.inputs.length;
    const square = set.train.inputs.reduce((sum, value) => sum + value * value, 0) / set.train.inputs.length;
    expect(mean).toBeCloseTo(0, 3);
    expect(Math.sqrt(square - mean * mean)).toBeCloseTo(1, 3);
  });

  it.each([
    { compressed: false, dots: false, below: '' },
    { compressed: true, dots: false, below: 'mnist' },
    { compressed: false, dots: true, below: 'mnist' },
    { compressed: true, dots: true, below: '' },
  ])('is found as $compressed gzip, dotted names $dots, in DIR/$below', async ({ below, ...options }) => {
    const folder = await temporaryFolder();
    await writeSmall(join(folder, below), 6, 4, options);
    const set = await load(folder, 6, 4);
    expect([...set.train.labels]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Array.from({ length: 6 }, (_, example) => set.train.inputs[example * 784 + 783])).toEqual(
      [0, 1, 2, 3, 4, 5].map(pixel),
    );
    expect([...set.test.labels]).toEqual([0, 1, 2, 3]);
  });

  it('is told to be gzip by its contents, not by its name', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder);
    const path = join(folder, 'train-images-idx3-ubyte');
    await writeFile(path, gzipSync(await readFile(path)));
    expect((await load(folder, 6, 4)).train.count).toBe(6);
  });
});

describe('a subset of MNIST', () => {
  it('keeps inputs and labels together, without repetition', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder, 200, 50);
    const { train, test } = await load(folder, 120, 30);
    for (const [set, count] of [
      [train, 120],
      [test, 30],
    ] as const) {
      const drawn = Array.from({ length: count }, (_, row) =>
        Math.abs(Math.round((set.inputs[row * 784]! * 0.3081 + 0.1307) * 255)),
      );
      expect(new Set(drawn).size).toBe(count);
      expect([...set.labels]).toEqual(drawn.map((image) => image % 10));
      expect(drawn).not.toEqual(drawn.toSorted((a, b) => a - b));
    }
  });

  it('depends on the seed alone, and a smaller one is the beginning of a larger one', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder, 200, 50);
    const [first, again, other, larger] = await Promise.all([
      load(folder, 20, 10, 1),
      load(folder, 20, 10, 1),
      load(folder, 20, 10, 2),
      load(folder, 40, 20, 1),
    ]);
    expect(await again.digest()).toBe(await first.digest());
    expect(await other.digest()).not.toBe(await first.digest());
    expect(larger.train.inputs.slice(0, 20 * 784)).toEqual(first.train.inputs);
    expect(larger.test.labels.slice(0, 10)).toEqual(first.test.labels);
  });

  it('has a digest that every example enters', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder, 200, 50);
    const digests = await Promise.all([load(folder, 200, 50), load(folder, 199, 50), load(folder, 200, 49)]);
    expect(new Set(await Promise.all(digests.map((set) => set.digest()))).size).toBe(3);
    expect(await digests[0].digest()).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('MNIST with bad files', () => {
  const refused = async (folder: string, code: string, message: string | RegExp, examples = 6) => {
    const error = await load(folder, examples, 4).then(
      () => expect.unreachable(),
      (reason: unknown) => reason as Error,
    );
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  };

  it('names every missing file, where it looked and the command that brings them', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'mnist'));
    await cp(join(realData, 'mnist/t10k-labels-idx1-ubyte.gz'), join(folder, 'mnist/t10k-labels-idx1-ubyte.gz'));
    await refused(
      folder,
      'DATA_MISSING',
      `mnist: missing train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte (plain or .gz), ` +
        `looked in ${join(folder, 'mnist')} and ${folder}; "thalweg data fetch mnist --data ${folder}" brings them`,
    );
  });

  it('names a truncated file with its expected and actual length', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder);
    await truncate(join(folder, 'train-images-idx3-ubyte'), 1000);
    await refused(
      folder,
      'DATA_INVALID',
      `expected 4720 bytes in ${join(folder, 'train-images-idx3-ubyte')}, got 1000 bytes`,
    );
  });

  it('names a gzip file that ends early', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder, 6, 4, { compressed: true });
    await truncate(join(folder, 't10k-labels-idx1-ubyte.gz'), 20);
    await refused(
      folder,
      'DATA_INVALID',
      /^mnist: .*t10k-labels-idx1-ubyte\.gz is damaged gzip: unexpected end of file$/,
    );
  });

  it('names a gzip file with a flipped bit', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder, 6, 4, { compressed: true });
    const path = join(folder, 'train-images-idx3-ubyte.gz');
    const bytes = await readFile(path);
    bytes[bytes.length - 6]! ^= 1;
    await writeFile(path, bytes);
    await refused(folder, 'DATA_INVALID', /train-images-idx3-ubyte\.gz is damaged gzip: incorrect/);
  });

  it('names both files when images and labels differ in number', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder);
    await writeFile(join(folder, 'train-labels-idx1-ubyte'), idxBytes(2049, [5], [0, 1, 2, 3, 4]));
    await refused(
      folder,
      'DATA_INVALID',
      /expected 6 labels in .*train-labels.* for as many images in .*train-images.*, got 5$/,
    );
  });

  it('names the size of images that are not 28 by 28', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder);
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), idxBytes(2051, [4, 2, 3], new Array<number>(24).fill(0)));
    await refused(folder, 'DATA_INVALID', /expected images of 28 × 28 in .*t10k-images-idx3-ubyte, got 2 × 3$/);
  });

  it('says so when more examples are asked for than the files hold', async () => {
    const folder = await temporaryFolder();
    await writeSmall(folder);
    const message = 'mnist: examples: expected at most 6, the training examples that there are, got 7';
    await refused(folder, 'SPECIFICATION_INVALID', message, 7);
  });
});
