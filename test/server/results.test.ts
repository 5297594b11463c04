import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ErrorBody, Job, RunDetail } from '../../src/contract/index.ts';
import type { ExampleRequest, ExampleViewer, JobRequest, LandscapeRequest } from '../../src/run/index.ts';
import { createServer, Estimates, Jobs } from '../../src/server/index.ts';
import { startRun, temporaryRuns } from './served-run.ts';

interface Served {
  readonly server: FastifyInstance;
  readonly runs: string;
  readonly asked: JobRequest[];
  readonly seen: ExampleRequest[];
  readonly priced: LandscapeRequest[];
}

/** A server whose jobs never end, over a run with a checkpoint at 5 that nobody reads. */
function serve(): Served {
  const runs = temporaryRuns();
  startRun(runs);
  writeFileSync(join(runs, 'run-1/checkpoints/0000000005.safetensors'), 'content');
  const asked: JobRequest[] = [];
  const jobs = new Jobs((request) => {
    asked.push(request);
    let stop = (): void => undefined;
    const done = new Promise<string>((_, reject) => (stop = () => reject(new Error('stopped'))));
    return { stop: () => stop(), kill: () => stop(), done };
  });
  const seen: ExampleRequest[] = [];
  const examples: ExampleViewer = {
    async get(request) {
      seen.push(request);
      const { position, at } = request;
      const prediction = at === null ? null : { label: 5, className: 'five', probability: 0.75 };
      const values = position === 12 ? null : [1, 2];
      return {
        example: { position, label: 3, className: 'three', shape: [2], values, prediction },
        png: position === 12 ? Uint8Array.of(1, 2, 3) : null,
      };
    },
    close: async () => undefined,
  };
  const priced: LandscapeRequest[] = [];
  const estimates = new Estimates({
    run: () => ({ done: Promise.reject(new Error('no run is planned here')), kill: () => undefined }),
    landscape(request) {
      priced.push(request);
      return { done: Promise.resolve({ points: 81, seconds: 2.5 }), kill: () => undefined };
    },
  });
  const services = { jobs, examples, estimates, dataDirectory: 'the-data' };
  const server = createServer({ runsDirectory: runs, pageDirectory: join(runs, 'no-page'), ...services });
  onTestFinished(() => server.close());
  return { server, runs, asked, seen, priced };
}

const post = (server: FastifyInstance, url: string, payload: object) => server.inject({ method: 'POST', url, payload });

describe('what is computed from a run', () => {
  it('begins with a request, which names the checkpoint', async () => {
    const { server, asked } = serve();
    const response = await post(server, '/api/runs/run-1/measurements', { quantity: { kind: 'margins' } });
    expect(response.statusCode).toBe(202);
    expect(response.json<Job>()).toMatchObject({ run: 'run-1', kind: 'measurement', title: 'margins at iteration 5' });
    expect(asked[0]).toMatchObject({
      kind: 'measurement',
      id: 'run-1',
      at: 5,
      quantity: { kind: 'margins', bins: 50 },
    });
  });

  it.each([
    [
      { what: 'surface', points: 9 },
      { what: 'surface', points: 9, centre: { run: 'run-1', at: 5 } },
    ],
    [{ what: 'trajectory' }, { what: 'trajectory', run: 'run-1' }],
    [
      {
        what: 'connectivity',
        ends: [
          { run: 'run-1', at: 5 },
          { run: 'run-1', at: 'last' },
        ],
      },
      {
        what: 'connectivity',
        ends: [
          { run: 'run-1', at: 5 },
          { run: 'run-1', at: 5 },
        ],
      },
    ],
  ])('may be a landscape: %o', async (body, landscape) => {
    const { server, asked } = serve();
    expect((await post(server, '/api/runs/run-1/landscapes', body)).statusCode).toBe(202);
    expect(asked[0]).toMatchObject({ kind: 'landscape', landscape });
  });

  it.each([
    ['measurements', { quantity: { kind: 'nothing' } }, 400],
    ['measurements', { quantity: { kind: 'margins' }, at: 7 }, 409],
    ['landscapes', { what: 'surface', points: 1 }, 400],
    [
      'landscapes',
      {
        what: 'simplex',
        vertices: [
          { run: '../x', at: 1 },
          { run: 'run-1', at: 5 },
          { run: 'run-1', at: 5 },
        ],
      },
      404,
    ],
  ])('is refused: %s %o', async (path, body, status) => {
    const { server, asked } = serve();
    expect((await post(server, `/api/runs/run-1/${path}`, body)).statusCode).toBe(status);
    expect(asked).toEqual([]);
  });

  it('can be cancelled', async () => {
    const { server } = serve();
    const job = (await post(server, '/api/runs/run-1/landscapes', { what: 'surface' })).json<Job>();
    expect((await server.inject({ method: 'DELETE', url: `/api/jobs/${job.id}` })).statusCode).toBe(200);
    expect((await server.inject({ method: 'DELETE', url: '/api/jobs/nobody' })).statusCode).toBe(404);
  });

  it('lies with the run, is listed there, and is read by its name alone', async () => {
    const { server, runs } = serve();
    mkdirSync(join(runs, 'run-1/landscapes'));
    writeFileSync(join(runs, 'run-1/landscapes/surface-12ab.json'), '{"what":"surface"}');
    writeFileSync(join(runs, 'run-1/landscapes/surface-12ac.partial.safetensors'), 'unfinished');
    const detail = (await server.inject('/api/runs/run-1')).json<RunDetail>();
    expect(detail.landscapes.map(({ name }) => name)).toEqual(['surface-12ab']);
    expect(detail.measurements).toEqual([]);
    expect(detail.checkpoints).toEqual([{ iteration: 5, bytes: 7 }]);
    const response = await server.inject('/api/runs/run-1/landscapes/surface-12ab');
    expect(response.headers['content-type']).toContain('application/json');
    expect(response.json()).toEqual({ what: 'surface' });
    for (const name of ['surface-99', '..%2F..%2Frun.json', '..%2Frun', 'surface-12ac.partial'])
      expect((await server.inject(`/api/runs/run-1/landscapes/${name}`)).statusCode, name).toBe(404);
  });
});

describe('checkpoints', () => {
  it('are served as files', async () => {
    const { server } = serve();
    const response = await server.inject('/api/runs/run-1/checkpoints/5.safetensors');
    expect([response.statusCode, response.body]).toEqual([200, 'content']);
    expect(response.headers['content-disposition']).toBe('attachment; filename="run-1-5.safetensors"');
    expect((await server.inject('/api/runs/run-1/checkpoints/6.safetensors')).statusCode).toBe(409);
    expect((await server.inject('/api/runs/run-1/checkpoints/..%2Frun.safetensors')).statusCode).toBe(400);
  });
});

describe('examples', () => {
  it('are pictures, or numbers where the data set has no images', async () => {
    const { server } = serve();
    const png = await server.inject('/api/runs/run-1/examples/12.png');
    expect(png.headers['content-type']).toBe('image/png');
    expect([...png.rawPayload]).toEqual([1, 2, 3]);
    const json = await server.inject('/api/runs/run-1/examples/13.json');
    const example = { position: 13, label: 3, className: 'three', shape: [2], values: [1, 2] };
    expect(json.json()).toEqual({ ...example, prediction: null });
    expect((await server.inject('/api/runs/run-1/examples/13.png')).statusCode).toBe(404);
    expect((await server.inject('/api/runs/run-1/examples/-1.png')).statusCode).toBe(400);
    expect((await server.inject('/api/runs/nobody/examples/1.png')).statusCode).toBe(404);
  });

  it('come with what a checkpoint predicts, where that is asked for', async () => {
    const { server, runs, seen } = serve();
    const json = await server.inject('/api/runs/run-1/examples/13.json?at=5');
    expect(json.json()).toMatchObject({ prediction: { label: 5, className: 'five', probability: 0.75 } });
    expect(seen).toEqual([{ runsDirectory: runs, dataDirectory: 'the-data', id: 'run-1', position: 13, at: 5 }]);
    for (const at of ['-1', 'last', '1.5'])
      expect((await server.inject(`/api/runs/run-1/examples/13.json?at=${at}`)).statusCode, at).toBe(400);
  });
});

describe('the estimate of a landscape', () => {
  const estimate = (server: FastifyInstance, payload: object) =>
    post(server, '/api/runs/run-1/landscapes/estimate', payload);

  it('is found by timing the same request that a job would compute', async () => {
    const { server, runs, priced } = serve();
    const response = await estimate(server, { what: 'surface', points: 9 });
    expect([response.statusCode, response.json()]).toEqual([200, { points: 81, seconds: 2.5 }]);
    const centre = { run: 'run-1', at: 'last' };
    expect(priced).toEqual([{ what: 'surface', points: 9, centre, runsDirectory: runs, dataDirectory: 'the-data' }]);
  });

  it('is refused where the landscape is, and while something is computed, whose time it would share', async () => {
    const { server, priced } = serve();
    expect((await estimate(server, { what: 'surface', at: 7 })).statusCode).toBe(409);
    await post(server, '/api/runs/run-1/measurements', { quantity: { kind: 'margins' } });
    const response = await estimate(server, { what: 'surface' });
    expect([response.statusCode, response.json<ErrorBody>().error.message]).toEqual([
      409,
      'estimate: expected a machine on which nothing is computed, got one with margins at iteration 5',
    ]);
    expect(priced).toEqual([]);
  });
});
