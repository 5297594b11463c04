import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ThalwegError, type ErrorCode } from '../../src/base/index.ts';
import {
  specificationSchema,
  type MetricRecord,
  type SeriesName,
  type SpecificationInput,
} from '../../src/contract/index.ts';
import type { NewRun } from '../../src/store/index.ts';

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'thalweg-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A small valid run. */
export function newRun(changes: Partial<NewRun> = {}, specification: Partial<SpecificationInput> = {}): NewRun {
  return {
    status: 'running',
    specification: specificationSchema.parse({
      data: { name: 'mnist-1d' },
      model: { name: 'mlp' },
      optimizer: { name: 'sgd' },
      duration: '40 iterations',
      seed: 7,
      ...specification,
    }),
    iterationsPerEpoch: 40,
    epochChanges: [],
    totalIterations: 40,
    iteration: 0,
    environment: {
      thalweg: '0.1.0',
      node: '20.0.0',
      onnxruntime: '1.0.0',
      platform: 'linux-x64',
      processor: 'a processor',
      device: 'cpu',
      threads: 2,
      revision: null,
    },
    data: {
      trainExamples: 4000,
      validationExamples: 0,
      testExamples: 1000,
      classes: 10,
      inputShape: [40],
      digest: 'ab'.repeat(32),
    },
    parameters: 1234,
    summary: null,
    error: null,
    ...changes,
  };
}

/** A record of an exact value without coordinate. */
export const record = (
  series: SeriesName,
  iteration: number,
  value: number,
  rest: Partial<MetricRecord> = {},
): MetricRecord => ({
  series,
  iteration,
  value,
  coordinate: null,
  standardError: null,
  examples: null,
  ...rest,
});

/** The registered error that `work` throws; its message must be one line. */
export function errorOf(work: () => unknown): { code: ErrorCode; message: string } {
  try {
    work();
  } catch (error) {
    return describeError(error);
  }
  throw new Error('expected an error, got none');
}

/** The registered error that a promise is rejected with. */
export const rejectionOf = (promise: Promise<unknown>): Promise<{ code: ErrorCode; message: string }> =>
  promise.then(() => {
    throw new Error('expected a rejection, got none');
  }, describeError);

function describeError(error: unknown): { code: ErrorCode; message: string } {
  if (!(error instanceof ThalwegError)) throw error;
  if (error.message.includes('\n')) throw new Error(`expected one line, got ${JSON.stringify(error.message)}`);
  return { code: error.code, message: error.message };
}

/** Starts another Node process that runs `code` with the store as `store`. It is killed when the test ends. */
export function startProcess(
  code: string,
  ...values: readonly string[]
): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const index = new URL('../../src/store/index.ts', import.meta.url).pathname;
  const script = `
    import { runnerImport } from 'vite';
    const { module: store } = await runnerImport(${JSON.stringify(index)}, { configFile: false, logLevel: 'silent' });
    const values = ${JSON.stringify(values)};
    ${code}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: new URL('../..', import.meta.url).pathname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Everything that a process prints until it ends; its exit code must be 0. */
export async function outputOf(child: ChildProcess & { stdout: NodeJS.ReadableStream }): Promise<string> {
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`expected exit code 0, got ${String(code)}`);
  return output;
}
