import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { Pause } from '../../src/base/index.ts';
import {
  ledgerSchema,
  paperDetailSchema,
  paperListSchema,
  studyEstimateSchema,
  studyStateBodySchema,
  type ErrorBody,
  type Ledger,
  type PaperDetail,
  type StudyEvent,
  type StudyState,
} from '../../src/contract/index.ts';
import { planTrials } from '../../src/reproduce/index.ts';
import { createServer, listen } from '../../src/server/index.ts';
import { planRun } from '../../src/run/index.ts';
import { createStudyPerformer } from '../../src/server/studies/perform.ts';
import type { StudyRequest, StudyWorkers } from '../../src/server/studies/work.ts';
import { outcomePath } from '../../src/store/index.ts';
import { EventReader } from './event-reader.ts';
import { temporaryRuns } from './served-run.ts';
import { Gate, measured, quickPaper, workersHere } from './study-paper.ts';

let runs: string;
let gate: Gate;
beforeEach(() => {
  runs = temporaryRuns();
  gate = new Gate();
  measured.length = 0;
});

function serve(): FastifyInstance {
  const studies = { papers: [quickPaper], workers: workersHere(runs, gate) };
  const server = createServer({ runsDirectory: runs, pageDirectory: join(runs, 'no-page'), studies });
  onTestFinished(() => {
    gate.open();
    return server.close();
  });
  return server;
}

const get = async <T>(server: FastifyInstance, path: string): Promise<T> => (await server.inject(path)).json<T>();
const ledgerAt = (server: FastifyInstance, scale = 'smoke') =>
  get<Ledger>(server, `/api/papers/f/ledger?scale=${scale}`);
const stateOf = async (server: FastifyInstance): Promise<StudyState | null> =>
  (await get<{ study: StudyState | null }>(server, '/api/study')).study;
const start = (server: FastifyInstance, payload: object, paper = 'F') =>
  server.inject({ method: 'POST', url: `/api/papers/${paper}/runs`, payload });
const stop = (server: FastifyInstance) => server.inject({ method: 'DELETE', url: '/api/papers/f/runs' });
const error = (response: { json(): unknown }) => (response.json() as ErrorBody).error;
const endsAs = (server: FastifyInstance, status: StudyState['status']) =>
  vi.waitFor(async () => expect((await stateOf(server))?.status).toBe(status), { timeout: 5000 });

/** Makes the whole paper. */
async function make(server: FastifyInstance, payload: object = { scale: 'smoke' }): Promise<void> {
  expect((await start(server, payload)).statusCode).toBe(202);
  await endsAs(server, 'finished');
}

describe('papers', () => {
  it('are listed with two sentences of their text and with what is there at each scale', async () => {
    const server = serve();
    const list = paperListSchema.parse(await get(server, '/api/papers'));
    expect(list.papers).toHaveLength(1);
    expect(list.papers[0]).toMatchObject({ letter: 'F', says: 'Numbers are computed. They are few: 3.', claims: 2 });
    // Computations state their own time: two experiments with three seeds of two seconds each.
    expect(list.papers[0]!.scales.smoke).toEqual({ trials: 6, finished: 0, secondsLeft: 12 });
    expect(list.papers[0]!.scales.paper.trials).toBe(10);
  });

  it('have text in blocks, and experiments with the state of each trial', async () => {
    const server = serve();
    await make(server, { scale: 'smoke', only: ['F-up'] });
    const detail = paperDetailSchema.parse(await get<PaperDetail>(server, '/api/papers/f?scale=smoke'));
    expect(detail.text[0]).toEqual({
      kind: 'paragraph',
      spans: [
        { style: 'strong', text: 'First.' },
        { style: 'plain', text: ' Numbers are ' },
        { style: 'emphasis', text: 'computed' },
        { style: 'plain', text: '. They are few: ' },
        { style: 'code', text: '3' },
        { style: 'plain', text: '. Then comes more.' },
      ],
    });
    expect(detail.text.slice(1).map(({ kind }) => kind)).toEqual(['heading', 'list']);
    const [up, down] = detail.experiments;
    expect(up!.trials.map(({ status, seed }) => [status, seed])).toEqual([
      ['finished', 1],
      ['finished', 2],
      ['finished', 3],
    ]);
    expect(down!.trials[0]).toMatchObject({ status: 'missing', seconds: null });
    expect(down!.trials[0]!.reason).toMatch(/^f-down-s1-\w+ was not computed$/);
    expect(detail.claims[0]).toEqual({
      id: 'F-test.up',
      needs: ['F-up'],
      hypothesis: { kind: 'mean', smallest: 0.5 },
    });
  });

  it('are planned with as many seeds as one asks for', async () => {
    const detail = await get<PaperDetail>(serve(), '/api/papers/f?scale=smoke&seeds=2');
    expect(detail.experiments[0]!.trials).toHaveLength(2);
  });

  it.each([
    ['/api/papers/x', 404, 'STUDY_UNKNOWN'],
    ['/api/papers/f?scale=huge', 400, 'USAGE'],
    ['/api/papers/f?seeds=0', 400, 'USAGE'],
    ['/api/papers/f/figures/nothing.svg', 404, 'FIGURE_UNKNOWN'],
    ['/api/papers/f/figures/F-test.numbers.pdf', 400, 'USAGE'],
    ['/api/papers/f/figures/F-test.numbers.svg?width=1', 400, 'USAGE'],
    ['/api/papers/f/figures/F-test.numbers.svg', 409, 'RUN_STATE'],
    ['/api/papers/f/figures/..%2F..%2Fsecret.svg', 400, 'USAGE'],
    ['/api/papers/f/tables/nothing.json', 404, 'FIGURE_UNKNOWN'],
    ['/api/papers/f/estimate?only=F-uq', 400, 'USAGE'],
  ])('answer %s with %i', async (address, status, code) => {
    const response = await serve().inject(address);
    expect([response.statusCode, error(response).code]).toEqual([status, code]);
  });
});

describe('the ledger', () => {
  it('says what is missing before the runs, and what they say afterwards', async () => {
    const server = serve();
    const before = ledgerSchema.parse(await ledgerAt(server));
    expect(before.claims.map(({ verdict }) => verdict)).toEqual(['refused', 'refused']);
    expect(before.claims[0]!.reason).toMatch(/^f-up-s1-\w+ was not computed$/);
    await make(server);
    const after = ledgerSchema.parse(await ledgerAt(server));
    expect(after.claims.map(({ verdict }) => verdict)).toEqual(['supported', 'contradicted']);
    expect(after.claims[0]).toMatchObject({ n: 3, smoke: true, effect: 1.02 });
    expect(after.claims[0]!.runs).toHaveLength(3);
    expect(after.seeds).toBe(3);
  });

  it('measures again only the claims whose files have changed', async () => {
    const server = serve();
    await make(server);
    measured.length = 0;
    await ledgerAt(server);
    expect(measured.sort()).toEqual(['F-test.down', 'F-test.up']);
    await ledgerAt(server);
    expect(measured).toHaveLength(2);
    const [trial] = planTrials(quickPaper, 'smoke');
    rmSync(outcomePath(runs, trial!.id));
    expect((await ledgerAt(server)).claims[0]!.reason).toBe(`${trial!.id} was not computed`);
    expect(measured).toHaveLength(2);
    await make(server);
    measured.length = 0;
    expect((await ledgerAt(server)).claims[0]!.verdict).toBe('supported');
    expect(measured).toEqual(['F-test.up']);
  });

  it('refuses a claim whose result is damaged', async () => {
    const server = serve();
    await make(server);
    const [trial] = planTrials(quickPaper, 'smoke');
    writeFileSync(outcomePath(runs, trial!.id), '{ broken');
    const { claims } = await ledgerAt(server);
    expect(claims[0]!.reason).toContain('cannot be read');
    expect(claims[1]!.verdict).toBe('contradicted');
  });
});

describe('figures and tables of a paper', () => {
  it('are given as SVG, PNG, JSON and CSV, figures with the numbers that they show', async () => {
    const server = serve();
    await make(server);
    const svg = await server.inject('/api/papers/f/figures/F-test.numbers.svg?scale=smoke&theme=dark&width=700');
    expect(svg.headers['content-type']).toContain('image/svg+xml');
    expect(svg.body).toContain('width="700"');
    const png = await server.inject('/api/papers/f/figures/F-test.numbers.png?scale=smoke&pixels=1');
    expect(png.rawPayload.subarray(1, 4).toString()).toBe('PNG');
    const numbers = await server.inject('/api/papers/f/figures/F-test.numbers.csv?scale=smoke&theme=dark');
    expect(numbers.headers['content-type']).toContain('text/csv');
    expect(numbers.headers['content-disposition']).toBe('attachment; filename="F-test.numbers.csv"');
    const [header, ...rows] = numbers.body.trimEnd().split('\r\n');
    expect(header).toBe('row,group,estimate,lower,upper');
    expect(rows.map((row) => Number(row.split(',')[2]))).toEqual([1.01, 1.02, 1.03]);
    const table = await get<{ columns: string[]; rows: string[][] }>(
      server,
      '/api/papers/f/tables/F-test.table.json?scale=smoke',
    );
    expect(table).toEqual({
      columns: ['seed', 'a, b'],
      rows: [
        ['1', '-1.01'],
        ['2', '-1.02'],
        ['3', '-1.03'],
      ],
    });
    const csv = await server.inject('/api/papers/f/tables/F-test.table.csv?scale=smoke');
    expect(csv.body).toBe('seed,"a, b"\r\n1,-1.01\r\n2,-1.02\r\n3,-1.03\r\n');
  });
});

describe('a study', () => {
  it('tells what it costs before it is begun', async () => {
    const estimate = studyEstimateSchema.parse(await get(serve(), '/api/papers/f/estimate?scale=smoke&only=F-up'));
    expect(estimate.seconds).toBe(6);
    expect(estimate.experiments.map(({ experiment }) => experiment)).toEqual(['F-up']);
  });

  it('is none before the first start', async () => {
    expect(await stateOf(serve())).toBeNull();
  });

  it('can be stopped, and the same start goes on with what is there', async () => {
    const server = serve();
    await make(server, { scale: 'smoke', only: ['F-down'] });
    gate.shut();
    const begun = studyStateBodySchema.parse((await start(server, { scale: 'smoke' })).json()).study!;
    expect(begun).toMatchObject({ paper: 'F', scale: 'smoke', seeds: null, only: [], status: 'running' });
    await vi.waitFor(async () => expect((await stateOf(server))?.running[0]?.share).toBe(0.25), 15_000);
    expect(await stateOf(server)).toMatchObject({ trials: 6, done: 3 });
    const stopping = (await stop(server)).json<{ study: StudyState }>().study;
    expect(stopping.status).toBe('stopping');
    await endsAs(server, 'stopped');
    expect(await stateOf(server)).toMatchObject({ running: [], secondsLeft: null, problem: null });
    gate.begun.length = 0;
    await make(server);
    expect(gate.begun.length).toBeGreaterThan(0);
    expect(gate.begun.every((id) => id.startsWith('f-up-'))).toBe(true);
    expect(await stateOf(server)).toMatchObject({ trials: 6, done: 6, failures: [] });
  });

  it('is one at a time, and while it is made nothing is timed', async () => {
    const server = serve();
    gate.shut();
    await start(server, { scale: 'smoke' });
    const second = await start(server, { scale: 'smoke' });
    expect([second.statusCode, error(second).code]).toEqual([409, 'RUN_STATE']);
    expect(error(await server.inject('/api/papers/f/estimate?scale=smoke')).code).toBe('RUN_STATE');
    gate.open();
    await endsAs(server, 'finished');
  });

  it('tells of trials that failed, and makes the others', async () => {
    const server = serve();
    gate.failing = (id) => id.startsWith('f-up-s2-');
    await make(server);
    const { failures } = (await stateOf(server))!;
    expect(failures.map(({ message }) => message)).toEqual(['the machine stood still']);
    expect(failures[0]!.id).toMatch(/^f-up-s2-/);
    const { claims } = await ledgerAt(server);
    expect(claims.map(({ verdict }) => verdict)).toEqual(['refused', 'contradicted']);
  });

  it('is interrupted when the server ends, which the next server tells; then it goes on', async () => {
    const first = createServer({
      runsDirectory: runs,
      pageDirectory: join(runs, 'no-page'),
      studies: { papers: [quickPaper], workers: workersHere(runs, gate) },
    });
    gate.shut();
    await start(first, { scale: 'smoke' });
    await first.close();
    gate.open();
    const second = serve();
    expect(await stateOf(second)).toMatchObject({ status: 'interrupted', running: [], paper: 'F' });
    await make(second);
  });

  it('was interrupted when the process that made it is gone without a word', async () => {
    const server = serve();
    await make(server, { scale: 'smoke', only: ['F-up'] });
    const { status: _status, ...rest } = (await stateOf(server))!;
    const holder = { pid: 999_999, started: '1', machine: 'another', space: null };
    writeFileSync(join(runs, '.study.json'), JSON.stringify({ study: { ...rest, status: 'running' }, holder }));
    expect((await stateOf(serve()))?.status).toBe('interrupted');
    writeFileSync(join(runs, '.study.json'), '{ torn');
    expect(await stateOf(serve())).toBeNull();
  });

  it.each([
    [{ scale: 'huge' }, 400, 'USAGE'],
    [{ scale: 'smoke', seeds: 0 }, 400, 'USAGE'],
    [{ scale: 'smoke', only: ['F-uq'] }, 400, 'USAGE'],
    [{ scale: 'smoke', workers: 1000 }, 400, 'USAGE'],
  ])('is not begun with %o', async (payload, status, code) => {
    const server = serve();
    const response = await start(server, payload);
    expect([response.statusCode, error(response).code]).toEqual([status, code]);
    expect(await stateOf(server)).toBeNull();
  });

  it('is priced and made with the data sets of the server', async () => {
    const asked: StudyRequest[] = [];
    const here = workersHere(runs, gate);
    const begin: StudyWorkers['begin'] = (request, onMessage) => {
      asked.push(request);
      return here.begin(request, onMessage);
    };
    const studies = { papers: [quickPaper], workers: { ...here, begin } };
    const pageDirectory = join(runs, 'no-page');
    const server = createServer({ runsDirectory: runs, dataDirectory: 'the-data', pageDirectory, studies });
    onTestFinished(() => server.close());
    expect((await server.inject('/api/papers/f/estimate?scale=smoke')).statusCode).toBe(200);
    await make(server);
    expect(asked.map(({ kind, runsDirectory, dataDirectory }) => [kind, runsDirectory, dataDirectory])).toEqual([
      ['estimate', runs, 'the-data'],
      ['reproduce', runs, 'the-data'],
    ]);
    const place = { runsDirectory: runs, dataDirectory: join(runs, 'empty') };
    const key = { paper: 'W', scale: 'smoke', seeds: 1 } as const;
    const hooks = { onMessage: () => undefined, signal: new AbortController().signal, pause: new Pause() };
    const perform = createStudyPerformer({ prices: { planner: (request) => planRun(request), file: null } });
    await expect(perform({ kind: 'estimate', only: ['W-cov'], ...key, ...place }, hooks)).rejects.toMatchObject({
      code: 'DATA_MISSING',
      message: expect.stringContaining(`looked in ${join(runs, 'empty')}`) as string,
    });
  });

  it('cannot be stopped when there is none', async () => {
    const response = await stop(serve());
    expect([response.statusCode, error(response).code]).toEqual([409, 'RUN_STATE']);
  });
});

describe('the live stream of a paper', () => {
  it('tells the ledger at first, then how far the study is, and the ledger as it fills', async () => {
    const address = await listen(serve(), { host: '127.0.0.1', port: 0 });
    const stream = await EventReader.open<StudyEvent>(`${address}/api/papers/f/events?scale=smoke`);
    const ledger = (verdict: string) => (event: StudyEvent) =>
      event.type === 'ledger' && event.ledger.claims[0]!.verdict === verdict;
    await stream.until(ledger('refused'));
    const response = await fetch(`${address}/api/papers/f/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scale: 'smoke', only: ['F-test.up'] }),
    });
    expect(response.status).toBe(202);
    const { data } = await stream.until((event) => event.type === 'study' && event.study?.status === 'finished');
    expect(data).toMatchObject({ study: { trials: 3, done: 3 } });
    await stream.until(ledger('supported'));
    const all = await EventReader.open<StudyEvent>(`${address}/api/papers/events?scale=smoke`);
    await all.until(ledger('supported'));
  });
});
