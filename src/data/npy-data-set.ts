import { readNpyFile } from '../arrays/index.ts';
import { ThalwegError } from '../base/index.ts';
import { arrayDataSet, type ArrayPair, type PlacedArray } from './array-examples.ts';
import type { DataSpecification } from './core/catalogue.ts';
import { dataDirectories, requirePath } from './locate.ts';
import type { LoadOptions } from './options.ts';
import type { RawDataSet } from './core/raw.ts';

type Npy = Extract<DataSpecification, { name: 'npy' }>;

/**
 * Reads pairs of `.npy` files: inputs `[n, …]` and labels `[n]` ({@link arrayDataSet}). Throws `DATA_MISSING`,
 * `DATA_INVALID`, and `SPECIFICATION_INVALID` when one of the two test files is not named.
 */
export async function readNpyDataSet(specification: Npy, options: LoadOptions): Promise<RawDataSet> {
  const { name, inputs, labels, testInputs, testLabels } = specification;
  requireBoth(name, { testInputs, testLabels });
  const load = async (file: string): Promise<PlacedArray> => {
    const path = await requirePath(name, file, dataDirectories(options.dataDirectory));
    return { path, array: await readNpyFile(name, path) };
  };
  const pair = async (x: string, y: string): Promise<ArrayPair> => ({ inputs: await load(x), labels: await load(y) });
  const test = testInputs === undefined ? null : await pair(testInputs, testLabels!);
  return arrayDataSet(await pair(inputs, labels), test, specification, options.onNote);
}

/** Throws `SPECIFICATION_INVALID` where one of two keys is given without the other. */
export function requireBoth(subject: string, keys: Readonly<Record<string, string | undefined>>): void {
  const entries = Object.entries(keys);
  const given = entries.find(([, value]) => value !== undefined)?.[0];
  const absent = entries.find(([, value]) => value === undefined)?.[0];
  if (given === undefined || absent === undefined) return;
  throw new ThalwegError('SPECIFICATION_INVALID', `${subject}: ${absent}: expected one beside ${given}, got none`);
}
