import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { recordColumnsSchema, runFileSchema, specificationSchema } from '../../src/contract/index.ts';
import { createServer } from '../../src/server/index.ts';
import { createRun } from '../../src/store/index.ts';
import { syntheticRunFile, syntheticWalk } from '../figures/synthetic-walk.ts';
import { lossRecord, shortWalk, startRun, temporaryRuns } from './served-run.ts';

function serve(runsDirectory = temporaryRuns(), pageDirectory = join(runsDirectory, 'no-page')): FastifyInstance {
  const server = createServer({ runsDirectory, pageDirectory });
  onTestFinished(() => server.close());
  return server;
}

function serveWalk(): FastifyInstance {
  const runs = temporaryRuns();
  const writer = startRun(runs);
  for (const records of syntheticWalk(shortWalk)) writer.append(records);
  writer.log('info', 'first line');
  writer.flush();
  return serve(runs);
}

const error = (response: { json(): unknown }) =>
  (response.json() as { error: { code: string; message: string } }).error;

describe('the interface for runs', () => {
  it('lists no runs where there is no folder yet', async () => {
    const response = await serve('/nonexistent/runs').inject('/api/runs');
    expect(response.json()).toEqual({ runs: [] });
  });

  it('lists the runs of the folder', async () => {
    const response = await serveWalk().inject('/api/runs');
    expect(response.json<{ runs: { id: string }[] }>().runs.map((run) => run.id)).toEqual(['run-1']);
  });

  it('gives a run with the number of records of each series', async () => {
    const body = (await serveWalk().inject('/api/runs/run-1')).json<{
      run: unknown;
      series: { name: string; count: number }[];
    }>();
    expect(runFileSchema.parse(body.run).id).toBe('run-1');
    expect(body.series.find((series) => series.name === 'interpolation.loss')?.count).toBe(50);
  });

  it('gives the records of a series between two iterations', async () => {
    const response = await serveWalk().inject('/api/runs/run-1/series/batch.loss?fromIteration=3&toIteration=5');
    const { columns } = response.json<{ columns: unknown }>();
    expect(recordColumnsSchema.parse(columns).iteration).toEqual([3, 4, 5]);
  });

  it('names a value that JSON has no number for', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.append([lossRecord(0, NaN), lossRecord(1, Infinity)]);
    writer.flush();
    const { columns } = (await serve(runs).inject('/api/runs/run-1/series/train.loss')).json<{
      columns: { value: unknown[] };
    }>();
    expect(columns.value).toEqual(['NaN', 'Infinity']);
  });

  it('gives the log with the offset to go on from', async () => {
    const server = serveWalk();
    const { lines, offset } = (await server.inject('/api/runs/run-1/log')).json<{
      lines: { msg: string }[];
      offset: number;
    }>();
    expect(lines.map((line) => line.msg)).toEqual(['first line']);
    expect((await server.inject(`/api/runs/run-1/log?after=${offset}`)).json()).toEqual({ lines: [], offset });
  });

  it('gives the specification as YAML that reads as the same specification', async () => {
    const response = await serveWalk().inject('/api/runs/run-1/specification.yaml');
    expect(response.headers['content-type']).toContain('yaml');
    expect(specificationSchema.parse(parse(response.body)).optimizer).toEqual({
      name: 'sgd',
      learningRate: 0.1,
      batchSize: 100,
      replacement: false,
      lastBatch: 'drop',
      momentum: 0,
      nesterov: false,
    });
  });

  it('gives the schema of specifications', async () => {
    const schema = (await serve().inject('/api/specification/schema')).json<{ type: string; properties: object }>();
    expect(schema.type).toBe('object');
    expect(Object.keys(schema.properties)).toContain('optimizer');
  });
});

describe('figures', () => {
  it('are drawn as SVG and PNG', async () => {
    const server = serveWalk();
    const svg = await server.inject('/api/runs/run-1/figures/walk.svg?width=700&theme=dark');
    expect(svg.headers['content-type']).toContain('image/svg+xml');
    expect(svg.body).toContain('width="700"');
    const png = await server.inject('/api/runs/run-1/figures/walk.png?scale=1&from=0&to=5');
    expect(png.headers['content-type']).toBe('image/png');
    expect(png.rawPayload.subarray(1, 4).toString()).toBe('PNG');
  });

  it('are given as CSV, every number in the window', async () => {
    const response = await serveWalk().inject('/api/runs/run-1/figures/walk.csv?from=0&to=2');
    expect(response.headers['content-type']).toContain('text/csv');
    const [header, ...rows] = response.body.trim().split('\r\n');
    expect(header).toContain('iteration');
    expect(rows.length).toBeGreaterThan(10);
  });

  it('take the choices that they have, and refuse those that they lack', async () => {
    const server = serveWalk();
    const traces = await server.inject('/api/runs/run-1/figures/traces.svg?axis=log');
    expect([traces.statusCode, error(traces).code]).toEqual([404, 'NO_DATA']);
    const response = await server.inject('/api/runs/run-1/figures/walk.svg?margin=softmax');
    expect([response.statusCode, error(response).code]).toEqual([400, 'USAGE']);
  });

  it.each([
    ['/api/runs/run-1/figures/wolk.csv', 404, 'FIGURE_UNKNOWN'],
    ['/api/runs/run-1/figures/walk.svg?iteration=-1', 400, 'USAGE'],
    ['/api/runs/run-1/figures/walk.svg?axis=cubic', 400, 'USAGE'],
    ['/api/runs/run-1/figures/wolk.svg', 404, 'FIGURE_UNKNOWN'],
    ['/api/runs/run-1/figures/walk.pdf', 400, 'USAGE'],
    ['/api/runs/run-1/figures/walk.svg?width=9', 400, 'USAGE'],
    ['/api/runs/run-1/figures/walk.svg?from=5&to=1', 400, 'USAGE'],
    ['/api/runs/run-1/figures/walk.svg?theme=pink', 400, 'USAGE'],
  ])('%s is refused with %i', async (address, status, code) => {
    const response = await serveWalk().inject(address);
    expect([response.statusCode, error(response).code]).toEqual([status, code]);
  });

  it('say which series a run has not recorded', async () => {
    const runs = temporaryRuns();
    startRun(runs);
    const response = await serve(runs).inject('/api/runs/run-1/figures/walk.svg');
    expect(response.statusCode).toBe(404);
    expect(error(response).message).toContain('interpolation.loss');
  });
});

describe('errors', () => {
  it.each([
    ['/api/runs/nobody', 404, 'RUN_NOT_FOUND'],
    ['/api/runs/..%2F..%2Fetc', 404, 'RUN_NOT_FOUND'],
    ['/api/runs/..%5C..', 404, 'RUN_NOT_FOUND'],
    ['/api/runs/..%2F..%2Fetc/events', 404, 'RUN_NOT_FOUND'],
    ['/api/runs/run-1/series/train.los', 400, 'USAGE'],
    ['/api/runs/run-1/series/train.loss?fromIteration=-1', 400, 'USAGE'],
    ['/api/runs/run-1/events?after=x', 400, 'USAGE'],
    ['/api/nothing', 404, 'ROUTE_UNKNOWN'],
  ])('%s is answered with %i and one line', async (address, status, code) => {
    const response = await serveWalk().inject(address);
    expect(response.statusCode).toBe(status);
    expect(error(response).code).toBe(code);
    expect(error(response).message).not.toContain('\n');
  });

  it('a damaged run says what is wrong with it', async () => {
    const runs = temporaryRuns();
    mkdirSync(join(runs, 'broken'));
    writeFileSync(join(runs, 'broken', 'run.json'), '{');
    const response = await serve(runs).inject('/api/runs/broken');
    expect([response.statusCode, error(response).code]).toEqual([422, 'RUN_INVALID']);
    expect((await serve(runs).inject('/api/runs/broken/events')).statusCode).toBe(422);
  });

  it('a fork without its parent says which one it lacks', async () => {
    const runs = temporaryRuns();
    const file = syntheticRunFile('fork', shortWalk);
    createRun(runs, { ...file, parent: { run: 'gone', iteration: 5, records: 9 } }).close();
    for (const path of ['', '/events']) {
      const response = await serve(runs).inject(`/api/runs/fork${path}`);
      expect([response.statusCode, error(response).code]).toEqual([422, 'RUN_INVALID']);
      expect(error(response).message).toContain('expected the records before iteration 5 in run gone');
    }
  });
});

describe('protection', () => {
  it.each(['evil.example', 'evil.example:4173', '127.0.0.1.evil.example', '10.0.0.1', 'localhost.evil'])(
    'a request for the host %s is refused',
    async (host) => {
      const response = await serve().inject({ url: '/api/runs', headers: { host } });
      expect(response.statusCode).toBe(403);
      expect(error(response).message).toContain('expected localhost');
    },
  );

  it.each(['localhost', 'localhost:4173', '127.0.0.1:4173', '[::1]:4173', 'LOCALHOST'])(
    'the host %s is answered',
    async (host) => {
      expect((await serve().inject({ url: '/api/runs', headers: { host } })).statusCode).toBe(200);
    },
  );

  it('every reply forbids content from elsewhere, errors too', async () => {
    for (const url of ['/api/runs', '/api/nothing']) {
      const { headers } = await serve().inject(url);
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });
});

describe('the page', () => {
  function serveBuiltPage(): FastifyInstance {
    const runs = temporaryRuns();
    const page = join(runs, '.page');
    mkdirSync(join(page, 'assets'), { recursive: true });
    writeFileSync(join(page, 'index.html'), '<title>Thalweg</title>');
    writeFileSync(join(page, 'assets', 'index-abc123.js'), 'export {};');
    return serve(runs, page);
  }

  it.each([
    ['/', 200],
    ['/runs/run-1', 200],
    ['/runs/mlp-0.1', 200],
    ['/runs/run-1.svg?x=1', 200],
    ['/runs/run-1/walk?from=1', 200],
    ['/compare?runs=a,b', 200],
    ['/sweeps', 200],
    ['/sweeps/lr-bs', 200],
    ['/queue', 200],
    ['/studies/w', 200],
    ['/theory/quadratic', 200],
    ['/elsewhere', 404],
  ])('%s shows the document of the page with status %i', async (address, status) => {
    const response = await serveBuiltPage().inject(address);
    expect(response.statusCode).toBe(status);
    expect(response.body).toContain('<title>');
    expect(response.headers['cache-control']).toBe('no-cache');
  });

  it('keeps files with a hash in their name for good', async () => {
    const response = await serveBuiltPage().inject('/assets/index-abc123.js');
    expect(response.headers['cache-control']).toContain('immutable');
    expect(response.headers['content-type']).toContain('javascript');
  });

  it.each(['/assets/gone.js', '/api/gone', '/robots.txt', '/assets/..%2f..%2findex.html'])(
    '%s is not the page',
    async (address) => {
      const response = await serveBuiltPage().inject(address);
      expect(response.statusCode).toBeGreaterThanOrEqual(400);
      expect(response.body).not.toContain('<title>');
    },
  );

  it('says how to build it where it is not built', async () => {
    expect(error(await serve().inject('/')).message).toContain('npm run build');
  });
});

describe('the description of the interface', () => {
  it('names every route with what it takes', async () => {
    const document = (await serve().inject('/api/openapi.json')).json<{
      openapi: string;
      paths: Record<string, Record<string, { summary?: string; parameters?: { name: string; in: string }[] }>>;
    }>();
    expect(document.openapi).toBe('3.1.0');
    const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
    expect(operations.length).toBeGreaterThan(8);
    for (const { summary } of operations) expect(summary).toMatch(/\S/);
    const series = document.paths['/api/runs/{id}/series/{series}']!['get']!;
    expect(series.parameters!.map(({ name }) => name).sort()).toEqual(['fromIteration', 'id', 'series', 'toIteration']);
  });

  it('is a page to read that loads nothing from elsewhere', async () => {
    const response = await serve().inject('/api/docs/');
    expect(response.statusCode).toBe(200);
    expect(response.body).not.toMatch(/(src|href)="https?:/);
    expect(response.headers['content-security-policy']).toContain("default-src 'none'");
  });
});
