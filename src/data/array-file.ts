import { isArrayFile, readArrays, type FileArray } from '../arrays/index.ts';
import { suggest, ThalwegError } from '../base/index.ts';
import { arrayDataSet, type ArrayPair, type PlacedArray } from './array-examples.ts';
import type { DataSpecification } from './core/catalogue.ts';
import { dataDirectories, requirePath } from './locate.ts';
import { requireBoth } from './npy-data-set.ts';
import type { LoadOptions } from './options.ts';
import type { RawDataSet } from './core/raw.ts';

type ArrayFile = Extract<DataSpecification, { name: 'arrays' }>;

/** Names that people give to arrays, likeliest first. */
const usual = {
  inputs: ['x_train', 'train_images', 'X_train', 'train_x', 'x', 'X', 'images', 'inputs', 'data'],
  labels: ['y_train', 'train_labels', 'Y_train', 'train_y', 'y', 'Y', 'labels', 'targets', 'label', 'target'],
  testInputs: ['x_test', 'test_images', 'X_test', 'test_x'],
  testLabels: ['y_test', 'test_labels', 'Y_test', 'test_y'],
} as const;

type Role = keyof typeof usual;

/**
 * Reads a `.npz` or `.safetensors` file with arrays of inputs `[n, …]` and labels `[n]` ({@link arrayDataSet}), under the names
 * that the specification gives or usual ones. Throws `DATA_MISSING`, `DATA_INVALID`, and `SPECIFICATION_INVALID` for a name
 * that is not in the file.
 */
export async function readArrayFile(specification: ArrayFile, options: LoadOptions): Promise<RawDataSet> {
  const { name, path, testInputs, testLabels } = specification;
  requireBoth(name, { testInputs, testLabels });
  if (!isArrayFile(path))
    throw new ThalwegError('SPECIFICATION_INVALID', `${name}: path: expected a .npz or .safetensors file, got ${path}`);
  const file = await requirePath(name, path, dataDirectories(options.dataDirectory));
  const asked = [specification.inputs, specification.labels, testInputs, testLabels];
  const named = new Set<string>([...Object.values(usual).flat(), ...asked.flatMap((key) => key ?? [])]);
  const found: string[] = [];
  const arrays = await readArrays(name, file, (key) => {
    found.push(key);
    return named.has(key);
  });
  const source = { name, file, arrays, found };
  const first = pairOf(source, specification, 'inputs', 'labels')!;
  return arrayDataSet(first, pairOf(source, specification, 'testInputs', 'testLabels'), specification, options.onNote);
}

interface Source {
  readonly name: string;
  readonly file: string;
  readonly arrays: Readonly<Record<string, FileArray>>;
  /** Names of all arrays of the file. */
  readonly found: readonly string[];
}

/** Two arrays that belong together; null: there are none, and none are needed. */
function pairOf(source: Source, specification: ArrayFile, inputs: Role, labels: Role): ArrayPair | null {
  const [x, y] = [arrayOf(source, specification, inputs), arrayOf(source, specification, labels)];
  const needed = inputs === 'inputs' || x !== null || y !== null;
  if (x && y) return { inputs: x, labels: y };
  if (!needed) return null;
  const [key, names] = x ? [labels, usual[labels]] : [inputs, usual[inputs]];
  const expected = `expected an array ${names.slice(0, 4).join(', ')} … (or its name as ${key})`;
  throw new ThalwegError(
    'DATA_INVALID',
    `${source.name}: ${expected} in ${source.file}, got ${source.found.slice(0, 10).join(', ') || 'none'}`,
  );
}

function arrayOf({ name, file, arrays, found }: Source, specification: ArrayFile, role: Role): PlacedArray | null {
  const asked = specification[role];
  if (asked !== undefined && !Object.hasOwn(arrays, asked))
    throw new ThalwegError('SPECIFICATION_INVALID', `${name}: ${role}: no array "${asked}", ${suggest(asked, found)}`);
  const key = asked ?? usual[role].find((candidate) => Object.hasOwn(arrays, candidate));
  return key === undefined ? null : { array: arrays[key]!, path: `${file}/${key}` };
}
