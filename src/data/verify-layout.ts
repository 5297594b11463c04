import { messageOf } from '../base/index.ts';
import { readCifarBatches } from './cifar10-binary.ts';
import type { FileCheck } from './file.ts';
import { placeByFolder } from './image-labels.ts';
import { readTinyImageNetLayout } from './tiny-imagenet.ts';
import { openTree } from './tree.ts';

/** Checks a folder for which no checksum is recorded: its files and records; images are counted, not decoded. */
export async function verifyLayout(subject: string, name: string, path: string): Promise<FileCheck> {
  try {
    return { intact: true, got: await describe(subject, name, path) };
  } catch (error) {
    return { intact: false, got: messageOf(error) };
  }
}

async function describe(subject: string, name: string, path: string): Promise<string> {
  if (name === 'cifar-10-batches-bin') {
    const { train, test } = await readCifarBatches(subject, path);
    return `${train.count} training and ${test.count} test records`;
  }
  const tree = await openTree(subject, path);
  if (name === 'tiny-imagenet-200') await readTinyImageNetLayout(subject, tree);
  let images = 0;
  const look = (candidate: string): boolean => {
    if (placeByFolder(candidate) !== null) images++;
    return false;
  };
  for await (const file of tree.files(look)) void file;
  if (images === 0) throw new Error(`expected images in ${path}, got none`);
  return `${images} images`;
}
