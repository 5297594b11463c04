import { ThalwegError } from '../base/index.ts';
import { cachedImages } from './cached-images.ts';
import type { DataSpecification } from './catalogue.ts';
import { dataDirectories, requirePath } from './locate.ts';
import type { LoadOptions } from './options.ts';
import type { RawDataSet } from './raw.ts';
import { splitForTesting } from './selection.ts';
import { openTree, type FileTree } from './tree.ts';

const imageName = /\.(?:jpe?g|png|webp|gif|tiff?|avif)$/i;
const parts: Readonly<Record<string, 'train' | 'test'>> = {
  train: 'train',
  test: 'test',
  val: 'test',
  validation: 'test',
};

/** What the folders above an image say: `…/[train|test|val|validation]/<class>/<image>`; null for other files. */
export function placeByFolder(path: string): { part: 'train' | 'test' | null; className: string } | null {
  const [part, className, file] = ['', '', ...path.split('/')].slice(-3) as [string, string, string];
  if (className === '' || !imageName.test(file)) return null;
  return { part: parts[part.toLowerCase()] ?? null, className };
}

/**
 * Reads a user's images from a folder or an archive: one folder a class, below `train` and `test` (or `val`) where
 * there are such folders; else `testShare` of all images are kept apart by a fixed permutation. Labels follow the
 * sorted names of the classes. Images are scaled to cover `size × size` pixels and cropped about the centre.
 * Throws `DATA_MISSING` when there is nothing at `path`, `DATA_INVALID` when there are no images in it.
 */
export async function readImageFolder(
  specification: Extract<DataSpecification, { name: 'image-folder' }>,
  options: LoadOptions,
): Promise<RawDataSet> {
  const { name, path, size, colour, testShare } = specification;
  const tree = await openTree(name, await requirePath(name, path, dataDirectories(options.dataDirectory)));
  const channels = colour ? 3 : 1;
  const divided = await isDivided(name, tree);
  const plan = {
    subject: name,
    tree,
    format: { width: size, height: size, channels, resize: true },
    classes: null,
    place: (candidate: string) => {
      const place = placeByFolder(candidate);
      if (place === null) return null;
      if (!divided) return { part: 'train', className: place.className } as const;
      return place.part && { part: place.part, className: place.className };
    },
  } as const;
  const images = await cachedImages(plan, divided ? 'train/test' : 'one', (count) => options.onDecoding?.(name, count));
  const split = divided ? { train: images.train, test: images.test } : splitForTesting(name, images.train, testShare);
  return { name, inputShape: [channels, size, size], classNames: images.classes, ...split, normalisation: null };
}

/** Whether images lie below `train` and `test`; both or neither must be there. */
async function isDivided(subject: string, tree: FileTree): Promise<boolean> {
  const found = new Set<string | null>();
  const look = (path: string): boolean => {
    const place = placeByFolder(path);
    if (place !== null) found.add(place.part);
    return false;
  };
  for await (const file of tree.files(look)) void file;
  const got = found.size === 0 ? 'none' : 'only one of the two';
  if (found.size === 0) {
    throw new ThalwegError(
      'DATA_INVALID',
      `${subject}: expected images in <class>/ below ${tree.location}, got ${got}`,
    );
  }
  if (found.has('train') !== found.has('test')) {
    throw new ThalwegError('DATA_INVALID', `${subject}: expected train and test in ${tree.location}, got ${got}`);
  }
  return found.has('train');
}
