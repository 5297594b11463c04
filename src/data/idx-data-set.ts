import { invariant, permutation, randomStream, ThalwegError } from '../base/index.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { digestOf, type DataSet, type ExampleSet } from './examples.ts';
import { readDataFile } from './file.ts';
import { parseIdxImages, parseIdxLabels, type IdxImages } from './idx.ts';
import { dataDirectories, locateFiles } from './locate.ts';

/** Options of every loader. */
export interface LoadOptions {
  /** The folder that holds the data (`--data`); without it `$THALWEG_DATA` or the per-user cache is used. */
  readonly dataDirectory?: string | undefined;
  /** Seed of the run: it draws the subsets. */
  readonly seed: number;
}

/** How many examples of each part are used. */
export interface SubsetSizes {
  readonly examples: number;
  readonly testExamples: number;
}

/**
 * Loads a data set of four IDX files (training images, training labels, test images, test labels).
 *
 * An input is `(pixel/255 − mean) / std`, float32 `[1, rows, columns]`. With `examples` below the number in the files,
 * the first ones of a seeded permutation are used, in that order; all of them stay in the order of the file. The
 * same holds for `testExamples`. Throws `DATA_MISSING` and `DATA_INVALID`.
 */
export async function loadIdxDataSet(
  entry: CatalogueEntry,
  sizes: SubsetSizes,
  options: LoadOptions,
): Promise<DataSet> {
  const paths = await locateFiles(entry, dataDirectories(options.dataDirectory), options.dataDirectory);
  const [trainImages, trainLabels, testImages, testLabels] = paths as [string, string, string, string];
  const [train, test] = await Promise.all([
    readPart(entry, trainImages, trainLabels, { count: sizes.examples, seed: options.seed, purpose: 'subset' }),
    readPart(entry, testImages, testLabels, { count: sizes.testExamples, seed: options.seed, purpose: 'test-subset' }),
  ]);
  const { name, inputShape, classNames, normalisation } = entry;
  return {
    name,
    inputShape,
    classes: classNames.length,
    classNames,
    train,
    test,
    digest: digestOf(train, test),
    normalisation,
  };
}

interface Selection {
  readonly count: number;
  readonly seed: number;
  readonly purpose: string;
}

async function readPart(
  entry: CatalogueEntry,
  imagesPath: string,
  labelsPath: string,
  selection: Selection,
): Promise<ExampleSet> {
  const subject = entry.name;
  const [imageBytes, labelBytes] = await Promise.all([
    readDataFile(subject, imagesPath),
    readDataFile(subject, labelsPath),
  ]);
  const images = parseIdxImages(imageBytes, { subject, path: imagesPath });
  const labels = parseIdxLabels(labelBytes, entry.classNames.length, { subject, path: labelsPath });
  checkImages(entry, images, imagesPath, selection.count);
  if (labels.length !== images.count) {
    const expected = `${images.count} labels in ${labelsPath} for as many images in ${imagesPath}`;
    throw new ThalwegError('DATA_INVALID', `${subject}: expected ${expected}, got ${labels.length}`);
  }
  const order = selection.count < images.count ? drawOrder(images.count, selection) : null;
  return {
    inputs: normalisePixels(images, order, selection.count, entry),
    labels: order === null ? labels.slice(0, selection.count) : Uint8Array.from(order, (index) => labels[index]!),
    count: selection.count,
  };
}

function drawOrder(count: number, selection: Selection): Uint32Array {
  return permutation(count, randomStream(selection.seed, 'data', selection.purpose)).subarray(0, selection.count);
}

function checkImages(entry: CatalogueEntry, images: IdxImages, path: string, needed: number): void {
  const [, rows, columns] = entry.inputShape;
  if (images.rows !== rows || images.columns !== columns) {
    const got = `${images.rows} × ${images.columns}`;
    throw new ThalwegError(
      'DATA_INVALID',
      `${entry.name}: expected images of ${rows} × ${columns} in ${path}, got ${got}`,
    );
  }
  if (images.count < needed) {
    throw new ThalwegError(
      'DATA_INVALID',
      `${entry.name}: expected at least ${needed} images in ${path}, got ${images.count}`,
    );
  }
}

/** Inputs of the images `order[0 … count)`, or of the first `count` when `order` is null. */
function normalisePixels(
  images: IdxImages,
  order: Uint32Array | null,
  count: number,
  entry: CatalogueEntry,
): ExampleSet['inputs'] {
  const table = pixelTable(entry);
  const { pixels, rows, columns } = images;
  const size = rows * columns;
  const inputs = new Float32Array(count * size);
  for (let example = 0; example < count; example++) {
    const source = (order === null ? example : order[example]!) * size;
    const target = example * size;
    for (let pixel = 0; pixel < size; pixel++) inputs[target + pixel] = table[pixels[source + pixel]!]!;
  }
  return inputs;
}

/** The input for each of the 256 values of a pixel. */
function pixelTable({ name, normalisation }: CatalogueEntry): Float32Array {
  invariant(normalisation !== null && normalisation.mean.length === 1, `${name} has no normalisation for one channel`);
  const [mean, std] = [normalisation.mean[0]!, normalisation.std[0]!];
  return Float32Array.from({ length: 256 }, (_, pixel) => (pixel / 255 - mean) / std);
}
