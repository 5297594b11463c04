import { describe, expect, it } from 'vitest';
import { loadDataSet } from '../../src/data/index.ts';
import { assembleRun } from '../../src/run/assemble.ts';
import { newRun } from '../../src/run/beginning.ts';
import { describeEnvironment } from '../../src/run/environment.ts';
import { loadModel } from '../../src/run/index.ts';
import { closing } from '../../src/run/resource.ts';
import { train } from '../../src/run/train.ts';
import type { Backend } from '../../src/runtime/index.ts';
import { openBackend, sessionOptions } from '../../src/runtime/ort/index.ts';
import { createRun } from '../../src/store/index.ts';
import { execute, failureOf, fileAndLog, hooks, recordsOf, resume, runsFolder, smallRun } from './support.ts';

/** The CPU's runtime, whose programs fail with a message of a driver once some runs were made. */
async function failing(message: string, after: number): Promise<Backend> {
  const ort = await import('onnxruntime-node');
  let runs = 0;
  return openBackend({
    device: 'cpu',
    threads: 1,
    version: `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`,
    remedy: 'none',
    Tensor: ort.Tensor,
    async open(model) {
      const session = await ort.InferenceSession.create(model, {
        ...sessionOptions,
        executionProviders: ['cpu'],
        intraOpNumThreads: 1,
      });
      const { inputMetadata, outputMetadata } = session;
      const run: typeof session.run = async (feeds: Parameters<typeof session.run>[0]) => {
        if (runs++ >= after) throw new Error(message);
        return session.run(feeds);
      };
      return { inputMetadata, outputMetadata, run, release: () => session.release() };
    },
  });
}

/** Trains until the device fails. */
async function trainUntilFailure(runs: string, message: string, after: number): Promise<void> {
  const specification = smallRun();
  const prepared = await assembleRun(specification, {
    async load() {
      const data = await loadDataSet(specification.data, { seed: specification.seed });
      const { model, assets } = await loadModel(specification, data, {});
      return { data, model, specification, assets };
    },
    openBackend: () => failing(message, after),
  });
  await closing(prepared, async () => {
    const writer = createRun(runs, await newRun(prepared, describeEnvironment(prepared.runtime.backend), 'r'));
    await closing(writer, () => train(prepared, writer, hooks(), null));
  });
}

describe('a run whose device fails', () => {
  it.each([
    ['DEVICE_LOST', '[Device] is lost.'],
    ['DEVICE_MEMORY', 'CUDA failure 2: out of memory ; GPU=0'],
  ])(
    'ends with %s and its last checkpoint, and goes on elsewhere with the numbers of one that did not',
    async (code, message) => {
      const runs = runsFolder();
      // Checkpoints of 5 and 10 are written by then.
      const failure = await failureOf(trainUntilFailure(runs, message, 40));
      expect(failure.code).toBe(code);
      const { file, checkpoints } = fileAndLog(runs);
      expect(file).toMatchObject({ status: 'failed', error: { code } });
      expect(file.iteration).toBeGreaterThan(5);
      expect(file.iteration).toBeLessThan(16);
      expect(checkpoints).not.toEqual([]);
      expect(failure.message).toMatch(/: cannot run the program: .*; the last checkpoint is .*\.safetensors$/);

      expect((await resume(runs)).status).toBe('finished');
      await execute(smallRun(), runs, 'whole');
      expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
    },
  );

  it('before its first checkpoint says that there is none, and begins again', async () => {
    const runs = runsFolder();
    const failure = await failureOf(trainUntilFailure(runs, 'WebGPU device lost (1): ', 3));
    expect(failure.message).toMatch(/; there is no checkpoint before it$/);
    expect((await resume(runs)).status).toBe('finished');
  });
});
