import { ThalwegError } from '../base/index.ts';
import { cachedImages } from './cached-images.ts';
import { catalogueEntry, type DataSpecification } from './core/catalogue.ts';
import { dataDirectories, locateAny, missingData } from './locate.ts';
import type { LoadOptions } from './options.ts';
import type { RawDataSet } from './core/raw.ts';
import { collectFiles, openTree, type FileTree } from './tree.ts';

type TinyImageNet = Extract<DataSpecification, { name: 'tiny-imagenet' }>;

/** Where Tiny ImageNet lies, relative to the folders of the data set; the first that exists is taken. */
export const tinyImageNetPlaces = [
  'tiny-imagenet-200',
  'tiny-imagenet-200.zip',
  'tiny-imagenet-200.tar',
  'tiny-imagenet-200.tar.gz',
  'tiny-imagenet-subset.tar',
] as const;

/**
 * Reads Tiny ImageNet in its official layout, bytes `[3, 64, 64]`, grey images repeated into three channels: the
 * training images and, as test set, the validation images (those of the official test set have no labels). Labels
 * follow the order of `wnids.txt`, also of the classes that are picked; each is named by its first word in `words.txt`.
 * Throws `DATA_MISSING`, `DATA_INVALID`, and `SPECIFICATION_INVALID` for classes that are not there.
 */
export async function readTinyImageNet({ classes }: TinyImageNet, options: LoadOptions): Promise<RawDataSet> {
  const { name, inputShape } = catalogueEntry('tiny-imagenet');
  const directories = dataDirectories(options.dataDirectory);
  const location = await locateAny(name, tinyImageNetPlaces, directories);
  if (location === null) return missingData(name, tinyImageNetPlaces.join(' or '), directories, options.dataDirectory);
  const tree = await openTree(name, location);
  const layout = await readTinyImageNetLayout(name, tree);
  const chosen = pickClasses(name, layout.wnids, classes);
  const plan = {
    subject: name,
    tree,
    format: { width: 64, height: 64, channels: 3, resize: false },
    classes: chosen,
    place: placeIn(layout, new Set(chosen)),
  } as const;
  const { train, test } = await cachedImages(plan, 'train/val', (images) => options.onDecoding?.(name, images));
  if (test.count === 0)
    throw new ThalwegError('DATA_INVALID', `${name}: expected images in ${location}: val, got none`);
  const classNames = chosen.map((wnid) => layout.words.get(wnid) ?? wnid);
  return { name, inputShape, classNames, train, test, normalisation: null };
}

interface Layout {
  readonly wnids: readonly string[];
  /** First word of each class that `words.txt` lists. */
  readonly words: ReadonlyMap<string, string>;
  /** Class of each validation image, by file name. */
  readonly validation: ReadonlyMap<string, string>;
}

/** The text files of Tiny ImageNet. Throws `DATA_INVALID` when one is missing. */
export async function readTinyImageNetLayout(subject: string, tree: FileTree): Promise<Layout> {
  const texts = ['wnids.txt', 'words.txt', 'val_annotations.txt'];
  const files = await collectFiles(tree, (path) => texts.includes(path.split('/').at(-1)!));
  const rows = (name: string): string[][] => {
    const path = [...files.keys()].find((candidate) => candidate.split('/').at(-1) === name);
    if (path === undefined) {
      throw new ThalwegError('DATA_INVALID', `${subject}: expected ${name} in ${tree.location}, got no such file`);
    }
    const lines = new TextDecoder().decode(files.get(path)).split(/\r?\n/);
    return lines.filter((line) => line.trim() !== '').map((line) => line.split('\t'));
  };
  return {
    wnids: rows('wnids.txt').map(([wnid]) => wnid!.trim()),
    words: new Map(rows('words.txt').map(([wnid, words]) => [wnid!, (words ?? wnid!).split(',')[0]!.trim()])),
    validation: new Map(rows('val_annotations.txt').map(([file, wnid]) => [file!, wnid ?? ''])),
  };
}

/** Classes in the order of `wnids.txt`. */
function pickClasses(subject: string, wnids: readonly string[], classes: TinyImageNet['classes']): readonly string[] {
  if (classes === 'all') return wnids;
  if (typeof classes === 'number') {
    if (classes <= wnids.length) return wnids.slice(0, classes);
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${subject}: classes: expected at most ${wnids.length}, those of wnids.txt, got ${classes}`,
    );
  }
  const unknown = classes.find((wnid) => !wnids.includes(wnid));
  if (unknown !== undefined) {
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${subject}: classes: expected identifiers of wnids.txt such as ${wnids[0]}, got "${unknown}"`,
    );
  }
  return wnids.filter((wnid) => classes.includes(wnid));
}

const trainImage = /(?:^|\/)train\/([^/]+)\/images\/[^/]+\.JPEG$/i;
const validationImage = /(?:^|\/)val\/images\/([^/]+\.JPEG)$/i;

/** Where an image belongs; null for images of other classes, and for validation images without an annotation. */
function placeIn({ validation }: Layout, chosen: ReadonlySet<string>) {
  return (path: string) => {
    const trained = trainImage.exec(path)?.[1];
    if (trained !== undefined) return chosen.has(trained) ? ({ part: 'train', className: trained } as const) : null;
    const className = validation.get(validationImage.exec(path)?.[1] ?? '');
    return className !== undefined && chosen.has(className) ? ({ part: 'test', className } as const) : null;
  };
}
