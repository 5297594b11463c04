import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runPlanSchema, type SpecificationInput } from '../../src/contract/index.ts';
import { createServer } from '../../src/server/index.ts';
import { builtProcesses } from '../run/built-processes.ts';
import { checkpointBytes, execute, fileAndLog, recordsOf, runsFolder, smallRun, statusOf } from '../run/support.ts';

const built = (file: string): string => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url));
const patience = { timeout: 60_000, interval: 20 };

interface Served {
  readonly server: FastifyInstance;
  readonly runs: string;
}

function serve(runs = runsFolder(), limit = 2): Served {
  const server = createServer({ runsDirectory: runs, pageDirectory: runs, ...builtProcesses(limit) });
  onTestFinished(() => server.close());
  return { server, runs };
}

const post = async ({ server }: Served, url: string, payload: object = {}) => {
  const response = await server.inject({ method: 'POST', url: `/api/${url}`, payload });
  return {
    status: response.statusCode,
    body: response.json<{ id: string; error: { code: string; message: string } }>(),
  };
};

/** Some hundred updates a second for as long as nobody stops it. */
const endless: Partial<SpecificationInput> = {
  duration: '1000000 iterations',
  evaluate: '100 iterations',
  checkpoints: { every: '100 iterations' },
};
const start = (served: Served, id: string, changes: Partial<SpecificationInput> = endless) =>
  post(served, 'runs', { specification: smallRun(changes), id });
const iterationOf = ({ runs }: Served, id: string): number => fileAndLog(runs, id).file.iteration;
const untilStatus = ({ runs }: Served, id: string, status: string) =>
  expect.poll(() => statusOf(runs, id), patience).toBe(status);

describe('runs that are started through the server', () => {
  it('are paused, continued, stopped, continued from the checkpoint, and end with the bits of an undisturbed run', async () => {
    const served = serve();
    const length = { duration: '1500 iterations', checkpoints: { every: '100 iterations', keep: 3 } };
    expect(await start(served, 'r', length)).toMatchObject({ status: 201, body: { id: 'r' } });

    const both = await Promise.all([post(served, 'runs/r/pause'), post(served, 'runs/r/pause')]);
    expect(both.map(({ status }) => status)).toEqual([202, 202]);
    await untilStatus(served, 'r', 'paused');
    const paused = iterationOf(served, 'r');
    expect(paused).toBeLessThan(1500);
    await Promise.all([post(served, 'runs/r/continue'), post(served, 'runs/r/continue')]);
    await expect.poll(() => iterationOf(served, 'r'), patience).toBeGreaterThan(paused);

    expect((await post(served, 'runs/r/stop')).status).toBe(202);
    expect((await post(served, 'runs/r/pause')).body.error.message).toContain('one that is stopping');
    await untilStatus(served, 'r', 'interrupted');
    expect((await post(served, 'runs/r/stop')).status).toBe(202);

    // Two tabs at once: one trainer.
    const again = await Promise.all([post(served, 'runs/r/continue'), post(served, 'runs/r/continue')]);
    expect(again.map(({ status }) => status)).toEqual([202, 202]);
    await untilStatus(served, 'r', 'finished');
    expect(fileAndLog(served.runs).log.filter((line) => line.startsWith('resumed'))).toHaveLength(1);
    await execute(smallRun(length), served.runs, 'whole');
    expect(recordsOf(served.runs)).toEqual(recordsOf(served.runs, 'whole'));
    expect(checkpointBytes(served.runs, 1500) === checkpointBytes(served.runs, 1500, 'whole')).toBe(true);
  });

  it('are refused with the trainer’s own error, and when too many train; a paused one makes room', async () => {
    const served = serve(undefined, 1);
    const missing = { data: { name: 'npy', inputs: 'nothing.npy', labels: 'nothing.npy' } } as const;
    expect((await start(served, 'none', missing)).body.error).toMatchObject({ code: 'DATA_MISSING' });
    expect(statusOf(served.runs, 'none')).toBeNull();

    await start(served, 'a');
    expect((await start(served, 'a')).body.error).toMatchObject({
      code: 'TRAINERS_BUSY',
      message: 'runs: expected fewer than 1 that train at once on this machine, got 1: a',
    });
    await post(served, 'runs/a/pause');
    expect((await start(served, 'a')).body.error).toMatchObject({ code: 'RUN_EXISTS' });
    expect((await start(served, 'b')).status).toBe(201);
    expect((await post(served, 'runs/a/continue')).body.error).toMatchObject({ code: 'TRAINERS_BUSY' });
    await post(served, 'runs/b/stop');
    await untilStatus(served, 'b', 'interrupted');
    await expect.poll(async () => (await post(served, 'runs/a/continue')).status, patience).toBe(202);
  });

  it('end with a checkpoint when the server closes, paused ones too', async () => {
    const served = serve();
    await Promise.all([start(served, 'a'), start(served, 'b')]);
    await post(served, 'runs/b/pause');
    await untilStatus(served, 'b', 'paused');
    await expect.poll(() => iterationOf(served, 'a'), patience).toBeGreaterThan(0);
    await served.server.close();
    for (const id of ['a', 'b']) {
      const { file, checkpoints } = fileAndLog(served.runs, id);
      expect([id, file.status, checkpoints.at(-1)]).toEqual([id, 'interrupted', file.iteration]);
    }
  });

  it('are forked where they were, with changes, and refuse what cannot be', async () => {
    const served = serve();
    await execute(smallRun(), served.runs, 'parent');
    const fork = (payload: object) => post(served, 'runs/parent/fork', payload);
    const assignments = ['optimizer.learningRate=0.02', 'duration=3 epochs'];
    expect(await fork({ at: 12, assignments, id: 'child' })).toMatchObject({ status: 201, body: { id: 'child' } });
    await untilStatus(served, 'child', 'finished');
    const { file } = fileAndLog(served.runs, 'child');
    expect(file).toMatchObject({ parent: { run: 'parent', iteration: 12 }, iteration: 24 });
    expect(file.specification.optimizer).toMatchObject({ learningRate: 0.02 });
    expect((await fork({ at: 99 })).body.error).toMatchObject({ code: 'RUN_STATE' });
    expect((await fork({ at: 1, assignments: ['seed=9'] })).body.error).toMatchObject({
      code: 'SPECIFICATION_INVALID',
    });
    expect((await fork({ at: 1, id: 'child' })).body.error).toMatchObject({ code: 'RUN_EXISTS' });
  });
});

describe('a run that was started in a terminal', () => {
  it('is stopped with a checkpoint, not paused, and continued here', async () => {
    const served = serve();
    const options = ['--runs', served.runs, '--id', 'r', '--set', 'duration=100000 epochs'];
    const child = spawn(process.execPath, [built('cli/main.js'), 'run', 'quickstart', ...options], { stdio: 'ignore' });
    onTestFinished(() => void child.kill());
    const exit = once(child, 'exit');
    await untilStatus(served, 'r', 'running');
    expect((await post(served, 'runs/r/pause')).body.error.message).toContain('stop it instead');
    expect((await post(served, 'runs/r/continue')).body.error.message).toContain('running in another process');
    const both = await Promise.all([post(served, 'runs/r/stop'), post(served, 'runs/r/stop')]);
    expect(both.map(({ status }) => status)).toEqual([202, 202]);
    expect((await exit)[0]).toBe(130);
    const { file, checkpoints } = fileAndLog(served.runs);
    expect([file.status, checkpoints.at(-1)]).toEqual(['interrupted', file.iteration]);
    expect((await post(served, 'runs/r/continue')).status).toBe(202);
    await expect.poll(() => iterationOf(served, 'r'), patience).toBeGreaterThan(file.iteration);
  });
});

describe('the estimate of a run', () => {
  it('says what it will be, and what only the data can tell is wrong', async () => {
    const served = serve();
    const estimate = (changes: Partial<SpecificationInput>) =>
      post(served, 'plan/estimate', { specification: smallRun(changes) });
    const plan = runPlanSchema.parse((await estimate({})).body);
    expect(plan).toMatchObject({ iterations: 16, parameters: 826, updates: { count: 16 } });
    const ghosts = { name: 'sgd', batchSize: 50, ghostBatchSize: 7 } as const;
    expect((await estimate({ optimizer: ghosts })).body.error).toEqual({
      code: 'SPECIFICATION_INVALID',
      message: 'optimizer.ghostBatchSize: expected a divisor of batchSize 50, got 7',
    });
  });

  it('ends when nobody waits for it any more', async () => {
    const { server } = serve();
    const address = await server.listen({ host: '127.0.0.1', port: 0 });
    const controller = new AbortController();
    const body = JSON.stringify({ specification: smallRun({ probes: [{ kind: 'tic' }], duration: '500 epochs' }) });
    const headers = { 'content-type': 'application/json' };
    const ask = (signal?: AbortSignal) =>
      fetch(`${address}/api/plan/estimate`, { method: 'POST', body, headers, ...(signal && { signal }) });
    const first = ask(controller.signal);
    const second = ask();
    setTimeout(() => controller.abort(), 50);
    await expect(first).rejects.toThrow();
    expect((await second).status).toBe(200);
  });
});
