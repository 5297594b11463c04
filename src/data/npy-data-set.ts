import { ThalwegError } from '../base/index.ts';
import type { DataSpecification } from './catalogue.ts';
import { readDataFile } from './file.ts';
import { dataDirectories, requirePath } from './locate.ts';
import { parseNpy, type NpyType } from './npy.ts';
import type { LoadOptions } from './options.ts';
import { labelsFrom, type RawDataSet, type RawExamples } from './raw.ts';
import { splitForTesting } from './selection.ts';

const inputTypes: readonly NpyType[] = ['<f4', '<f8', '|u1'];
const labelTypes: readonly NpyType[] = ['|u1', '|i1', '<u2', '<i2', '<u4', '<i4', '<u8', '<i8'];
const mostClasses = 65_536;

type Npy = Extract<DataSpecification, { name: 'npy' }>;

/**
 * Reads pairs of `.npy` files: inputs `[n, …]` and labels `[n]`, integers from 0; there are as many classes as the largest
 * label of both parts says. Without test files, `testShare` of the examples are kept apart by a fixed permutation.
 * Throws `DATA_MISSING`, `DATA_INVALID`, and `SPECIFICATION_INVALID` when one of the two test files is not named.
 */
export async function readNpyDataSet(specification: Npy, options: LoadOptions): Promise<RawDataSet> {
  const { name, testInputs, testLabels, testShare } = specification;
  if ((testInputs === undefined) !== (testLabels === undefined)) {
    const [given, absent] = testInputs === undefined ? ['testLabels', 'testInputs'] : ['testInputs', 'testLabels'];
    throw new ThalwegError('SPECIFICATION_INVALID', `${name}: ${absent}: expected a file beside ${given}, got none`);
  }
  const read = (inputs: string, labels: string): Promise<Pair> => readPair(name, inputs, labels, options);
  const first = await read(specification.inputs, specification.labels);
  const second = testInputs === undefined ? null : await read(testInputs, testLabels!);
  if (second !== null && String(second.shape) !== String(first.shape)) {
    const [expected, got] = [first.shape, second.shape].map((shape) => `[${shape.join(', ')}]`);
    throw new ThalwegError('DATA_INVALID', `${name}: expected test inputs of shape ${expected}, got ${got}`);
  }
  const split =
    second === null
      ? splitForTesting(name, first.examples, testShare)
      : { train: first.examples, test: second.examples };
  const classes = 1 + Math.max(largest(first.examples), second === null ? 0 : largest(second.examples));
  const classNames = Array.from({ length: classes }, (_, label) => String(label));
  return { name, inputShape: first.shape, classNames, ...withLabels(split, classes), normalisation: null };
}

interface Pair {
  /** Of one input. */
  readonly shape: readonly number[];
  readonly examples: RawExamples;
}

async function readPair(subject: string, inputs: string, labels: string, options: LoadOptions): Promise<Pair> {
  const load = async (file: string, types: readonly NpyType[]) => {
    const path = await requirePath(subject, file, dataDirectories(options.dataDirectory));
    return { path, array: parseNpy(await readDataFile(subject, path), types, { subject, path }) };
  };
  const [{ array: x, path: inputPath }, { array: y, path: labelPath }] = await Promise.all([
    load(inputs, inputTypes),
    load(labels, labelTypes),
  ]);
  const [count = 0, ...shape] = x.shape;
  if (shape.length === 0 || x.data.length === 0) {
    throw invalid(subject, 'inputs [n, …] with at least one example', inputPath, `shape (${x.shape.join(', ')})`);
  }
  if (y.shape.length !== 1 || y.shape[0] !== count) {
    throw invalid(subject, `labels of shape (${count})`, labelPath, `shape (${y.shape.join(', ')})`);
  }
  requireFinite(subject, x.data as RawExamples['values'], inputPath);
  const values = x.data as RawExamples['values'];
  return { shape, examples: { values, labels: readLabels(subject, y.data, labelPath), count } };
}

function readLabels(subject: string, data: Iterable<number | bigint>, path: string): Int32Array<ArrayBuffer> {
  const labels = Array.from(data, Number);
  const wrong = labels.findIndex((label) => label < 0 || label >= mostClasses);
  if (wrong < 0) return Int32Array.from(labels);
  throw invalid(subject, `labels from 0 to ${mostClasses - 1}`, path, `${labels[wrong]} for example ${wrong}`);
}

function requireFinite(subject: string, values: RawExamples['values'], path: string): void {
  const wrong = values instanceof Uint8Array ? -1 : values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw invalid(subject, 'finite inputs', path, `${values[wrong]} at element ${wrong}`);
}

function largest({ labels }: RawExamples): number {
  let most = 0;
  for (const label of labels) most = Math.max(most, label);
  return most;
}

function withLabels({ train, test }: { train: RawExamples; test: RawExamples }, classes: number) {
  const packed = (part: RawExamples): RawExamples => ({ ...part, labels: labelsFrom(part.labels, classes) });
  return { train: packed(train), test: packed(test) };
}

const invalid = (subject: string, expected: string, path: string, got: string): ThalwegError =>
  new ThalwegError('DATA_INVALID', `${subject}: expected ${expected} in ${path}, got ${got}`);
