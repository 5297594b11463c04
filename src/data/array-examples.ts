import { formatArray, type FileArray } from '../arrays/index.ts';
import { ThalwegError } from '../base/index.ts';
import { nchw, withLayout, type ChannelOrder } from './array-layout.ts';
import { labelsFrom, type RawDataSet, type RawExamples } from './core/raw.ts';
import { splitForTesting } from './core/selection.ts';

/** An array and where it comes from, for messages. */
export interface PlacedArray {
  readonly array: FileArray;
  readonly path: string;
}

/** Inputs with their labels. */
export interface ArrayPair {
  readonly inputs: PlacedArray;
  readonly labels: PlacedArray;
}

/** What a specification says of a user's own arrays. */
export interface ArrayOptions {
  readonly name: string;
  readonly channels: ChannelOrder;
  readonly classes?: number | undefined;
  readonly testShare: number;
}

const mostClasses = 65_536;

/**
 * The data set of a user's own arrays: inputs `[n, …]` of any number type, finite, and labels `[n]` or `[n, 1]`, integers from
 * 0. Without a test pair, `testShare` of the examples are kept apart by a fixed permutation. Channels that come last are
 * moved to the front, which `onNote` hears. Throws `DATA_INVALID` for arrays that do not fit together.
 */
export function arrayDataSet(
  first: ArrayPair,
  second: ArrayPair | null,
  { name, channels, classes: asked, testShare }: ArrayOptions,
  onNote: (message: string) => void = () => undefined,
): RawDataSet {
  const layout = nchw(first.inputs.array, channels);
  if (layout.note !== null) onNote(`${name}: ${layout.note}`);
  const most = asked ?? mostClasses;
  const train = readPair(name, first, most);
  const test = second && readPair(name, second, most);
  if (test && String(test.shape) !== String(train.shape)) {
    const [expected, got] = [train.shape, test.shape].map((shape) => `[${shape.join(', ')}]`);
    throw new ThalwegError('DATA_INVALID', `${name}: expected test inputs of shape ${expected}, got ${got}`);
  }
  const split = test
    ? { train: train.examples, test: test.examples }
    : splitForTesting(name, train.examples, testShare);
  const classes = asked ?? 1 + Math.max(largest(split.train), largest(split.test));
  const packed = (part: RawExamples): RawExamples => ({
    ...part,
    values: withLayout(part.values, part.count, layout),
    labels: labelsFrom(part.labels, classes),
  });
  return {
    name,
    inputShape: layout.shape,
    classNames: Array.from({ length: classes }, (_, label) => String(label)),
    train: packed(split.train),
    test: packed(split.test),
    normalisation: null,
  };
}

interface Pair {
  /** Of one input. */
  readonly shape: readonly number[];
  readonly examples: RawExamples;
}

function readPair(subject: string, { inputs, labels }: ArrayPair, classes: number): Pair {
  const [count = 0, ...shape] = inputs.array.shape;
  if (shape.length === 0 || inputs.array.data.length === 0) {
    throw invalid(subject, 'inputs [n, …] with at least one example', inputs.path, shapeText(inputs.array));
  }
  const values = valuesOf(subject, inputs);
  return { shape, examples: { values, labels: readLabels(subject, labels, count, classes), count } };
}

/** Bytes and real numbers as they are, integers as float64. Throws `DATA_INVALID` for numbers that are not finite. */
function valuesOf(subject: string, { array, path }: PlacedArray): RawExamples['values'] {
  const { data, type } = array;
  if (type === 'bool') throw invalid(subject, 'inputs of numbers', path, type);
  if (data instanceof Uint8Array) return data;
  const values = data instanceof Float32Array || data instanceof Float64Array ? data : Float64Array.from(data, Number);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw invalid(subject, 'finite inputs', path, `${values[wrong]} at element ${wrong}`);
  return values;
}

/** Labels of an array `[count]` or `[count, 1]`. Throws `DATA_INVALID` for other shapes and types, and for one outside `[0, classes)`. */
export function readLabels(
  subject: string,
  { array, path }: PlacedArray,
  count: number,
  classes: number,
): Int32Array<ArrayBuffer> {
  const [length, ...rest] = array.shape;
  if (length !== count || rest.some((size) => size !== 1))
    throw invalid(subject, `labels of shape (${count})`, path, shapeText(array));
  if (!/^u?int/.test(array.type)) throw invalid(subject, 'labels of integers', path, formatArray(array));
  const labels = Array.from(array.data, Number);
  const wrong = labels.findIndex((label) => label < 0 || label >= classes);
  if (wrong < 0) return Int32Array.from(labels);
  throw invalid(subject, `labels from 0 to ${classes - 1}`, path, `${labels[wrong]} for example ${wrong}`);
}

function largest({ labels }: RawExamples): number {
  let most = 0;
  for (const label of labels) most = Math.max(most, label);
  return most;
}

const shapeText = ({ shape }: FileArray): string => `shape (${shape.join(', ')})`;

const invalid = (subject: string, expected: string, path: string, got: string): ThalwegError =>
  new ThalwegError('DATA_INVALID', `${subject}: expected ${expected} in ${path}, got ${got}`);
