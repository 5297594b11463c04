import { createHash } from 'node:crypto';
import { readNpyFile } from '../arrays/index.ts';
import { messageOf, ThalwegError } from '../base/index.ts';
import { readLabels } from './array-examples.ts';
import type { DataSpecification } from './core/catalogue.ts';
import { dataDirectories, requirePath } from './locate.ts';
import type { LoadOptions } from './options.ts';

type ImageFolder = Extract<DataSpecification, { name: 'image-folder' }>;

/** What the path of an image says of it. */
export interface ImagePlace {
  readonly part: 'train' | 'test' | null;
  readonly className: string;
}

const imageName = /\.(?:jpe?g|png|webp|gif|tiff?|avif)$/i;
const parts: Readonly<Record<string, 'train' | 'test'>> = {
  train: 'train',
  test: 'test',
  val: 'test',
  validation: 'test',
};

/** Whether a file's name is that of an image. */
export const isImage = (path: string): boolean => imageName.test(path);

/** What the folders above an image say: `…/[train|test|val|validation]/<class>/<image>`; null for other files. */
export function placeByFolder(path: string): ImagePlace | null {
  const [part, className, file] = ['', '', ...path.split('/')].slice(-3) as [string, string, string];
  if (className === '' || !isImage(file)) return null;
  return { part: parts[part.toLowerCase()] ?? null, className };
}

/** The part that a folder above an image names, the innermost first. */
const partAbove = (path: string): 'train' | 'test' | null =>
  path
    .split('/')
    .slice(0, -1)
    .map((folder) => parts[folder.toLowerCase()] ?? null)
    .findLast((part) => part !== null) ?? null;

/** Where images belong, and what their labels depend on beside the files. */
export interface ImageLabels {
  place(this: void, path: string): ImagePlace | null;
  /** Classes in the order of their labels; null: those that are found, sorted by name. */
  readonly classes: readonly string[] | null;
  /** The same for the same labels. */
  readonly variant: string;
}

/**
 * The labels of images: by folder, by the names of the files, or from an array in the order of the sorted paths. Throws
 * `DATA_INVALID` where a name does not match the pattern or the array has another length, `DATA_MISSING`, and
 * `SPECIFICATION_INVALID` for a pattern that is no regular expression.
 *
 * @param images paths of all images, sorted
 */
export async function imageLabels(
  { name, labels, classes: named }: ImageFolder,
  images: readonly string[],
  options: LoadOptions,
): Promise<ImageLabels> {
  const classes = named ?? null;
  switch (labels.from) {
    case 'folders':
      return { place: placeByFolder, classes, variant: 'folders' };
    case 'names': {
      const expression = compile(name, labels.pattern);
      const place = (path: string): ImagePlace | null =>
        isImage(path) ? { part: partAbove(path), className: classInName(name, expression, path) } : null;
      return { place, classes, variant: `names ${labels.pattern}` };
    }
    case 'array':
      return labelsOfArray(name, labels.file, images, classes, options);
  }
}

function compile(subject: string, pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch (error) {
    throw new ThalwegError(
      'SPECIFICATION_INVALID',
      `${subject}: labels.pattern: expected a regular expression, got ${JSON.stringify(pattern)} (${messageOf(error)})`,
    );
  }
}

function classInName(subject: string, expression: RegExp, path: string): string {
  const file = path.split('/').at(-1)!;
  const found = expression.exec(file)?.[1];
  if (found !== undefined && found !== '') return found;
  const expected = `expected file names whose class is the first group of ${expression.source}`;
  throw new ThalwegError('DATA_INVALID', `${subject}: ${expected}, got ${path}`);
}

async function labelsOfArray(
  subject: string,
  file: string,
  images: readonly string[],
  named: readonly string[] | null,
  options: LoadOptions,
): Promise<ImageLabels> {
  const path = await requirePath(subject, file, dataDirectories(options.dataDirectory));
  const array = await readNpyFile(subject, path);
  const labels = readLabels(subject, { array, path }, images.length, named?.length ?? 65_536);
  const count = 1 + labels.reduce((most, label) => Math.max(most, label), 0);
  const classes = named ?? Array.from({ length: count }, (_, label) => String(label));
  const position = new Map(images.map((image, index) => [image, index]));
  const place = (image: string): ImagePlace | null => {
    const index = position.get(image);
    return index === undefined ? null : { part: partAbove(image), className: classes[labels[index]!]! };
  };
  const digest = createHash('sha256').update(labels).digest('hex');
  return { place, classes, variant: `array ${digest}` };
}
