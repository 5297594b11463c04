import { readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Specification } from '../../src/contract/index.ts';
import {
  checkpointBytes,
  checkpointPath,
  execute,
  failureOf,
  fileAndLog,
  hooks,
  recordsOf,
  resume,
  runsFolder,
  smallDescent,
  smallRun,
} from './support.ts';

/** Numbers and final checkpoint of a run that was not interrupted, in the folder of the one that was. */
async function expectSameAsWhole(runs: string, specification: Specification): Promise<void> {
  await execute(specification, runs, 'whole');
  expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
  expect(checkpointBytes(runs, 16) === checkpointBytes(runs, 16, 'whole')).toBe(true);
  const [{ file: resumed, checkpoints }, { file: whole, checkpoints: all }] = [
    fileAndLog(runs),
    fileAndLog(runs, 'whole'),
  ];
  expect(checkpoints).toEqual(all);
  expect({ ...resumed.summary, seconds: 0, probes: [] }).toEqual({ ...whole.summary, seconds: 0, probes: [] });
}

describe('a run that is interrupted', () => {
  // Windows of 5 in epochs of 8: 3 is inside one, 6 between two, 8 where an epoch begins; 0 is before anything.
  it.each([0, 3, 6, 8, 15])('before update %i and resumed ends as one that was not (SGD)', async (stop) => {
    const runs = runsFolder();
    const run = await execute(smallRun(), runs, 'r', hooks(stop));
    expect(run).toMatchObject({ status: 'interrupted', iteration: stop, summary: { iterations: stop } });
    expect(fileAndLog(runs)).toMatchObject({ log: ['started', `interrupted at iteration ${stop}`] });
    expect(fileAndLog(runs).checkpoints.at(-1)).toBe(stop);
    const told = hooks();
    expect(await resume(runs, 'r', told)).toMatchObject({ status: 'finished', iteration: 16 });
    expect(told.messages[0]).toMatchObject({ type: 'started', iteration: stop });
    expect(fileAndLog(runs).log.slice(2)).toEqual([`resumed at iteration ${stop}`, 'finished at iteration 16']);
    await expectSameAsWhole(runs, smallRun());
  });

  it.each([1, 4, 12])('before update %i and resumed ends as one that was not (full batch)', async (stop) => {
    const runs = runsFolder();
    await execute(smallDescent(), runs, 'r', hooks(stop));
    await resume(runs);
    await expectSameAsWhole(runs, smallDescent());
  });

  it('again and again ends as one that was not', async () => {
    const runs = runsFolder();
    await execute(smallRun(), runs, 'r', hooks(2));
    for (const more of [1, 0, 6, 3]) expect((await resume(runs, 'r', hooks(more))).status).toBe('interrupted');
    expect((await resume(runs)).status).toBe('finished');
    await expectSameAsWhole(runs, smallRun());
  });

  it('counts the time of all its sessions', async () => {
    const runs = runsFolder();
    const first = await execute(smallRun(), runs, 'r', hooks(8));
    const second = await resume(runs, 'r', hooks(0));
    expect(second.summary!.seconds).toBeGreaterThan(first.summary!.seconds);
  });
});

/** A run that stopped before update 12, with checkpoints of 5, 10 and 12. */
async function interrupted(): Promise<string> {
  const runs = runsFolder();
  await execute(smallRun(), runs, 'r', hooks(12));
  expect(fileAndLog(runs).checkpoints).toEqual([5, 10, 12]);
  return runs;
}

const flipByte = (path: string): void => {
  const bytes = readFileSync(path);
  bytes[bytes.length - 5]! ^= 1;
  writeFileSync(path, bytes);
};

describe('resuming', () => {
  it.each([
    ['with one wrong bit', flipByte, /the file is damaged$/],
    ['that is cut off', (path: string) => truncateSync(path, 1400), /: the file is truncated$/],
    ['that is empty', (path: string) => truncateSync(path, 0), /expected at least 8 bytes, got 0$/],
  ])('passes over a checkpoint %s, says so, and ends with the same numbers', async (_, damage, reason) => {
    const runs = await interrupted();
    const path = checkpointPath(runs, 12);
    damage(path);
    const told = hooks();
    await resume(runs, 'r', told);
    const [warning, resumed] = fileAndLog(runs).log.slice(2);
    expect(warning).toMatch(/^checkpoint passed over: /);
    expect(warning).toContain(path);
    expect(warning).toMatch(reason);
    expect(resumed).toBe('resumed at iteration 10');
    expect(told.messages[0]).toEqual({ type: 'log', level: 'warn', message: warning });
    await expectSameAsWhole(runs, smallRun());
  });

  it('passes over checkpoints under a wrong name or of another model, and begins again when none is left', async () => {
    const runs = await interrupted();
    const other = runsFolder();
    await execute(smallRun({ model: { name: 'mlp', hidden: [8] } }), other, 'r', hooks(10));
    writeFileSync(checkpointPath(runs, 10), readFileSync(checkpointPath(other, 10)));
    renameSync(checkpointPath(runs, 5), checkpointPath(runs, 6));
    flipByte(checkpointPath(runs, 12));
    await resume(runs);
    expect(fileAndLog(runs).log.slice(2, 6)).toEqual([
      expect.stringMatching(/12\.safetensors: .* damaged$/),
      expect.stringMatching(/10\.safetensors: expected tensor "1\.weight" as float32\[16,40\], got float32\[8,40\]$/),
      expect.stringMatching(/06\.safetensors: expected iteration 6, got 5$/),
      'resumed at iteration 0',
    ]);
    await expectSameAsWhole(runs, smallRun());
  });

  it('refuses a finished run', async () => {
    const runs = runsFolder();
    await execute(smallRun({ duration: '1 iteration' }), runs);
    const before = recordsOf(runs);
    expect(await failureOf(resume(runs))).toMatchObject({
      code: 'RUN_STATE',
      message: 'run r: expected an unfinished run, got one that is finished',
    });
    expect(recordsOf(runs)).toEqual(before);
    expect(fileAndLog(runs).file.status).toBe('finished');
  });

  it('refuses other examples than those it began with, and changes nothing', async () => {
    const runs = await interrupted();
    const path = join(runs, 'r', 'run.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as { specification: Specification };
    const { specification } = file;
    const other = { ...file, specification: { ...specification, data: { ...specification.data, seed: 43 } } };
    writeFileSync(path, JSON.stringify(other));
    const before = recordsOf(runs);
    expect(await failureOf(resume(runs))).toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringMatching(
        /^run r: expected the examples it began with \(SHA-256 [0-9a-f]{12}…\), got others \([0-9a-f]{12}…\)$/,
      ) as string,
    });
    expect(recordsOf(runs)).toEqual(before);
    expect(fileAndLog(runs)).toMatchObject({ checkpoints: [5, 10, 12], file: { status: 'interrupted' } });
  });

  it('warns where the numbers may differ because the runtime does', async () => {
    const runs = await interrupted();
    const path = join(runs, 'r', 'run.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(/"onnxruntime": "[^"]*"/, '"onnxruntime": "onnxruntime-node 0.1"'));
    await resume(runs);
    expect(fileAndLog(runs).log[2]).toMatch(
      /^onnxruntime: the run began with onnxruntime-node 0\.1 and goes on with onnxruntime-node \S+: numbers may differ slightly$/,
    );
  });

  it('takes the threads the run began with, not those its specification would take here', async () => {
    const runs = runsFolder();
    const run = await execute(smallRun({ threads: 'auto' }), runs, 'r', hooks(1));
    const path = join(runs, 'r', 'run.json');
    const text = readFileSync(path, 'utf8').replace(`"threads": ${run.environment.threads}`, '"threads": 3');
    writeFileSync(path, text);
    expect(await resume(runs, 'r', hooks(1))).toMatchObject({ environment: { threads: 3 } });
    expect(fileAndLog(runs).log.filter((line) => line.startsWith('threads'))).toEqual([]);
  });

  it('names a run that does not exist', async () => {
    expect((await failureOf(resume(runsFolder(), 'nobody'))).code).toBe('RUN_NOT_FOUND');
  });

  it('of a run that diverged again names the checkpoint it went on from', async () => {
    const runs = runsFolder();
    const wild = smallRun({
      optimizer: { name: 'sgd', learningRate: 1e30, batchSize: 50 },
      checkpoints: { every: '1 iteration' },
    });
    const first = await failureOf(execute(wild, runs));
    expect(await failureOf(resume(runs))).toMatchObject({ code: 'TRAINING_DIVERGED', message: first.message });
  });
});
