import { stat } from 'node:fs/promises';
import type { CatalogueEntry } from './core/catalogue.ts';
import { readDataFile } from './file.ts';
import type { CachedImages } from './image-cache.ts';
import { keptSource } from './kept-sources.ts';
import { dataDirectories, locateFiles } from './locate.ts';
import type { LoadOptions } from './options.ts';
import { idxDataSet, idxExamples, type DataContents } from './core/idx-parts.ts';
import type { RawDataSet, RawExamples } from './core/raw.ts';

/**
 * Reads a data set of four IDX files (training images, training labels, test images, test labels): bytes
 * `[1, rows, columns]`. Throws `DATA_MISSING` and `DATA_INVALID`.
 */
export async function readIdxDataSet(entry: CatalogueEntry, options: LoadOptions): Promise<RawDataSet> {
  const paths = await locateFiles(entry, dataDirectories(options.dataDirectory), options.dataDirectory);
  return idxDataSet(entry, await keptSource(await filesKey(entry.name, paths), () => readParts(entry, paths)));
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
  const read = async (path: string): Promise<DataContents> => ({ path, bytes: await readDataFile(entry.name, path) });
  const [images, labels] = await Promise.all([read(imagesPath), read(labelsPath)]);
  return idxExamples(entry, images, labels);
}
