import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { failureOf, loadFrom, perClassOf, realData, temporaryFolder, useOwnCache, writeImage } from './support.ts';

const size = 3 * 64 * 64;

/** Three classes in the official layout: image `i` of class `k` is red `10 k + i`; one of them is grey. */
async function writeLayout(): Promise<{ folder: string; root: string }> {
  const folder = await temporaryFolder();
  const root = join(folder, 'tiny-imagenet-200');
  const wnids = ['n3', 'n1', 'n2'];
  for (const [label, wnid] of wnids.entries()) {
    for (const image of [0, 1]) {
      const path = join(root, 'train', wnid, 'images', `${wnid}_${image}.JPEG`);
      await writeImage(path, label === 1 && image === 1 ? [77] : [60 * label + image, 128, 128], 64);
    }
    await writeImage(join(root, 'val/images', `val_${label}.JPEG`), [60 * label + 9, 128, 128], 64);
  }
  await writeImage(join(root, 'val/images/val_99.JPEG'), [1, 2, 3], 64);
  await mkdir(join(root, 'test/images'), { recursive: true });
  await writeImage(join(root, 'test/images/test_0.JPEG'), [1, 2, 3], 64);
  await writeFile(join(root, 'wnids.txt'), `${wnids.join('\n')}\n`);
  await writeFile(
    join(root, 'words.txt'),
    'n1\tgoldfish, Carassius auratus\nn2\tbullfrog\nn3\ttailed frog, bell toad\n',
  );
  const annotations = wnids.map((wnid, label) => `val_${label}.JPEG\t${wnid}\t0\t0\t10\t10`);
  await writeFile(join(root, 'val/val_annotations.txt'), `${annotations.join('\n')}\n`);
  return { folder, root };
}

describe('Tiny ImageNet', () => {
  it('takes its classes in the order of wnids.txt and validation images for testing', async () => {
    await useOwnCache();
    const { folder } = await writeLayout();
    const set = await loadFrom(folder, { name: 'tiny-imagenet', normalise: false });
    expect(set.inputShape).toEqual([3, 64, 64]);
    expect(set.classNames).toEqual(['tailed frog', 'goldfish', 'bullfrog']);
    const red = (inputs: Float32Array, row: number) => 255 * inputs[row * size + 2000]!;
    const classes = [...set.train.labels].map((label, row) => [label, red(set.train.inputs, row)] as const);
    for (const [label, value] of classes) {
      if (Math.abs(value - 77) > 2) expect(Math.abs(value - 60 * label)).toBeLessThan(6);
    }
    expect([...set.test.labels]).toEqual([0, 1, 2]);
    expect(red(set.test.inputs, 2)).toBeGreaterThan(110);
  });

  it('repeats grey images into three channels', async () => {
    await useOwnCache();
    const { folder } = await writeLayout();
    const { train } = await loadFrom(folder, { name: 'tiny-imagenet', normalise: false });
    const row = [...train.labels].findIndex(
      (label, index) => label === 1 && Math.abs(255 * train.inputs[index * size]! - 77) < 2,
    );
    expect(row).toBeGreaterThanOrEqual(0);
    const [red, green, blue] = [0, 1, 2].map((channel) =>
      train.inputs.slice(row * size + channel * 4096, row * size + (channel + 1) * 4096),
    );
    expect(green).toEqual(red);
    expect(blue).toEqual(red);
  });

  it('picks classes by number and by identifier, in the order of wnids.txt', async () => {
    await useOwnCache();
    const { folder } = await writeLayout();
    const load = (classes: number | string[]) => loadFrom(folder, { name: 'tiny-imagenet', classes, normalise: false });
    const first = await load(2);
    expect(first.classNames).toEqual(['tailed frog', 'goldfish']);
    expect([first.train.count, first.test.count]).toEqual([4, 2]);
    const named = await load(['n2', 'n3']);
    expect(named.classNames).toEqual(['tailed frog', 'bullfrog']);
    expect(perClassOf(named.train, 2)).toEqual([2, 2]);
    expect(await failureOf(load(4))).toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message: 'tiny-imagenet: classes: expected at most 3, those of wnids.txt, got 4',
    });
    expect((await failureOf(load(['n1', 'n9']))).message).toContain('got "n9"');
  });

  it('is read from the archive: 500 and 50 images of each class', async () => {
    await useOwnCache();
    const classes = ['n02124075', 'n04067472'];
    const set = await loadFrom(realData, { name: 'tiny-imagenet', classes });
    expect(set.classNames).toEqual(['Egyptian cat', 'reel']);
    expect(perClassOf(set.train, 2)).toEqual([500, 500]);
    expect(perClassOf(set.test, 2)).toEqual([50, 50]);
  });

  it('names what the layout lacks', async () => {
    await useOwnCache();
    const { folder, root } = await writeLayout();
    const refused = async () => (await failureOf(loadFrom(folder, { name: 'tiny-imagenet' }))).message;
    await rm(join(root, 'train/n1/images'), { recursive: true });
    expect(await refused()).toContain('expected training images of class "n1"');
    await rm(join(root, 'wnids.txt'));
    expect(await refused()).toContain(`expected wnids.txt in ${root}, got no such file`);
    await rm(root, { recursive: true });
    expect(await refused()).toContain('tiny-imagenet: missing tiny-imagenet-200 or tiny-imagenet-200.zip');
  });
});
