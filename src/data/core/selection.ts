import { permutation, randomStream, ThalwegError } from '../../base/index.ts';
import type { Labels } from './examples.ts';
import { takeRaw, type RawDataSet, type RawExamples } from './raw.ts';

/** Which examples of a set are used. */
export interface SelectionOptions {
  readonly examples: number | 'all';
  readonly testExamples: number | 'all';
  readonly validation?: number | undefined;
  readonly perClass?: number | undefined;
}

/** Rows of the raw training and test examples, in the order of use. */
export interface Selection {
  readonly train: Uint32Array;
  readonly validation: Uint32Array | null;
  readonly test: Uint32Array;
}

/** Seed of the splits that stay the same whatever the seed of the run. */
const splitSeed = 0;

/**
 * Chooses the examples of a run, in this order: the validation set is taken out of the training examples by a fixed
 * permutation; of the others `perClass` of each class are kept, the first ones of a permutation drawn from `seed`; of
 * those the first `examples` of another. What is not reduced keeps the order of its source, so that a smaller subset is
 * the beginning of a larger one, and all examples are in their own order.
 *
 * Throws `SPECIFICATION_INVALID` when there are fewer examples than asked for.
 */
export function selectRows(
  subject: string,
  { train, test, classNames }: Pick<RawDataSet, 'train' | 'test' | 'classNames'>,
  options: SelectionOptions,
  seed: number,
): Selection {
  const split = options.validation === undefined ? null : splitRows(subject, train.count, options.validation);
  const rest = split?.rest ?? identity(train.count);
  const labelsOf = { subject, labels: train.labels, classes: classNames.length };
  const pool = options.perClass === undefined ? rest : perClass(labelsOf, rest, options.perClass, seed);
  return {
    validation: split?.apart ?? null,
    train: firstOf(`${subject}: examples`, 'training', pool, options.examples, seed, 'subset'),
    test: firstOf(`${subject}: testExamples`, 'test', identity(test.count), options.testExamples, seed, 'test-subset'),
  };
}

/** Training and test examples from a set that comes without: `round(share·n)` by a fixed permutation are for testing; none for 0. */
export function splitForTesting(
  subject: string,
  all: RawExamples,
  share: number,
): { readonly train: RawExamples; readonly test: RawExamples } {
  if (share === 0) return { train: all, test: takeRaw(all, new Uint32Array(0)) };
  const size = Math.round(share * all.count);
  if (size < 1 || size >= all.count) {
    const got = `a share of ${share} of ${all.count} examples`;
    throw new ThalwegError(
      'DATA_INVALID',
      `${subject}: testShare: expected 1 or more examples on each side, got ${got}`,
    );
  }
  const order = permutation(all.count, randomStream(splitSeed, 'data', 'test-split'));
  return { train: takeRaw(all, order.slice(size).sort()), test: takeRaw(all, order.slice(0, size).sort()) };
}

const identity = (length: number): Uint32Array<ArrayBuffer> => Uint32Array.from({ length }, (_, index) => index);

function splitRows(subject: string, length: number, size: number): { apart: Uint32Array; rest: Uint32Array } {
  if (size >= length) throw tooMany(`${subject}: validation`, length - 1, 'of the training examples', size);
  const order = permutation(length, randomStream(splitSeed, 'data', 'validation'));
  return { apart: order.slice(0, size).sort(), rest: order.slice(size).sort() };
}

interface Labelled {
  readonly subject: string;
  readonly labels: Labels;
  readonly classes: number;
}

/** The first `size` of each class of a seeded permutation of `pool`, in the order of the pool. */
function perClass({ subject, labels, classes }: Labelled, pool: Uint32Array, size: number, seed: number): Uint32Array {
  const found = new Array<number>(classes).fill(0);
  const kept: number[] = [];
  for (const position of permutation(pool.length, randomStream(seed, 'data', 'per-class'))) {
    const index = pool[position]!;
    if (found[labels[index]!]!++ < size) kept.push(index);
  }
  const least = Math.min(...found);
  if (least < size) throw tooMany(`${subject}: perClass`, least, `examples of class ${found.indexOf(least)}`, size);
  return Uint32Array.from(kept).sort();
}

function firstOf(
  key: string,
  what: string,
  pool: Uint32Array,
  size: number | 'all',
  seed: number,
  purpose: string,
): Uint32Array {
  if (size === 'all' || size === pool.length) return pool;
  if (size > pool.length) throw tooMany(key, pool.length, `the ${what} examples that there are`, size);
  const order = permutation(pool.length, randomStream(seed, 'data', purpose)).subarray(0, size);
  return order.map((position) => pool[position]!);
}

const tooMany = (key: string, most: number, what: string, got: number): ThalwegError =>
  new ThalwegError('SPECIFICATION_INVALID', `${key}: expected at most ${most}, ${what}, got ${got}`);
