import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Results, RunListEntry, SparklinesBody, TrashedRun } from '../../src/contract/index.ts';
import { createServer } from '../../src/server/index.ts';
import { createRun } from '../../src/store/index.ts';
import { syntheticRunFile } from '../figures/synthetic-walk.ts';
import { lossRecord, shortWalk, startRun, temporaryRuns } from './served-run.ts';

/** A folder with runs of these names that nobody writes, and its server. */
function serve(...ids: string[]): { runs: string; server: FastifyInstance } {
  const runs = temporaryRuns();
  for (const id of ids) createRun(runs, syntheticRunFile(id, shortWalk)).close();
  const server = createServer({ runsDirectory: runs, pageDirectory: join(runs, 'no-page') });
  onTestFinished(() => server.close());
  return { runs, server };
}

const send = async (server: FastifyInstance, method: 'PATCH' | 'POST', url: string, body: object) => {
  const response = await server.inject({ method, url, body });
  return {
    status: response.statusCode,
    body: response.json<Results & { error?: { code: string; message: string } }>(),
  };
};
const listed = async (server: FastifyInstance): Promise<readonly RunListEntry[]> =>
  (await server.inject('/api/runs')).json<{ runs: RunListEntry[] }>().runs;
const trashed = async (server: FastifyInstance): Promise<string[]> =>
  (await server.inject('/api/trash'))
    .json<{ trash: TrashedRun[] }>()
    .trash.map(({ name }) => name)
    .sort();
const done = (id: string, name = id) => ({ id, name, error: null });
const failed = (id: string, code: string) => ({
  id,
  name: null,
  error: { code, message: expect.any(String) as string },
});

describe('annotations', () => {
  it('of several runs change at once, and each that fails is told by its name', async () => {
    const { runs, server } = serve('a', 'b', 'c');
    writeFileSync(join(runs, 'c', 'annotations.json'), '{');
    const change = { addTags: ['x'], note: 'seen', archived: true };
    const { status, body } = await send(server, 'PATCH', '/api/runs', { runs: ['a', 'gone', 'c', 'b'], change });
    expect(status).toBe(200);
    expect(body.results).toEqual([done('a'), failed('gone', 'RUN_NOT_FOUND'), failed('c', 'RUN_INVALID'), done('b')]);
    const said = Object.fromEntries((await listed(server)).map((run) => [run.id, run]));
    expect(said['a']).toMatchObject({ tags: ['x'], note: 'seen', archived: true, annotationsProblem: null });
    expect(said['b']).toMatchObject({ tags: ['x'] });
    expect(said['c']).toMatchObject({
      tags: [],
      annotationsProblem: expect.stringContaining('annotations.json') as string,
    });
  });

  it.each([
    [{ runs: [], change: {} }, 'runs: expected at least one run'],
    [{ runs: ['a'], change: { tags: ['a,b'] } }, 'change.tags.0: expected a tag without commas'],
    [{ runs: ['a'], change: { tags: ['x'.repeat(65)] } }, 'change.tags.0: expected a tag of at most 64'],
    [{ runs: ['a'], change: { colour: 1 } }, 'Unrecognized key'],
    [{ runs: ['a'] }, 'change: '],
  ])('refuse %j', async (given, message) => {
    const { server } = serve('a');
    const { status, body } = await send(server, 'PATCH', '/api/runs', given);
    expect([status, body.error?.code]).toEqual([400, 'USAGE']);
    expect(body.error?.message).toContain(message);
  });
});

describe('the trash', () => {
  it('takes a selection and gives it back, each with its own result', async () => {
    const { runs, server } = serve('a', 'b');
    startRun(runs, 'busy');
    const moved = await send(server, 'POST', '/api/runs/trash', { runs: ['a', 'busy', 'gone', 'b'] });
    expect(moved.body.results).toEqual([
      done('a'),
      failed('busy', 'RUN_STATE'),
      failed('gone', 'RUN_NOT_FOUND'),
      done('b'),
    ]);
    expect((await listed(server)).map(({ id }) => id)).toEqual(['busy']);
    expect(await trashed(server)).toEqual(['a', 'b']);

    createRun(runs, syntheticRunFile('b', shortWalk)).close();
    const back = await send(server, 'POST', '/api/trash/restore', { names: ['a', 'b'] });
    expect(back.body.results).toEqual([done('a'), failed('b', 'RUN_EXISTS')]);
    const renamed = await send(server, 'POST', '/api/trash/restore', { names: ['b'], as: 'b-old' });
    expect(renamed.body.results).toEqual([done('b', 'b-old')]);
    expect((await listed(server)).map(({ id }) => id).sort()).toEqual(['a', 'b', 'b-old', 'busy']);
  });

  it('is emptied of what is named and nothing else', async () => {
    const { runs, server } = serve('a', 'b');
    await send(server, 'POST', '/api/runs/trash', { runs: ['a', 'b'] });
    const emptied = await send(server, 'POST', '/api/trash/empty', { names: ['a', 'c'] });
    expect(emptied.body.results).toEqual([done('a'), failed('c', 'RUN_NOT_FOUND')]);
    expect(readdirSync(join(runs, '.trash'))).toEqual(['b']);
  });

  it.each(['../a', '..', '.trash/a', 'a/../b', '/etc', 'a\\..\\b', '~2', 'a~2/../../b'])(
    'never leaves its folder for %j',
    async (name) => {
      const { runs, server } = serve('a', 'b');
      await send(server, 'POST', '/api/runs/trash', { runs: ['a'] });
      for (const [url, body] of [
        ['/api/runs/trash', { runs: [name] }],
        ['/api/trash/restore', { names: [name] }],
        ['/api/trash/empty', { names: [name] }],
      ] as const)
        expect((await send(server, 'POST', url, body)).body.results).toEqual([failed(name, 'RUN_NOT_FOUND')]);
      const as = await send(server, 'POST', '/api/trash/restore', { names: ['a'], as: name });
      expect(as.status).toBe(400);
      expect(existsSync(join(runs, 'b'))).toBe(true);
      expect(await trashed(server)).toEqual(['a']);
    },
  );

  it('gives several runs no common name', async () => {
    const { server } = serve('a', 'b');
    await send(server, 'POST', '/api/runs/trash', { runs: ['a', 'b'] });
    const { status, body } = await send(server, 'POST', '/api/trash/restore', { names: ['a', 'b'], as: 'c' });
    expect([status, body.error?.code]).toEqual([400, 'USAGE']);
  });
});

describe('sparklines', () => {
  it('are given for runs that have one; the others are named', async () => {
    const { runs, server } = serve('empty');
    const writer = startRun(runs, 'a');
    writer.append([lossRecord(0, 2), lossRecord(30, NaN)]);
    writer.flush();
    const body = (await server.inject('/api/sparklines?runs=a,gone,empty')).json<SparklinesBody>();
    expect(
      body.sparklines.map(({ run, points }) => [run, points.map(({ mean, nonFinite }) => [mean, nonFinite])]),
    ).toEqual([
      [
        'a',
        [
          [2, 0],
          [null, 1],
        ],
      ],
      ['empty', []],
    ]);
    expect(body.failed).toEqual([
      { run: 'gone', error: { code: 'RUN_NOT_FOUND', message: expect.any(String) as string } },
    ]);
    expect((await server.inject('/api/sparklines?runs=')).statusCode).toBe(400);
  });
});

describe('checkpoints', () => {
  it('are listed without the paths of this machine', async () => {
    const { runs, server } = serve();
    const writer = startRun(runs, 'a');
    writer.saveCheckpoint(10, {}, {});
    expect((await server.inject('/api/runs/a/checkpoints')).json()).toEqual({
      checkpoints: [{ iteration: 10, bytes: expect.any(Number) as number }],
    });
    expect((await server.inject('/api/runs/gone/checkpoints')).statusCode).toBe(404);
  });
});
