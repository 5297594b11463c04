import { describe, expect, it } from 'vitest';
import {
  checkpointPath,
  execute,
  failureOf,
  fileAndLog,
  hooks,
  resume,
  runsFolder,
  smallDescent,
  smallRun,
  valuesOf,
} from './support.ts';

/** Rates that leave float32 within a few updates. */
const wild = { optimizer: { name: 'sgd', learningRate: 1e30, batchSize: 50 } } as const;
const wildDescent = { optimizer: { name: 'gd', learningRate: 1e30, chunkSize: 150 } } as const;

describe('a run that meets a number that is not finite', () => {
  it.each([
    ['SGD', smallRun({ ...wild, probes: [], checkpoints: { every: '1 iteration' } })],
    ['full batch', smallDescent({ ...wildDescent, probes: [], checkpoints: { every: '1 iteration' } })],
  ])('stops with the iteration, what went bad first, and the last good checkpoint (%s)', async (_, specification) => {
    const runs = runsFolder();
    const error = await failureOf(execute(specification, runs));
    const found =
      /^training: expected a finite (loss|(?:gradient|parameter) "\d\.(?:weight|bias)") at iteration (\d+), got \S+; the last checkpoint is (\S+)$/.exec(
        error.message,
      );
    expect(found, error.message).not.toBeNull();
    expect(found![3]).toBe(checkpointPath(runs, Number(found![2])));
    expect(fileAndLog(runs).file).toMatchObject({ status: 'failed', iteration: Number(found![2]) });
  });

  it.each([
    ['SGD', smallRun({ ...wild, onNonFinite: 'continue' })],
    ['full batch', smallDescent({ ...wildDescent, onNonFinite: 'continue' })],
  ])('goes on to its end when it is told to, records what it meets, and warns once (%s)', async (_, specification) => {
    const runs = runsFolder();
    const told = hooks();
    const run = await execute(specification, runs, 'r', told);
    expect(run).toMatchObject({ status: 'finished', iteration: 16, error: null, summary: { trainLoss: null } });
    expect(valuesOf(runs, 'batch.loss')).toHaveLength(16);
    expect(valuesOf(runs, 'batch.loss').at(-1)).toBeNaN();
    expect(valuesOf(runs, 'train.loss').at(-1)).toBeNaN();
    const { log } = fileAndLog(runs);
    expect(log).toEqual([
      'started',
      expect.stringMatching(/^training: expected a finite /),
      'finished at iteration 16',
    ]);
    expect(told.messages).toContainEqual({ type: 'log', level: 'warn', message: log[1] });
  });

  it('has checkpoints from which it goes on as one that was not interrupted', async () => {
    const runs = runsFolder();
    const specification = smallRun({ ...wild, onNonFinite: 'continue' });
    await execute(specification, runs, 'r', hooks(11));
    await resume(runs);
    await execute(specification, runs, 'whole');
    expect(valuesOf(runs, 'batch.loss')).toEqual(valuesOf(runs, 'batch.loss', 'whole'));
    expect(fileAndLog(runs).file).toMatchObject({ status: 'finished' });
  });
});
