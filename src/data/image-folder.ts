import { ThalwegError } from '../base/index.ts';
import { cachedImages } from './cached-images.ts';
import type { DataSpecification } from './core/catalogue.ts';
import { imageLabels, isImage, type ImageLabels } from './image-labels.ts';
import { dataDirectories, requirePath } from './locate.ts';
import type { LoadOptions } from './options.ts';
import type { RawDataSet } from './core/raw.ts';
import { splitForTesting } from './core/selection.ts';
import { openTree, type FileTree } from './tree.ts';

/**
 * Reads a user's images from a folder or an archive, with labels from folders (one a class), file names or an array
 * ({@link imageLabels}); below `train` and `test` (or `val`) where there are such folders, else `testShare` of all images are
 * kept apart by a fixed permutation. Classes are in the order that the specification gives, else sorted by name. Images are
 * scaled to cover `size × size` pixels and cropped about the centre. Throws `DATA_MISSING` when there is nothing at
 * `path`, `DATA_INVALID` when there are no images in it, or their labels do not fit.
 */
export async function readImageFolder(
  specification: Extract<DataSpecification, { name: 'image-folder' }>,
  options: LoadOptions,
): Promise<RawDataSet> {
  const { name, path, size, colour, testShare } = specification;
  const tree = await openTree(name, await requirePath(name, path, dataDirectories(options.dataDirectory)));
  const channels = colour ? 3 : 1;
  const paths = await imagePaths(tree);
  const labels = await imageLabels(specification, paths, options);
  const divided = isDivided(name, tree, paths, labels);
  const plan = {
    subject: name,
    tree,
    format: { width: size, height: size, channels, resize: true },
    classes: labels.classes,
    mayLackClasses: true,
    place: (candidate: string) => {
      const place = labels.place(candidate);
      if (place === null) return null;
      if (!divided) return { part: 'train', className: place.className } as const;
      return place.part && { part: place.part, className: place.className };
    },
  } as const;
  const variant = `${divided ? 'train/test' : 'one'} ${labels.variant}`;
  const images = await cachedImages(plan, variant, (count) => options.onDecoding?.(name, count));
  const split = divided ? { train: images.train, test: images.test } : splitForTesting(name, images.train, testShare);
  return { name, inputShape: [channels, size, size], classNames: images.classes, ...split, normalisation: null };
}

/** Paths of all images of a tree, sorted; nothing is read but names. */
async function imagePaths(tree: FileTree): Promise<string[]> {
  const paths: string[] = [];
  const look = (path: string): boolean => {
    if (isImage(path)) paths.push(path);
    return false;
  };
  for await (const file of tree.files(look)) void file;
  return paths.sort();
}

/** Whether images lie below `train` and `test`; both or neither must be there. */
function isDivided(subject: string, tree: FileTree, paths: readonly string[], { place }: ImageLabels): boolean {
  const places = paths.flatMap((path) => place(path) ?? []);
  if (places.length === 0) {
    throw new ThalwegError('DATA_INVALID', `${subject}: expected images in <class>/ below ${tree.location}, got none`);
  }
  const found = new Set(places.map(({ part }) => part));
  if (found.has('train') !== found.has('test')) {
    const got = 'only one of the two';
    throw new ThalwegError('DATA_INVALID', `${subject}: expected train and test in ${tree.location}, got ${got}`);
  }
  return found.has('train');
}
