import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ThalwegError } from '../../src/base/index.ts';
import {
  specificationSchema,
  type RunFile,
  type SeriesName,
  type Specification,
  type SpecificationInput,
  type TrainerMessage,
} from '../../src/contract/index.ts';
import { executeRun, resumeRun, type RunHooks } from '../../src/run/index.ts';
import { openRun, type SeriesColumns } from '../../src/store/index.ts';

/** A folder of runs that is removed when the test ends. */
export function runsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'thalweg-run-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A run of a second: two epochs of 8 updates of a small network on MNIST-1D. All that a resumed run can get wrong is in
 * it: interpolated windows with gaps between, a sampled evaluation set, cosines, path lengths.
 */
export const smallRun = (changes: Partial<SpecificationInput> = {}): Specification =>
  specificationSchema.parse({
    data: { name: 'mnist-1d', examples: 400, testExamples: 100 },
    model: { name: 'mlp', hidden: [16] },
    optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 50 },
    duration: '2 epochs',
    evaluate: '4 iterations',
    checkpoints: { every: '5 iterations', keep: 3 },
    probes: [
      { kind: 'interpolation', points: 5, iterations: 5, examples: 200 },
      { kind: 'gradient-cosine' },
      { kind: 'distance' },
    ],
    threads: 1,
    seed: 1,
    ...changes,
  });

/** The same with the full batch: 16 updates, in chunks that do not divide the examples. */
export const smallDescent = (changes: Partial<SpecificationInput> = {}): Specification =>
  smallRun({
    optimizer: { name: 'gd', learningRate: 0.1, chunkSize: 150 },
    duration: '16 iterations',
    probes: [
      { kind: 'interpolation', points: 5, epochs: [1, 2, 3, 4, 5, 6, 11, 12, 13] },
      { kind: 'gradient-cosine' },
      { kind: 'distance' },
    ],
    ...changes,
  });

/** Hooks that keep what they hear, and stop the run before update `stopBefore`: it asks once for each update. */
export function hooks(stopBefore = Infinity): RunHooks & { readonly messages: TrainerMessage[] } {
  const messages: TrainerMessage[] = [];
  let asked = 0;
  const signal = {
    get aborted(): boolean {
      return asked++ >= stopBefore;
    },
  };
  return { messages, signal: signal as AbortSignal, onMessage: (message) => void messages.push(message) };
}

/** Runs in this process. */
export const execute = (specification: Specification, runsDirectory: string, id = 'r', with_ = hooks()) =>
  executeRun({ specification, runsDirectory, id }, with_);
export const resume = (runsDirectory: string, id = 'r', with_ = hooks()) => resumeRun({ runsDirectory, id }, with_);

/** Everything a run has recorded, but for the places in the sequence, which a resumed run counts on. */
export function recordsOf(runsDirectory: string, id = 'r'): Record<string, Omit<SeriesColumns, 'seq'>> {
  const reader = openRun(runsDirectory, id);
  try {
    const series = reader.series().map(({ name }) => {
      const { seq: _, ...columns } = reader.records(name);
      return [name, columns] as const;
    });
    return Object.fromEntries(series);
  } finally {
    reader.close();
  }
}

/** The values of one series. */
export const valuesOf = (runsDirectory: string, series: SeriesName, id = 'r'): number[] => [
  ...(recordsOf(runsDirectory, id)[series]?.value ?? []),
];

/** `run.json` and the messages of the log. */
export function fileAndLog(runsDirectory: string, id = 'r'): { file: RunFile; log: string[]; checkpoints: number[] } {
  const reader = openRun(runsDirectory, id);
  const checkpoints = reader.checkpoints().map(({ iteration }) => iteration);
  const result = { file: reader.file(), log: reader.logLines().lines.map(({ msg }) => msg), checkpoints };
  reader.close();
  return result;
}

/** The status of a run; null while there is none. */
export function statusOf(runsDirectory: string, id = 'r'): string | null {
  try {
    return fileAndLog(runsDirectory, id).file.status;
  } catch {
    return null;
  }
}

/** Files of the database's log that lie beside it. */
export const walFiles = (runsDirectory: string, id = 'r'): string[] =>
  readdirSync(join(runsDirectory, id)).filter((name) => /-(wal|shm)$/.test(name));

/** Path of a checkpoint. */
export const checkpointPath = (runsDirectory: string, iteration: number, id = 'r'): string =>
  join(runsDirectory, id, 'checkpoints', `${String(iteration).padStart(10, '0')}.safetensors`);

/** Bytes of a checkpoint as text, so that a difference fails at once and not after printing it. */
export const checkpointBytes = (runsDirectory: string, iteration: number, id = 'r'): string =>
  readFileSync(checkpointPath(runsDirectory, iteration, id)).toString('base64');

/** The registered error that a promise is rejected with; its message must be one line. */
export async function failureOf(promise: Promise<unknown>): Promise<ThalwegError> {
  const error = await promise.then(
    () => {
      throw new Error('expected a failure, got none');
    },
    (thrown: unknown) => thrown as ThalwegError,
  );
  if (error.message.includes('\n')) throw new Error(`expected one line, got ${JSON.stringify(error.message)}`);
  return error;
}
