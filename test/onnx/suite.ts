import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readTar } from '../../src/data/tar.ts';

/** Folder of ONNX's test data beside the checkout. */
const folder = fileURLToPath(new URL('../../../shared/onnx-tests/', import.meta.url));

export const hasSuite = existsSync(folder);

/** Files of one test, by name: `model.onnx`, `input_0.pb`, … */
export type TestFiles = ReadonlyMap<string, Uint8Array>;

/** The tests of an archive by name, each with its first set of data. */
export async function readSuite(archive: string): Promise<Map<string, TestFiles>> {
  const tests = new Map<string, Map<string, Uint8Array>>();
  for await (const { path, bytes } of readTar(`${folder}${archive}.tar.gz`, () => true)) {
    const [, name, file] = /(?:^|\/)test_([^/]+)\/(?:test_data_set_0\/)?([^/]+)$/.exec(path) ?? [];
    if (name === undefined || file === undefined) continue;
    tests.set(name, (tests.get(name) ?? new Map<string, Uint8Array>()).set(file, bytes));
  }
  return tests;
}

/** Files of an archive without folders for tests. */
export async function readFiles(archive: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for await (const { path, bytes } of readTar(`${folder}${archive}.tar.gz`, () => true))
    files.set(path.replace(/^.*\//, ''), bytes);
  return files;
}

/** The tensors of one kind in their order. */
export function numbered(files: TestFiles, kind: 'input' | 'output'): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let index = 0; files.has(`${kind}_${index}.pb`); index++) found.push(files.get(`${kind}_${index}.pb`)!);
  return found;
}
