import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isArrayFile, readArrays, type FileArray } from '../../arrays/index.ts';
import { messageOf, ThalwegError } from '../../base/index.ts';
import { readLabels as readIntegers } from '../../data/index.ts';

/** One checkpoint of a training elsewhere. */
export interface TrajectoryFile {
  readonly path: string;
  /** The last number in its name; null: there is none. */
  readonly step: number | null;
  /** Positions, in the training set, of the examples of the batch whose gradient made the next step; null: not given. */
  readonly indices: Uint32Array<ArrayBuffer> | null;
  /** Mean loss of that batch; null: not given. */
  readonly loss: number | null;
  /** Whether it has the gradient of that batch. */
  readonly hasGradient: boolean;
}

/** Names of what a checkpoint has of its batch, beside the `state_dict`. */
export const batchNames = { loss: 'batch:loss', indices: 'batch:indices', gradient: 'batch:gradient:' } as const;

/**
 * The checkpoints in a folder, in the order of the last numbers in their names (of their names, where there are none), with what they
 * say of their batches. Throws `DATA_MISSING` for fewer than two, `DATA_INVALID` for two of one number or a damaged file.
 */
export async function readTrajectory(folder: string): Promise<TrajectoryFile[]> {
  const paths = filesOf(folder);
  if (paths.length < 2) {
    const expected = `expected two checkpoints or more (.safetensors or .npz) in ${folder}`;
    throw new ThalwegError('DATA_MISSING', `import: ${expected}, got ${paths.length}`);
  }
  const numbered = paths.map((path) => ({ path, step: stepOf(path) }));
  const ordered = numbered.every(({ step }) => step !== null)
    ? numbered.sort((a, b) => a.step! - b.step!)
    : numbered.map(({ path }) => ({ path, step: null }));
  const twice = ordered.find(({ step }, index) => step !== null && step === ordered[index - 1]?.step);
  if (twice)
    throw new ThalwegError(
      'DATA_INVALID',
      `import: expected each step once in ${folder}, got ${twice.step} again (${basename(twice.path)})`,
    );
  const files: TrajectoryFile[] = [];
  for (const file of ordered) files.push({ ...file, ...(await batchOf(file.path)) });
  return files;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => isArrayFile(name) && !name.startsWith('.'))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw new ThalwegError('DATA_MISSING', `import: cannot read ${folder}: ${messageOf(error)}`, { cause: error });
  }
}

function stepOf(path: string): number | null {
  const last = basename(path)
    .replace(/\.[a-z]+$/i, '')
    .match(/\d+/g)
    ?.at(-1);
  return last === undefined ? null : Number(last);
}

async function batchOf(path: string): Promise<Pick<TrajectoryFile, 'indices' | 'loss' | 'hasGradient'>> {
  const subject = `import ${basename(path)}`;
  let hasGradient = false;
  const arrays = await readArrays(subject, path, (name) => {
    hasGradient ||= name.startsWith(batchNames.gradient);
    return name === batchNames.loss || name === batchNames.indices;
  });
  const [loss, indices] = [arrays[batchNames.loss], arrays[batchNames.indices]];
  return {
    hasGradient,
    loss: loss ? lossOf(loss, subject) : null,
    indices: indices ? indicesOf(indices, path, subject) : null,
  };
}

function lossOf({ data }: FileArray, subject: string): number {
  const value = Number(data[0]);
  if (data.length === 1 && Number.isFinite(value)) return value;
  const got = data.length === 1 ? String(value) : `${data.length} numbers`;
  throw new ThalwegError('DATA_INVALID', `${subject}: expected one finite number as ${batchNames.loss}, got ${got}`);
}

/** Positions of the examples of a batch; whether there are so many examples shows later. */
function indicesOf(array: FileArray, path: string, subject: string): Uint32Array<ArrayBuffer> {
  const place = { array, path: `${path}/${batchNames.indices}` };
  return Uint32Array.from(readIntegers(subject, place, array.data.length, 2 ** 31));
}
