import { ThalwegError } from '../base/index.ts';
import { imageDecoder, type ImageFormat } from './decode.ts';
import { labelsFrom } from './core/raw.ts';
import type { Labels } from './core/examples.ts';
import type { FileTree } from './tree.ts';

/** Where an image belongs. */
export interface Place {
  readonly part: 'train' | 'test';
  readonly className: string;
}

/** How the images of a tree become examples. */
export interface ImagePlan {
  /** The data set, for messages. */
  readonly subject: string;
  readonly tree: FileTree;
  readonly format: ImageFormat;
  /** Classes in the order of their labels; null: those that are found, sorted by name. */
  readonly classes: readonly string[] | null;
  /** Whether a class may have no training images, as a part of a larger set has none of some; default: false. */
  readonly mayLackClasses?: boolean;
  /** Where a file belongs; null: it is no image of the set. */
  place(path: string): Place | null;
}

/** Decoded images of one part, sorted by path. */
export interface DecodedPart {
  /** `[channels, height, width]` each. */
  readonly images: readonly Uint8Array<ArrayBuffer>[];
  readonly labels: Labels;
}

export interface DecodedImages {
  readonly classes: readonly string[];
  readonly train: DecodedPart;
  readonly test: DecodedPart;
}

/** Images that are decoded at a time. */
const inFlight = 32;

interface Decoded extends Place {
  readonly path: string;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/**
 * Decodes all images of a tree; `onProgress` is called with the number so far. The order of the result is that of the
 * paths, whatever the archive's. Throws `DATA_INVALID` for a damaged image, one of an unknown class, a class without
 * training images, and a tree without images.
 */
export async function decodeTree(plan: ImagePlan, onProgress?: (images: number) => void): Promise<DecodedImages> {
  const decoded = await decodeAll(plan, onProgress);
  const classes = plan.classes ?? [...new Set(decoded.map(({ className }) => className))].sort();
  const labelOf = new Map(classes.map((name, label) => [name, label]));
  const part = (name: Place['part']): DecodedPart => {
    const chosen = decoded.filter((image) => image.part === name);
    return {
      images: chosen.map(({ pixels }) => pixels),
      labels: labelsFrom(
        chosen.map(({ className }) => labelOf.get(className)!),
        classes.length,
      ),
    };
  };
  const [train, test] = [part('train'), part('test')];
  requireEveryClass(plan, classes, train.labels);
  return { classes, train, test };
}

async function decodeAll(plan: ImagePlan, onProgress?: (images: number) => void): Promise<Decoded[]> {
  const decode = await imageDecoder(plan.subject, plan.format);
  const known = plan.classes && new Set(plan.classes);
  const decoded: Decoded[] = [];
  const waiting = new Set<Promise<void>>();
  for await (const { path, bytes } of plan.tree.files((candidate) => plan.place(candidate) !== null)) {
    const place = plan.place(path)!;
    if (known && !known.has(place.className)) throw unknownClass(plan, place.className, path);
    const task = decode(bytes, path).then((pixels) => {
      decoded.push({ path, pixels, ...place });
      waiting.delete(task);
      onProgress?.(decoded.length);
    });
    waiting.add(task);
    // A failure shows where the task is awaited, here or at the end.
    task.catch(() => undefined);
    if (waiting.size >= inFlight) await Promise.race(waiting);
  }
  await Promise.all(waiting);
  return decoded.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function requireEveryClass(plan: ImagePlan, classes: readonly string[], labels: Labels): void {
  const { subject, tree, mayLackClasses = false } = plan;
  if (labels.length === 0) {
    throw new ThalwegError('DATA_INVALID', `${subject}: expected training images in ${tree.location}, got none`);
  }
  const present = new Set<number>(labels);
  const empty = classes.find((_, label) => !present.has(label));
  if (empty === undefined || (mayLackClasses && plan.classes !== null)) return;
  throw new ThalwegError(
    'DATA_INVALID',
    `${subject}: expected training images of class "${empty}" in ${tree.location}, got none`,
  );
}

const unknownClass = ({ subject, classes }: ImagePlan, className: string, path: string): ThalwegError =>
  new ThalwegError(
    'DATA_INVALID',
    `${subject}: expected one of the classes ${classes!.join(', ')} at ${path}, got "${className}"`,
  );
