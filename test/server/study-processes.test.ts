import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStudyProcesses } from '../../src/server/studies/processes.ts';
import type { StudyReply, StudyRequest, StudyWorkers } from '../../src/server/studies/work.ts';

/**
 * A program that speaks the protocol of a worker: a table's only column is its process and how many requests it has in hand; asked for a
 * figure it dies; asked to reproduce it waits for a stop.
 */
const worker = `
  let [inHand, stopped] = [0, null];
  process.on('disconnect', () => process.exit());
  process.on('message', async (input) => {
    if (input.type === 'stop') return stopped?.();
    const { kind } = input.request;
    if (kind === 'figure') process.exit(7);
    inHand++;
    const columns = [String(process.pid), String(inHand)];
    if (kind === 'reproduce') {
      process.send({ type: 'message', message: { type: 'planned', total: 1, finished: 0 } });
      await new Promise((resolve) => (stopped = resolve));
    } else await new Promise((resolve) => setTimeout(resolve, 20));
    inHand--;
    process.send(kind === 'reproduce'
      ? { type: 'failed', code: 'INTERRUPTED', message: 'stopped', stack: null }
      : { type: 'ended', result: { kind: 'table', table: { columns, rows: [] } } });
  });`;

let folder: string;
let workers: StudyWorkers;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'thalweg-study-'));
  writeFileSync(join(folder, 'worker.mjs'), worker);
  workers = createStudyProcesses(join(folder, 'worker.mjs'));
});
afterAll(async () => {
  await workers.close();
  rmSync(folder, { recursive: true });
});

const key = { paper: 'F', scale: 'smoke', seeds: undefined, runsDirectory: 'runs' } as const;
const table: StudyRequest = { kind: 'table', id: 't', ...key };
const reproduce: StudyRequest = { kind: 'reproduce', only: [], ...key };
const columnsOf = (reply: StudyReply): readonly string[] => (reply.kind === 'table' ? reply.table.columns : []);

describe('the processes of studies', () => {
  it('read one question after another in a process that stays', async () => {
    const replies = (await Promise.all([1, 2, 3].map(() => workers.read(table)))).map(columnsOf);
    expect(new Set(replies.map(([pid]) => pid)).size).toBe(1);
    expect(replies.map(([, inHand]) => inHand)).toEqual(['1', '1', '1']);
  });

  it('say how one ended that owed an answer, and read on in another', async () => {
    const [before] = columnsOf(await workers.read(table));
    const figure: StudyRequest = {
      kind: 'figure',
      id: 'f',
      format: 'svg',
      theme: 'light',
      width: undefined,
      pixels: 2,
      ...key,
    };
    await expect(workers.read(figure)).rejects.toMatchObject({
      code: 'TRAINER_DIED',
      message: 'study: expected an answer from the process of its figure, it ended with exit code 7',
    });
    const [after] = columnsOf(await workers.read(table));
    expect(after).not.toBe(before);
  });

  it('make each thing in a new one, which can be stopped and is stopped at the end', async () => {
    const one = workers.begin(table, () => undefined);
    const other = workers.begin(table, () => undefined);
    const [first] = columnsOf(await one.done);
    const [second] = columnsOf(await other.done);
    const [reader] = columnsOf(await workers.read(table));
    expect(new Set([first, second, reader]).size).toBe(3);
    const mine = createStudyProcesses(join(folder, 'worker.mjs'));
    const making = mine.begin(reproduce, () => making.stop());
    await expect(making.done).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const begun = new Promise<void>((resolve) => {
      const last = mine.begin(reproduce, () => resolve());
      last.done.catch(() => undefined);
    });
    await begun;
    await mine.close();
  });
});
