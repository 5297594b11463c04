import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { specificationSchema, type SpecificationInput } from '../../src/contract/index.ts';
import { forkRun, type ForkRequest } from '../../src/run/index.ts';
import { openRun, readCheckpoint } from '../../src/store/index.ts';
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
  valuesOf,
  walFiles,
} from './support.ts';

const fork = (runsDirectory: string, at: number, rest: Partial<ForkRequest> = {}, with_ = hooks()) =>
  forkRun({ runsDirectory, parent: 'r', at, id: 'f', ...rest }, with_);

/** A finished run `r` of 16 updates with checkpoints of 10, 15 and 16. */
async function parent(changes: Partial<SpecificationInput> = {}): Promise<string> {
  const runs = runsFolder();
  await execute(smallRun(changes), runs);
  return runs;
}

/** What the fork recorded itself. */
function ownRecords(runs: string, id = 'f') {
  const reader = openRun(runs, id, { part: 'own' });
  const series = reader.series().map(({ name }) => [name, [...reader.records(name).iteration]] as const);
  reader.close();
  return Object.fromEntries(series);
}

describe('a fork', () => {
  // 10 has a checkpoint, 12 is made again from it, 3 from the beginning; 16 is the end.
  it.each([10, 12, 3, 0, 16])('that changes nothing ends as its parent did (at %i)', async (at) => {
    const runs = await parent();
    const run = await fork(runs, at);
    expect(run).toMatchObject({ id: 'f', status: 'finished', iteration: 16, parent: { run: 'r', iteration: at } });
    expect(recordsOf(runs, 'f')).toEqual(recordsOf(runs));
    expect(checkpointBytes(runs, 16, 'f') === checkpointBytes(runs, 16)).toBe(true);
    expect({ ...run.summary, seconds: 0, probes: [] }).toEqual({
      ...fileAndLog(runs).file.summary,
      seconds: 0,
      probes: [],
    });
    expect([...walFiles(runs), ...walFiles(runs, 'f')]).toEqual([]);
    expect(fileAndLog(runs, 'f').log).toEqual([`forked from r at iteration ${at}`, 'finished at iteration 16']);
  });

  it('of the full batch ends as its parent did', async () => {
    const runs = runsFolder();
    await execute(smallDescent(), runs);
    await fork(runs, 12);
    expect(recordsOf(runs, 'f')).toEqual(recordsOf(runs));
    expect(checkpointBytes(runs, 16, 'f') === checkpointBytes(runs, 16)).toBe(true);
  });

  it('shares the records before its iteration and copies none', async () => {
    const runs = await parent();
    await fork(runs, 12, { specification: smallRun({ optimizer: { name: 'sgd', learningRate: 0.5, batchSize: 50 } }) });
    const own = ownRecords(runs);
    expect(own['batch.loss']).toEqual([12, 13, 14, 15]);
    expect(Math.min(...Object.values(own).flat())).toBe(12);
    const [before, after] = [valuesOf(runs, 'batch.loss'), valuesOf(runs, 'batch.loss', 'f')];
    // The loss of update 12 is measured before the new rate has any effect.
    expect(after.slice(0, 13)).toEqual(before.slice(0, 13));
    expect(after).toHaveLength(16);
    for (let t = 13; t < 16; t++) expect(after[t]).not.toBe(before[t]);
    expect(fileAndLog(runs).file.iteration).toBe(16);
  });

  it('goes on longer than its parent, and as one that was as long from the beginning', async () => {
    const runs = await parent();
    const longer = smallRun({ duration: '3 epochs' });
    await fork(runs, 16, { specification: longer });
    await execute(longer, runs, 'whole');
    expect(recordsOf(runs, 'f')).toEqual(recordsOf(runs, 'whole'));
    expect(checkpointBytes(runs, 24, 'f') === checkpointBytes(runs, 24, 'whole')).toBe(true);
  });

  it.each([
    ['the update rule', smallDescent({ duration: '20 iterations' })],
    [
      'the batch size',
      smallRun({ optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 100 }, duration: '5 epochs' }),
    ],
    ['the probes', smallRun({ probes: [{ kind: 'distance' }], evaluate: '2 iterations', duration: '20 iterations' })],
  ])('changes %s', async (_, specification) => {
    const runs = await parent();
    const run = await fork(runs, 12, { specification });
    expect(run).toMatchObject({ status: 'finished', iteration: 20 });
    expect(valuesOf(runs, 'batch.loss', 'f')).toHaveLength(20);
    expect(valuesOf(runs, 'batch.loss', 'f').slice(0, 12)).toEqual(valuesOf(runs, 'batch.loss').slice(0, 12));
    expect(valuesOf(runs, 'parameters.pathLength', 'f').slice(0, 13)).toEqual(
      valuesOf(runs, 'parameters.pathLength').slice(0, 13),
    );
    expect(valuesOf(runs, 'batch.loss', 'f').every(Number.isFinite)).toBe(true);
  });

  it('measures what its parent did not from its iteration on', async () => {
    const runs = await parent({ probes: [] });
    await fork(runs, 10, { specification: smallRun() });
    const own = ownRecords(runs);
    expect(own['parameters.distance']).toEqual([10, 11, 12, 13, 14, 15, 16]);
    // There is no gradient before that of update 10 to compare it with.
    expect(own['gradient.cosine']).toEqual([11, 12, 13, 14, 15]);
    expect(Object.keys(recordsOf(runs, 'f'))).toContain('train.loss');
  });

  it('can be forked again', async () => {
    const runs = await parent();
    await fork(runs, 10);
    await fork(runs, 14, { parent: 'f', id: 'g' });
    await fork(runs, 10, { parent: 'f', id: 'h' });
    for (const id of ['g', 'h']) expect(recordsOf(runs, id)).toEqual(recordsOf(runs));
    expect(ownRecords(runs, 'g')['batch.loss']).toEqual([14, 15]);
    expect(await failureOf(fork(runs, 6, { parent: 'f', id: 'i' }))).toMatchObject({
      code: 'RUN_STATE',
      message: 'fork of f: expected an iteration from 10 on, where it was forked itself, got 6; fork r instead',
    });
  });

  it.each([10, 12, 15])('that is interrupted before update %i and resumed ends as one that was not', async (stop) => {
    const runs = await parent();
    const run = await fork(runs, 10, {}, hooks(stop - 10));
    expect(run).toMatchObject({ status: 'interrupted', iteration: stop });
    expect(await resume(runs, 'f')).toMatchObject({ status: 'finished', parent: { run: 'r', iteration: 10 } });
    expect(recordsOf(runs, 'f')).toEqual(recordsOf(runs));
    expect(checkpointBytes(runs, 16, 'f') === checkpointBytes(runs, 16)).toBe(true);
  });

  it('that has no whole checkpoint left is not resumed from the beginning', async () => {
    const runs = await parent();
    await fork(runs, 10, {}, hooks(0));
    writeFileSync(checkpointPath(runs, 10, 'f'), 'damaged');
    expect(await failureOf(resume(runs, 'f'))).toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: 'run f: expected a whole checkpoint of a fork, got none; fork r again',
    });
  });

  it('ends, and can be resumed, without its parent; its figures then are its own', async () => {
    const runs = await parent();
    await fork(runs, 10, {}, hooks(2));
    rmSync(join(runs, 'r'), { recursive: true });
    const run = await resume(runs, 'f');
    expect(run).toMatchObject({ status: 'finished', iteration: 16 });
    expect(run.summary!.interpolated).toBe(3);
    expect(fileAndLog(runs, 'f').log.find((line) => line.includes('leave its parent out'))).toMatch(
      /^run f: expected the records before iteration 10 in run r, .*; the figures leave its parent out$/,
    );
  });
});

describe('forking', () => {
  it('makes the state again only where there is no checkpoint, and says so', async () => {
    const runs = await parent();
    const [direct, again] = [hooks(), hooks()];
    await fork(runs, 15, { id: 'direct' }, direct);
    await fork(runs, 12, { id: 'again' }, again);
    const notes = (told: typeof direct) => told.messages.flatMap((told) => (told.type === 'log' ? [told.message] : []));
    expect(notes(direct)).toEqual([]);
    expect(notes(again)).toEqual(['iterations 10 to 12 of r are made again']);
    // Made again bit for bit: the checkpoint that a run with one there has.
    await execute(smallRun({ checkpoints: { every: '12 iterations', keep: 9 } }), runs, 'dense');
    expect(checkpointBytes(runs, 12, 'again') === checkpointBytes(runs, 12, 'dense')).toBe(true);
  });

  it('passes over a damaged checkpoint and makes the state again from the one before', async () => {
    const runs = await parent();
    writeFileSync(checkpointPath(runs, 15), readFileSync(checkpointPath(runs, 15)).subarray(0, 900));
    const told = hooks();
    await fork(runs, 15, {}, told);
    expect(told.messages.slice(0, 2)).toMatchObject([
      { type: 'log', level: 'warn', message: expect.stringMatching(/^checkpoint passed over: .*truncated$/) as string },
      { type: 'log', message: 'iterations 10 to 15 of r are made again' },
    ]);
    expect(recordsOf(runs, 'f')).toEqual(recordsOf(runs));
  });

  it('refuses updates that do not give the parent’s records again, and leaves no folder', async () => {
    const runs = await parent();
    // Another rate than the one it was trained with, as another processor's rounding would be.
    const path = join(runs, 'r', 'run.json');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"learningRate": 0.1', '"learningRate": 0.1000001'));
    expect(await failureOf(fork(runs, 13))).toMatchObject({
      code: 'RUN_STATE',
      message: expect.stringMatching(
        /^fork of r: expected its [a-z.]+ at iteration 1[012] again, got another value; .* only at a checkpoint$/i,
      ) as string,
    });
    expect(() => openRun(runs, 'f')).toThrow('none of that name');
  });

  it.each([
    ['the network', { model: { name: 'mlp', hidden: [8] } }, 'model', 'its parameters are those of that network'],
    [
      'the examples',
      { data: { name: 'mnist-1d', examples: 300 } },
      'data',
      'its metrics are measured on those examples',
    ],
    ['the seed', { seed: 2 }, 'seed', 'it decides the initial weights, the examples and their order'],
  ] as const)('refuses to change %s', async (_, changes, key, reason) => {
    const runs = await parent({ duration: '2 iterations' });
    const specification = smallRun({ ...changes, duration: '2 iterations' } as Partial<SpecificationInput>);
    expect(await failureOf(fork(runs, 1, { specification }))).toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message: `fork of r: ${key}: expected that of the parent, because ${reason}, got another`,
    });
  });

  it.each([3, -1, 1.5, NaN])('refuses an iteration that the parent did not reach (%s)', async (at) => {
    const runs = await parent({ duration: '2 iterations' });
    expect(await failureOf(fork(runs, at))).toMatchObject({
      code: 'RUN_STATE',
      message: `fork of r: expected an iteration from 0 to 2, got ${at}`,
    });
  });

  it('refuses a duration that ends before it begins, a name that is taken, and a run that is not there', async () => {
    const runs = await parent();
    const short = specificationSchema.parse(smallRun({ duration: '12 iterations' }));
    expect(await failureOf(fork(runs, 15, { specification: short }))).toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message:
        'fork of r: duration: expected at least 15 iterations, those it shares with its parent, got "12 iterations" (12)',
    });
    expect(await failureOf(fork(runs, 15, { id: 'r' }))).toMatchObject({ code: 'RUN_EXISTS' });
    expect(await failureOf(fork(runs, 15, { parent: 'none' }))).toMatchObject({ code: 'RUN_NOT_FOUND' });
    expect(readCheckpoint(checkpointPath(runs, 16)).metadata).toEqual({ iteration: '16' });
  });

  it('ends before it begins when it is stopped while the state is made again', async () => {
    const runs = await parent();
    expect(await failureOf(fork(runs, 13, {}, hooks(1)))).toMatchObject({
      code: 'INTERRUPTED',
      message: 'fork of r: stopped before it began',
    });
    expect(() => openRun(runs, 'f')).toThrow('none of that name');
  });
});
