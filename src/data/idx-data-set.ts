import { stat } from 'node:fs/promises';
import { ThalwegError } from '../base/index.ts';
import type { CatalogueEntry } from './core/catalogue.ts';
import { readDataFile } from './file.ts';
import { parseIdxImages, parseIdxLabels, type IdxImages } from './idx.ts';
import type { CachedImages } from './image-cache.ts';
import { keptSource } from './kept-sources.ts';
import { dataDirectories, locateFiles } from './locate.ts';
import type { LoadOptions } from './options.ts';
import type { RawDataSet, RawExamples } from './core/raw.ts';

/**
 * Reads a data set of four IDX files (training images, training labels, test images, test labels): bytes
 * `[1, rows, columns]`. Throws `DATA_MISSING` and `DATA_INVALID`.
 */
export async function readIdxDataSet(entry: CatalogueEntry, options: LoadOptions): Promise<RawDataSet> {
  const paths = await locateFiles(entry, dataDirectories(options.dataDirectory), options.dataDirectory);
  const { name, inputShape, classNames, normalisation } = entry;
  const { train, test } = await keptSource(await filesKey(name, paths), () => readParts(entry, paths));
  return { name, inputShape, classNames, train, test, normalisation };
}

/** What changes when a file is replaced. */
async function filesKey(name: string, paths: readonly string[]): Promise<string> {
  const stats = await Promise.all(paths.map((path) => stat(path)));
  return JSON.stringify([name, ...stats.map(({ size, mtimeMs, ino }, index) => [paths[index], size, mtimeMs, ino])]);
}

async function readParts(entry: CatalogueEntry, paths: readonly string[]): Promise<CachedImages> {
  const [trainImages, trainLabels, testImages, testLabels] = paths as [string, string, string, string];
  const [train, test] = await Promise.all([
    readPart(entry, trainImages, trainLabels),
    readPart(entry, testImages, testLabels),
  ]);
  return { classes: entry.classNames, train, test };
}

async function readPart(entry: CatalogueEntry, imagesPath: string, labelsPath: string): Promise<RawExamples> {
  const subject = entry.name;
  const [imageBytes, labelBytes] = await Promise.all([
    readDataFile(subject, imagesPath),
    readDataFile(subject, labelsPath),
  ]);
  const images = parseIdxImages(imageBytes, { subject, path: imagesPath });
  const labels = parseIdxLabels(labelBytes, entry.classNames.length, { subject, path: labelsPath });
  requireSize(entry, images, imagesPath);
  if (labels.length !== images.count) {
    const expected = `${images.count} labels in ${labelsPath} for as many images in ${imagesPath}`;
    throw new ThalwegError('DATA_INVALID', `${subject}: expected ${expected}, got ${labels.length}`);
  }
  return { values: images.pixels, labels, count: images.count };
}

function requireSize(entry: CatalogueEntry, images: IdxImages, path: string): void {
  const [, rows, columns] = entry.inputShape;
  if (images.rows === rows && images.columns === columns) return;
  const got = `${images.rows} × ${images.columns}`;
  throw new ThalwegError(
    'DATA_INVALID',
    `${entry.name}: expected images of ${rows} × ${columns} in ${path}, got ${got}`,
  );
}
