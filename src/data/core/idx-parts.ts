import { ThalwegError } from '../../base/index.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { parseIdxImages, parseIdxLabels, type IdxImages } from './idx.ts';
import type { RawDataSet, RawExamples } from './raw.ts';

/** The contents of a file, decompressed, and where it is, for messages. */
export interface DataContents {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The examples of an IDX file of images and the one with their labels: bytes `[1, rows, columns]`. Throws `DATA_INVALID`. */
export function idxExamples(entry: CatalogueEntry, imageFile: DataContents, labelFile: DataContents): RawExamples {
  const subject = entry.name;
  const images = parseIdxImages(imageFile.bytes, { subject, path: imageFile.path });
  const labels = parseIdxLabels(labelFile.bytes, entry.classNames.length, { subject, path: labelFile.path });
  requireSize(entry, images, imageFile.path);
  if (labels.length !== images.count) {
    const expected = `${images.count} labels in ${labelFile.path} for as many images in ${imageFile.path}`;
    throw new ThalwegError('DATA_INVALID', `${subject}: expected ${expected}, got ${labels.length}`);
  }
  return { values: images.pixels, labels, count: images.count };
}

/** A data set of IDX files with its examples. */
export const idxDataSet = (
  { name, inputShape, classNames, normalisation }: CatalogueEntry,
  { train, test }: Pick<RawDataSet, 'train' | 'test'>,
): RawDataSet => ({ name, inputShape, classNames, train, test, normalisation });

function requireSize(entry: CatalogueEntry, images: IdxImages, path: string): void {
  const [, rows, columns] = entry.inputShape;
  if (images.rows === rows && images.columns === columns) return;
  const got = `${images.rows} × ${images.columns}`;
  throw new ThalwegError(
    'DATA_INVALID',
    `${entry.name}: expected images of ${rows} × ${columns} in ${path}, got ${got}`,
  );
}
