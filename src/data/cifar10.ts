import { cachedImages } from './cached-images.ts';
import { catalogueEntry, type DataSpecification } from './core/catalogue.ts';
import { isCompleteBinary, readCifarBatches } from './cifar10-binary.ts';
import { placeByFolder } from './image-labels.ts';
import { dataDirectories, locateAny, missingData } from './locate.ts';
import type { LoadOptions } from './options.ts';
import type { RawDataSet } from './core/raw.ts';
import { openTree } from './tree.ts';

/** Where CIFAR-10 lies, relative to the folders of the data set; the first that exists is taken. */
export const cifarPlaces = {
  binary: ['cifar-10-batches-bin', 'cifar-10-binary.tar.gz', 'cifar-10-binary.tar'],
  images: ['cifar10-jpeg', 'cifar10-jpeg.tar.gz', 'cifar10-jpeg.tar', 'cifar10-jpeg.zip'],
} as const;

/**
 * Reads CIFAR-10, bytes `[3, 32, 32]`: from the official binary batches, in the order of the files, with the commonly
 * used constants for normalisation; or from images in `train/<class>/` and `test/<class>/`, sorted by path, with
 * constants that are measured. `source: auto` takes a complete binary version, else images, else whatever batches
 * there are. Throws `DATA_MISSING` and `DATA_INVALID`.
 */
export async function readCifar10(
  { source }: Extract<DataSpecification, { name: 'cifar-10' }>,
  options: LoadOptions,
): Promise<RawDataSet> {
  const { name, inputShape, classNames, normalisation } = catalogueEntry('cifar-10');
  const directories = dataDirectories(options.dataDirectory);
  const binary = source === 'images' ? null : await locateAny(name, cifarPlaces.binary, directories);
  const images = source === 'binary' ? null : await locateAny(name, cifarPlaces.images, directories);
  if (binary !== null && (images === null || (await isCompleteBinary(binary)))) {
    return { name, inputShape, classNames, normalisation, ...(await readCifarBatches(name, binary)) };
  }
  if (images !== null) return { name, inputShape, ...(await readImages(images, classNames, options)) };
  const places = [
    ...(source === 'images' ? [] : cifarPlaces.binary),
    ...(source === 'binary' ? [] : cifarPlaces.images),
  ];
  return missingData(name, places.join(' or '), directories, options.dataDirectory);
}

async function readImages(location: string, classes: readonly string[], { onDecoding }: LoadOptions) {
  const plan = {
    subject: 'cifar-10',
    tree: await openTree('cifar-10', location),
    format: { width: 32, height: 32, channels: 3, resize: false },
    classes,
    place: (path: string) => {
      const place = placeByFolder(path);
      return place?.part ? { part: place.part, className: place.className } : null;
    },
  } as const;
  const { train, test } = await cachedImages(plan, 'train/test', (images) => onDecoding?.('cifar-10', images));
  return { classNames: classes, train, test, normalisation: null };
}
