import { describe, expect, it } from 'vitest';
import { seriesNames } from '../../src/contract/index.ts';
import { readCheckpoint } from '../../src/store/index.ts';
import {
  checkpointBytes,
  checkpointPath,
  execute,
  failureOf,
  fileAndLog,
  hooks,
  recordsOf,
  runsFolder,
  smallDescent,
  smallRun,
  valuesOf,
  walFiles,
} from './support.ts';

/** What a run with a constant learning rate and without a validation set records. */
const recorded = seriesNames
  // Quantities of a point follow the series of training.
  .slice(0, seriesNames.indexOf('hessian.eigenvalue'))
  .filter((series) => series !== 'learningRate' && !series.startsWith('validation.'));

describe('a run', () => {
  it('takes the same path, bit for bit, whether it is measured or not', async () => {
    const runs = runsFolder();
    // Wide enough that updates are fused with products, which happens only where that saves work.
    const wide = { model: { name: 'mlp' as const, hidden: [96, 96] } };
    await execute(smallRun(wide), runs, 'measured');
    await execute(smallRun({ ...wide, probes: [] }), runs, 'unmeasured');
    expect(valuesOf(runs, 'batch.loss', 'unmeasured')).toEqual(valuesOf(runs, 'batch.loss', 'measured'));
    const parameters = (id: string) => readCheckpoint(checkpointPath(runs, 16, id)).tensors['3.weight']!.data;
    expect(parameters('unmeasured')).toEqual(parameters('measured'));
  });

  it('records every series where it belongs, and ends with its figures', async () => {
    const runs = runsFolder();
    const told = hooks();
    const run = await execute(smallRun(), runs, 'r', told);
    const records = recordsOf(runs);
    expect(Object.keys(records)).toEqual(recorded);
    const iterations = (series: keyof typeof records) => [...records[series]!.iteration];
    const all = Array.from({ length: 16 }, (_, t) => t);
    expect(iterations('batch.loss')).toEqual(all);
    expect(iterations('gradient.norm')).toEqual(all);
    expect(iterations('gradient.cosine')).toEqual(all.slice(1));
    expect(iterations('parameters.distance')).toEqual([...all, 16]);
    expect(iterations('train.loss')).toEqual([0, 4, 8, 12, 16]);
    expect(iterations('test.accuracy')).toEqual([0, 4, 8, 12, 16]);
    expect(iterations('interpolation.height')).toEqual([0, 1, 2, 3, 4, 8, 9, 10, 11, 12]);
    expect(records['interpolation.loss']!.iteration).toHaveLength(10 * 5);
    expect(new Set(records['interpolation.loss']!.examples)).toEqual(new Set([200]));
    expect(records['interpolation.loss']!.standardError.every((error) => error! > 0)).toBe(true);
    expect(new Set(records['test.loss']!.examples)).toEqual(new Set([100]));

    expect(run).toMatchObject({
      status: 'finished',
      iteration: 16,
      totalIterations: 16,
      iterationsPerEpoch: 8,
      error: null,
      summary: {
        iterations: 16,
        epochs: 2,
        trainLoss: records['train.loss']!.value.at(-1),
        testAccuracy: records['test.accuracy']!.value.at(-1),
        interpolated: 10,
        distance: records['parameters.distance']!.value.at(-1),
      },
    });
    expect(records['train.loss']!.value.at(-1)).toBeLessThan(records['train.loss']!.value[0]!);
    expect(fileAndLog(runs)).toMatchObject({
      file: run,
      log: ['started', 'finished at iteration 16'],
      checkpoints: [10, 15, 16],
    });
    expect(told.messages[0]).toMatchObject({ type: 'started', run: 'r', iteration: 0, totalIterations: 16 });
    expect(told.messages.at(-1)).toMatchObject({ type: 'progress', iteration: 16, secondsLeft: 0 });
  });

  it('leaves its records in one file as soon as it has ended, however it ended', async () => {
    const runs = runsFolder();
    await execute(smallRun(), runs, 'finished');
    await execute(smallRun(), runs, 'interrupted', hooks(3));
    const wild = smallRun({ optimizer: { name: 'sgd', learningRate: 1e30, batchSize: 50 } });
    await failureOf(execute(wild, runs, 'failed'));
    for (const status of ['finished', 'interrupted', 'failed']) {
      expect(walFiles(runs, status)).toEqual([]);
      expect(fileAndLog(runs, status).file.status).toBe(status);
    }
  });

  it('gives the same numbers and the same checkpoint for the same seed, bit for bit, and others for another', async () => {
    const runs = runsFolder();
    await execute(smallRun(), runs, 'one');
    await execute(smallRun(), runs, 'same');
    await execute(smallRun({ seed: 2 }), runs, 'other');
    expect(recordsOf(runs, 'same')).toEqual(recordsOf(runs, 'one'));
    expect(checkpointBytes(runs, 16, 'same') === checkpointBytes(runs, 16, 'one')).toBe(true);
    const [one, other] = [recordsOf(runs, 'one'), recordsOf(runs, 'other')];
    for (const name of recorded.filter((series) => !series.endsWith('accuracy') && series !== 'interpolation.barrier'))
      expect(other[name]!.value, name).not.toEqual(one[name]!.value);
    expect(checkpointBytes(runs, 16, 'other') === checkpointBytes(runs, 16, 'one')).toBe(false);
  });

  it('of full-batch descent has epochs of one update and a loss that falls', async () => {
    const runs = runsFolder();
    const run = await execute(smallDescent(), runs);
    expect(run).toMatchObject({ status: 'finished', iterationsPerEpoch: 1, totalIterations: 16 });
    const records = recordsOf(runs);
    const losses = [...records['batch.loss']!.value];
    losses.slice(1).forEach((loss, t) => expect(loss).toBeLessThan(losses[t]!));
    expect([...records['interpolation.floor']!.iteration]).toEqual([0, 1, 2, 3, 4, 5, 10, 11, 12]);
    expect(records['interpolation.floor']!.standardError.every((error) => error === null)).toBe(true);
    // The batch of full-batch descent is the training set: the loss of update t is the training loss at θ_t.
    [0, 4, 8, 12].forEach((t, index) => expect(losses[t]).toBeCloseTo(records['train.loss']!.value[index]!, 5));
    expect(run.summary!.barriers).toBe(0);
    expect(Math.min(...records['gradient.cosine']!.value)).toBeGreaterThan(0.5);
  });

  it('without probes keeps no gradients', async () => {
    const runs = runsFolder();
    await execute(smallRun({ probes: [] }), runs, 'sgd');
    await execute(smallDescent({ probes: [] }), runs, 'gd');
    for (const id of ['sgd', 'gd'])
      expect(Object.keys(readCheckpoint(checkpointPath(runs, 16, id)).tensors).sort()).toEqual([
        '1.bias',
        '1.weight',
        '3.bias',
        '3.weight',
      ]);
    expect(Object.keys(recordsOf(runs, 'sgd')).filter((name) => !/^(batch|train|test)\./.test(name))).toEqual([]);
  });
});

describe('a run that diverges', () => {
  it('fails by iteration, keeps what came before, and names the last checkpoint', async () => {
    const runs = runsFolder();
    const wild = smallRun({
      optimizer: { name: 'sgd', learningRate: 1e30, batchSize: 50 },
      checkpoints: { every: '1 iteration' },
    });
    const error = await failureOf(execute(wild, runs));
    expect(error.code).toBe('TRAINING_DIVERGED');
    const at =
      /^training: expected a finite loss at iteration (\d+), got (NaN|Infinity); the last checkpoint is (.*)$/.exec(
        error.message,
      );
    expect(at, error.message).not.toBeNull();
    const iteration = Number(at![1]);
    expect(iteration).toBeGreaterThan(0);
    expect(at![3]).toBe(checkpointPath(runs, iteration));
    const { file, log } = fileAndLog(runs);
    expect(file).toMatchObject({ status: 'failed', iteration, error: { code: error.code, message: error.message } });
    expect(file.summary).toMatchObject({ iterations: iteration });
    expect(log.at(-1)).toBe(error.message);
    expect(valuesOf(runs, 'batch.loss')).toHaveLength(iteration);
    expect(readCheckpoint(at![3]!).metadata).toEqual({ iteration: String(iteration) });
  });

  it('says so when there is no checkpoint yet', async () => {
    const wild = smallRun({ optimizer: { name: 'sgd', learningRate: 1e30, batchSize: 50 } });
    expect((await failureOf(execute(wild, runsFolder()))).message).toMatch(/; there is no checkpoint before it$/);
  });

  it('does not finish with parameters that are not finite, nor keep them as a checkpoint', async () => {
    const runs = runsFolder();
    // A rate beyond float32: the last update makes θ infinite from a finite gradient, and no loss follows that could tell.
    const wild = smallRun({
      optimizer: { name: 'sgd', learningRate: 1e39, batchSize: 50 },
      duration: '1 iteration',
    });
    expect(await failureOf(execute(wild, runs))).toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: expect.stringMatching(
        /^training: expected a finite parameter "1\.weight" at iteration 0, got (NaN|-?Infinity); there is no checkpoint before it$/,
      ) as string,
    });
    expect(fileAndLog(runs)).toMatchObject({ checkpoints: [], file: { status: 'failed', iteration: 0 } });
  });
});

describe('a run that cannot begin', () => {
  it.each([
    [
      'a batch larger than the training set',
      { optimizer: { name: 'sgd' as const, batchSize: 401 } },
      /^optimizer\.batchSize: expected 1 to 400/,
    ],
    [
      'an evaluation set larger than the training set',
      { probes: [{ kind: 'interpolation' as const, examples: 401 }] },
      /^evaluation examples: expected 1 to 400/,
    ],
    [
      'two probes of a kind, which would record one series twice',
      { probes: [{ kind: 'distance' as const }, { kind: 'distance' as const }] },
      /^probes: expected each kind at most once, got "distance" again$/,
    ],
  ])('leaves no folder: %s', async (_, changes, message) => {
    const runs = runsFolder();
    const error = await failureOf(execute(smallRun(changes), runs));
    expect(error.code).toBe('SPECIFICATION_INVALID');
    expect(error.message).toMatch(message);
    expect(() => fileAndLog(runs)).toThrowError(expect.objectContaining({ code: 'RUN_NOT_FOUND' }) as Error);
  });

  it('names the key of a specification that its caller got wrong', async () => {
    const wrong = { ...smallRun(), seed: -1 };
    expect(await failureOf(execute(wrong, runsFolder()))).toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message: expect.stringMatching(/^specification: seed: /) as string,
    });
  });

  it('says where it could not write', async () => {
    // A file stands where the folder of runs should be: not even root can write below it.
    expect(await failureOf(execute(smallRun(), '/dev/null/runs'))).toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringMatching(/^\/dev\/null\/runs: could not be written: /) as string,
    });
  });

  it('refuses a name that is taken, and leaves that run alone', async () => {
    const runs = runsFolder();
    await execute(smallRun({ duration: '1 iteration' }), runs);
    expect((await failureOf(execute(smallRun(), runs))).code).toBe('RUN_EXISTS');
    expect(fileAndLog(runs).file.status).toBe('finished');
  });
});
