import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunEvent, RunListEvent } from '../../src/contract/index.ts';
import { createServer, listen } from '../../src/server/index.ts';
import { EventReader } from './event-reader.ts';
import { lossRecord, startRun, temporaryRuns } from './served-run.ts';

async function serve(runsDirectory: string): Promise<{ server: FastifyInstance; address: string }> {
  const server = createServer({ runsDirectory, pageDirectory: join(runsDirectory, 'no-page') });
  onTestFinished(() => server.close());
  return { server, address: await listen(server, { host: '127.0.0.1', port: 0 }) };
}

const isRecords = (event: RunEvent): boolean => event.type === 'records';
const iterations = (event: RunEvent): number[] => (event.type === 'records' ? event.columns.iteration : []);

describe('the live stream of a run', () => {
  it('begins with the run and its log, then sends what is recorded as it is recorded', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.log('info', 'hello');
    const { address } = await serve(runs);
    const events = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events`);
    expect((await events.next())?.data).toMatchObject({ type: 'run', run: { id: 'run-1', iteration: 0 } });
    expect((await events.next())?.data).toMatchObject({ type: 'log', lines: [{ level: 30, message: 'hello' }] });

    writer.append([lossRecord(0, 2.3), lossRecord(1, 2.1)]);
    writer.flush();
    const first = await events.until(isRecords);
    expect(first.data).toMatchObject({ series: 'train.loss', columns: { value: [2.3, 2.1] } });
    expect(first.id).toBeGreaterThan(0);

    writer.update({ iteration: 2, status: 'finished' });
    const changed = await events.until((event) => event.type === 'run');
    expect(changed.data).toMatchObject({ run: { iteration: 2, status: 'finished' } });
    writer.log('warn', 'later');
    expect((await events.until((event) => event.type === 'log')).data).toMatchObject({
      lines: [{ level: 40, message: 'later' }],
    });
  });

  it.each([
    ['Last-Event-ID', (id: number) => ({ query: '', headers: { 'last-event-id': String(id) } })],
    ['?after=', (id: number) => ({ query: `?after=${id}`, headers: {} })],
  ])('goes on after the place that %s names, with no gap and nothing twice', async (_name, from) => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.append([lossRecord(0, 1), lossRecord(1, 1)]);
    writer.flush();
    const { address } = await serve(runs);
    const before = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events`);
    const { id } = await before.until(isRecords);
    before.close();

    writer.append([lossRecord(2, 1), lossRecord(3, 1)]);
    writer.flush();
    const { query, headers } = from(id!);
    const after = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events${query}`, headers);
    expect(iterations((await after.until(isRecords)).data)).toEqual([2, 3]);
  });

  it('sends many records in pages, in order, each once', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    const count = 12_345;
    writer.append(Array.from({ length: count }, (_, t) => lossRecord(t, 1)));
    writer.flush();
    const { address } = await serve(runs);
    const events = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events`);
    const seen: number[] = [];
    let pages = 0;
    while (seen.length < count) {
      seen.push(...iterations((await events.until(isRecords)).data));
      pages++;
    }
    expect(seen).toEqual(Array.from({ length: count }, (_, t) => t));
    expect(pages).toBe(3);
  });

  it('tells of a rewind before the records that follow it', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.append([lossRecord(0, 1), lossRecord(1, 1), lossRecord(2, 1)]);
    writer.flush();
    const { address } = await serve(runs);
    const events = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events`);
    await events.until(isRecords);
    writer.rewind(1);
    writer.append([lossRecord(1, 9)]);
    writer.flush();
    expect((await events.until((event) => event.type === 'rewind')).data).toEqual({ type: 'rewind', iteration: 1 });
    expect((await events.until(isRecords)).data).toMatchObject({ columns: { iteration: [1], value: [9] } });
  });

  it('starts anew for a listener that knows a longer history than there is', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.append([lossRecord(0, 1)]);
    writer.flush();
    const { address } = await serve(runs);
    const events = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events?after=999`);
    expect((await events.until((event) => event.type === 'rewind')).data).toEqual({ type: 'rewind', iteration: 0 });
    expect(iterations((await events.until(isRecords)).data)).toEqual([0]);
  });

  it('serves several listeners, each from its own place', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    writer.append([lossRecord(0, 1)]);
    writer.flush();
    const { address } = await serve(runs);
    const one = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events`);
    const { id } = await one.until(isRecords);
    const two = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events?after=${id}`);
    await two.until((event) => event.type === 'log');
    writer.append([lossRecord(1, 1)]);
    writer.flush();
    expect(iterations((await one.until(isRecords)).data)).toEqual([1]);
    expect(iterations((await two.until(isRecords)).data)).toEqual([1]);
  });

  it('ends when the run is deleted, and the next request says so', async () => {
    const runs = temporaryRuns();
    const writer = startRun(runs);
    const { address } = await serve(runs);
    const events = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events`);
    await events.next();
    writer.close();
    rmSync(join(runs, 'run-1'), { recursive: true });
    await expect(events.until(isRecords)).rejects.toThrow('ended');
    expect((await fetch(`${address}/api/runs/run-1/events`)).status).toBe(404);
  });

  it('ends when the server is closed, which does not wait for listeners', async () => {
    const runs = temporaryRuns();
    startRun(runs);
    const { server, address } = await serve(runs);
    const events = await EventReader.open<RunEvent>(`${address}/api/runs/run-1/events`);
    const list = await EventReader.open<RunListEvent>(`${address}/api/events`);
    await events.next();
    await list.next();
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2000);
    await expect(events.until(() => false)).rejects.toThrow('ended');
    expect(await list.next()).toBeNull();
  });
});

describe('the live list of runs', () => {
  it('begins with the whole list, then sends what is new, changed and gone', async () => {
    const runs = temporaryRuns();
    startRun(runs, 'first').log('info', 'x');
    const { server, address } = await serve(runs);
    const events = await EventReader.open<RunListEvent>(`${address}/api/events`);
    const next = async (): Promise<unknown> => {
      const { type, runs: entries, ...rest } = (await events.next())!.data;
      return { type, runs: entries.map(({ id, tags }) => [id, ...tags]), ...rest };
    };
    expect(await next()).toEqual({ type: 'runs', runs: [['first']] });
    const writer = startRun(runs, 'new-run');
    expect(await next()).toEqual({ type: 'changed', runs: [['new-run']], removed: [] });

    const body = { runs: ['first'], change: { tags: ['x'] } };
    await server.inject({ method: 'PATCH', url: '/api/runs', body });
    expect(await next()).toEqual({ type: 'changed', runs: [['first', 'x']], removed: [] });
    writer.close();
    expect(await next()).toEqual({ type: 'changed', runs: [['new-run']], removed: [] });
    await server.inject({ method: 'POST', url: '/api/runs/trash', body: { runs: ['new-run'] } });
    expect(await next()).toEqual({ type: 'changed', runs: [], removed: ['new-run'] });

    const late = await EventReader.open<RunListEvent>(`${address}/api/events`);
    expect((await late.next())!.data).toMatchObject({ type: 'runs', runs: [{ id: 'first', tags: ['x'] }] });
  });
});

describe('listen', () => {
  it('says which port is in use', async () => {
    const runs = temporaryRuns();
    const { address } = await serve(runs);
    const port = Number(new URL(address).port);
    const second = createServer({ runsDirectory: runs });
    onTestFinished(() => second.close());
    await expect(listen(second, { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `port ${port}: expected a free port on 127.0.0.1, got one that another program uses`,
    });
  });

  it('reports an address that is not of this machine', async () => {
    const server = createServer({ runsDirectory: temporaryRuns() });
    onTestFinished(() => server.close());
    await expect(listen(server, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({ code: 'SERVER_FAILED' });
  });
});
