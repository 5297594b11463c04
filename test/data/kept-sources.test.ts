import { mkdir, open, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { keepSources, type DataSet } from '../../src/data/index.ts';
import { idxBytes, loadFrom, temporaryFolder } from './support.ts';

const count = 10;
const bytes = 2 * count * 785;

/** Ten training and ten test images of one grey each, as a data set of four files. */
async function writeGrey(name: 'mnist' | 'fashion-mnist', grey: number, directory: string): Promise<string> {
  const folder = join(directory, name);
  await mkdir(folder, { recursive: true });
  for (const part of ['train', 't10k']) {
    await writeFile(join(folder, `${part}-images-idx3-ubyte`), greyImages(grey));
    await writeFile(
      join(folder, `${part}-labels-idx1-ubyte`),
      idxBytes(2049, [count], new Array<number>(count).fill(1)),
    );
  }
  const path = join(folder, 'train-images-idx3-ubyte');
  // Times that can be set again exactly.
  await utimes(path, 1000, 1000);
  return path;
}

const greyImages = (grey: number): Buffer => idxBytes(2051, [count, 28, 28], new Array<number>(count * 784).fill(grey));

/** Other pixels where nobody sees that they changed, so that it shows whether a file was read. */
async function changeUnseen(path: string, grey: number): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(greyImages(grey));
  await file.close();
  await utimes(path, 1000, 1000);
}

const load = (directory: string, name: 'mnist' | 'fashion-mnist' = 'mnist', seed = 1): Promise<DataSet> =>
  loadFrom(directory, { name, normalise: false, examples: 5 }, seed);
const greyOf = ({ train }: DataSet): number => Math.round(train.inputs[0]! * 255);

function keep(limit: number): void {
  keepSources(limit);
  onTestFinished(() => keepSources(0));
}

describe('sources of data', () => {
  it('are read for each data set, unless they shall be kept', async () => {
    const directory = await temporaryFolder();
    const path = await writeGrey('mnist', 1, directory);
    expect(greyOf(await load(directory))).toBe(1);
    await changeUnseen(path, 2);
    expect(greyOf(await load(directory))).toBe(2);
    keep(bytes);
    const read = await load(directory);
    await changeUnseen(path, 3);
    const kept = await load(directory);
    expect({ ...kept, digest: await kept.digest() }).toEqual({ ...read, digest: await read.digest() });
    expect(greyOf(await load(directory, 'mnist', 2))).toBe(2);
  });

  it('are read again once a file has changed', async () => {
    const directory = await temporaryFolder();
    keep(bytes);
    const path = await writeGrey('mnist', 1, directory);
    await load(directory);
    await writeFile(path, greyImages(4));
    await utimes(path, 1000, 2000);
    expect(greyOf(await load(directory))).toBe(4);
  });

  it('are kept up to a number of bytes, the last that were used', async () => {
    const directory = await temporaryFolder();
    const paths = [await writeGrey('mnist', 1, directory), await writeGrey('fashion-mnist', 11, directory)];
    keep(bytes);
    await load(directory);
    await load(directory, 'fashion-mnist');
    await changeUnseen(paths[0]!, 2);
    await changeUnseen(paths[1]!, 12);
    expect(greyOf(await load(directory, 'fashion-mnist'))).toBe(11);
    expect(greyOf(await load(directory))).toBe(2);
    keep(bytes - 1);
    await changeUnseen(paths[0]!, 3);
    expect(greyOf(await load(directory))).toBe(3);
  });
});
