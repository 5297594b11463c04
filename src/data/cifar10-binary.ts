import { stat } from 'node:fs/promises';
import { ThalwegError } from '../base/index.ts';
import type { RawExamples } from './core/raw.ts';
import { collectFiles, openTree } from './tree.ts';

/** Bytes of a record: one label, then 32 × 32 red, green and blue pixels. */
export const cifarRecordBytes = 3073;
const classes = 10;

/** The batches that lie in a folder or archive, decoded. */
export interface CifarBatches {
  readonly train: RawExamples;
  readonly test: RawExamples;
}

const trainBatch = /(?:^|\/)data_batch_\d+\.bin$/;
const testBatch = /(?:^|\/)test_batch\.bin$/;

/**
 * Reads CIFAR-10's binary version: all `data_batch_*.bin` there are, by name, and `test_batch.bin`, from a folder or from
 * the published archive. A file is a sequence of records without a header. Throws `DATA_MISSING` when a part has no
 * batch, `DATA_INVALID` for a file that is empty or ends inside a record, and for a label above 9.
 */
export async function readCifarBatches(subject: string, location: string): Promise<CifarBatches> {
  const tree = await openTree(subject, location);
  const files = await collectFiles(tree, (path) => trainBatch.test(path) || testBatch.test(path));
  const part = (pattern: RegExp, what: string): RawExamples => {
    const names = [...files.keys()].filter((path) => pattern.test(path)).sort();
    if (names.length === 0) {
      throw new ThalwegError('DATA_MISSING', `${subject}: expected ${what} in ${location}, got none`);
    }
    return joinBatches(
      names.map((path) => parseCifarBatch(files.get(path)!, { subject, path: `${location}: ${path}` })),
    );
  };
  return { train: part(trainBatch, 'data_batch_*.bin'), test: part(testBatch, 'test_batch.bin') };
}

/** Whether all five training batches and the test batch lie at `location`; an archive is as published: complete. */
export async function isCompleteBinary(location: string): Promise<boolean> {
  if (!(await stat(location)).isDirectory()) return true;
  const names = ['test_batch.bin', ...[1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`)];
  const sizes = await Promise.all(
    names.map((name) =>
      stat(`${location}/${name}`).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.every((size) => size === 10_000 * cifarRecordBytes);
}

/** Images `[3, 32, 32]` and labels of one batch. `where` names data set and file in errors. */
export function parseCifarBatch(
  bytes: Uint8Array,
  { subject, path }: { readonly subject: string; readonly path: string },
): RawExamples {
  if (bytes.length === 0 || bytes.length % cifarRecordBytes !== 0) {
    const expected = `a whole number of records of ${cifarRecordBytes} bytes`;
    throw new ThalwegError('DATA_INVALID', `${subject}: expected ${expected} in ${path}, got ${bytes.length} bytes`);
  }
  const count = bytes.length / cifarRecordBytes;
  const size = cifarRecordBytes - 1;
  const values = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  for (let record = 0; record < count; record++) {
    const start = record * cifarRecordBytes;
    const label = bytes[start]!;
    if (label >= classes) {
      const expected = `labels from 0 to ${classes - 1} in ${path}`;
      throw new ThalwegError('DATA_INVALID', `${subject}: expected ${expected}, got ${label} for record ${record}`);
    }
    labels[record] = label;
    values.set(bytes.subarray(start + 1, start + cifarRecordBytes), record * size);
  }
  return { values, labels, count };
}

function joinBatches(batches: readonly RawExamples[]): RawExamples {
  const count = batches.reduce((sum, batch) => sum + batch.count, 0);
  const values = new Uint8Array(count * (cifarRecordBytes - 1));
  const labels = new Uint8Array(count);
  let row = 0;
  for (const batch of batches) {
    values.set(batch.values, row * (cifarRecordBytes - 1));
    labels.set(batch.labels, row);
    row += batch.count;
  }
  return { values, labels, count };
}
