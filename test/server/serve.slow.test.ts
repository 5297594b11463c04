import { readFileSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  exampleSchema,
  keptMeasurementSchema,
  landscapeDocumentSchema,
  landscapePriceSchema,
  quantitySchema,
  runPlanSchema,
  type Example,
  type Job,
  type JobsEvent,
  type KeptMeasurement,
  type LandscapeDocument,
  type LandscapePrice,
  type StudyState,
} from '../../src/contract/index.ts';
import { toFloat64 } from '../../src/base/index.ts';
import { createExampleViewer, measureLandscape, measureRun } from '../../src/run/index.ts';
import { data, requireProgram, start } from '../cli/program.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { trainOnImages } from '../web/measured-run.ts';
import { gone } from '../workers/programs.ts';

beforeAll(requireProgram);

const patience = { timeout: 120_000, interval: 100 };
const traces = quantitySchema.parse({ kind: 'per-example-hessian-trace', examples: 40 });
/** Some minutes of work. */
const long = { what: 'surface', points: 501, examples: 'all' } as const;

/** The built command, which serves a run on images. */
async function serve() {
  const runs = temporaryFolder();
  await trainOnImages(runs, data);
  const { child, output, ended } = start('serve', '--runs', runs, '--data', data, '--port', '0');
  await expect.poll(() => output.stdout, patience).toContain('until Ctrl-C');
  const address = /http:\S+/.exec(output.stdout)![0];
  const ask = async (path: string, method = 'GET', body?: object): Promise<Response> =>
    fetch(new URL(`/api/${path}`, address), {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  const json = async <T>(...asked: Parameters<typeof ask>): Promise<T> => (await ask(...asked)).json() as Promise<T>;
  return { runs, pid: child.pid!, child, ended, ask, json, jobs: await listen(ask) };
}

/** The jobs of the run as the server tells them, also after it was deleted. */
async function listen(ask: (path: string) => Promise<Response>): Promise<() => readonly Job[]> {
  let jobs: readonly Job[] = [];
  const reader = (await ask('runs/images/jobs/events')).body!.pipeThrough(new TextDecoderStream()).getReader();
  const read = async (): Promise<void> => {
    let text = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const events = (text + part.value).split('\n\n');
      text = events.pop()!;
      for (const event of events)
        for (const [, told] of event.matchAll(/^data: (.*)$/gm)) jobs = (JSON.parse(told!) as JobsEvent).jobs;
    }
  };
  // It ends with the server.
  read().catch(() => undefined);
  return () => jobs;
}

/** The processes that a process has started and not lost. */
const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((text) => text !== '')
    .map(Number);

describe('the built server', () => {
  it('measures, prices and computes landscapes, plans runs and shows examples, each in a process of its own', async () => {
    const { runs, child, ended, pid, ask, json, jobs } = await serve();
    const done = async (path: string, body: object): Promise<string> => {
      const { id } = await json<Job>(`runs/images/${path}`, 'POST', body);
      const job = (): Job | undefined => jobs().find((one) => one.id === id);
      await expect.poll(() => job()?.status, patience).toMatch(/done|failed/);
      expect(job()).toMatchObject({ status: 'done', error: null });
      return job()!.name;
    };

    const measured = await done('measurements', { quantity: traces });
    const kept = keptMeasurementSchema.parse(await json<KeptMeasurement>(`runs/images/measurements/${measured}`));
    const place = { runsDirectory: runs, dataDirectory: data };
    const { tensors } = await measureRun({ ...place, id: 'images', at: 'last', quantities: [traces], tensors: true });
    expect(kept.columns['value']).toEqual([...toFloat64(tensors['exampleTrace.value']!)]);

    const wish = { what: 'surface', points: 5, examples: 100 } as const;
    const price = await json<LandscapePrice>('runs/images/landscapes/estimate', 'POST', wish);
    expect(landscapePriceSchema.parse(price)).toMatchObject({ points: 25 });
    const surface = await done('landscapes', wish);
    const document = landscapeDocumentSchema.parse(await json<LandscapeDocument>(`runs/images/landscapes/${surface}`));
    expect(document).toEqual(await measureLandscape({ ...place, ...wish, centre: { run: 'images', at: 'last' } }));

    const plan = await json('plan/estimate', 'POST', { study: 'quickstart', scale: 'smoke', assignments: [] });
    expect(runPlanSchema.parse(plan).seconds).toBeGreaterThan(0);

    const view = createExampleViewer();
    for (const [index, position] of kept.columns['position']!.slice(0, 5).map(Number).entries()) {
      const at = kept.iteration;
      const own = await view({ ...place, id: 'images', position, at });
      const example = exampleSchema.parse(await json<Example>(`runs/images/examples/${position}.json?at=${at}`));
      expect(example).toEqual(own.example);
      expect(example.prediction!.label === example.label ? 1 : 0).toBe(kept.columns['correct']![index]);
      const picture = await ask(`runs/images/examples/${position}.png`);
      expect(Buffer.from(await picture.arrayBuffer()).equals(own.png!)).toBe(true);
    }

    // The one that shows examples stays for the next one, and ends with the server.
    const [viewer, ...others] = childrenOf(pid);
    expect(others).toEqual([]);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
    await gone(viewer!);
  });

  it('cancels a job, survives processes that are killed and a run that is deleted, and says what happened', async () => {
    const { runs, child, ended, pid, ask, json, jobs } = await serve();
    const begin = async (): Promise<Job> => {
      const job = await json<Job>('runs/images/landscapes', 'POST', long);
      await expect.poll(() => jobs().find(({ id }) => id === job.id)?.done, patience).toBeGreaterThan(0);
      return job;
    };
    const last = (): Job => jobs().at(-1)!;

    const cancelled = await begin();
    expect((await json<Job>(`jobs/${cancelled.id}`, 'DELETE')).status).toBe('stopping');
    await expect.poll(() => last().status, patience).toBe('cancelled');
    const { done } = last();

    await begin();
    // It goes on with what was kept.
    expect(last().done).toBeGreaterThanOrEqual(done);
    const [worker] = childrenOf(pid);
    process.kill(worker!, 'SIGKILL');
    await expect.poll(() => last().status, patience).toBe('failed');
    expect(last().error).toMatchObject({
      code: 'TRAINER_DIED',
      message: expect.stringContaining('it ended with signal SIGKILL') as string,
    });

    expect((await ask('runs/images/examples/3.png')).status).toBe(200);
    const [viewer] = childrenOf(pid);
    process.kill(viewer!, 'SIGKILL');
    await gone(viewer!);
    await wait(200);
    expect((await ask('runs/images/examples/4.png')).status).toBe(200);

    await begin();
    rmSync(join(runs, 'images'), { recursive: true });
    await expect.poll(() => last().status, patience).toBe('failed');
    expect(last().error).toEqual({
      code: 'RUN_NOT_FOUND',
      message: 'run images: expected its folder to stay while its landscape is computed, it was deleted or moved',
    });
    expect((await ask('runs')).status).toBe(200);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });

  it('ends what it computes when it is killed itself', async () => {
    const { child, ended, pid, json, jobs } = await serve();
    await json<Job>('runs/images/landscapes', 'POST', long);
    await expect.poll(() => jobs()[0]?.done, patience).toBeGreaterThan(0);
    const children = childrenOf(pid);
    expect(children).toHaveLength(1);
    child.kill('SIGKILL');
    await ended;
    await Promise.all(children.map(gone));
  });

  it('makes studies with the data sets of its folder', async () => {
    const folders = { runs: temporaryFolder(), data: temporaryFolder() };
    const { output } = start('serve', '--runs', folders.runs, '--data', folders.data, '--port', '0');
    await expect.poll(() => output.stdout, patience).toContain('until Ctrl-C');
    const address = /http:\S+/.exec(output.stdout)![0];
    const body = JSON.stringify({ scale: 'smoke', seeds: 1, only: ['W-cov'] });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(new URL('/api/papers/w/runs', address), { method: 'POST', body, headers })).status).toBe(202);
    const study = async (): Promise<StudyState | null> =>
      ((await (await fetch(new URL('/api/study', address))).json()) as { study: StudyState | null }).study;
    await expect.poll(async () => (await study())?.status, patience).toBe('failed');
    // Nothing lies there, and nobody looked elsewhere.
    expect((await study())!.problem).toMatch(/^mnist: missing /);
    expect((await study())!.problem).toContain(folders.data);
  });
});
