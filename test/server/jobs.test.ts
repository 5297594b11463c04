import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import { quantitySchema } from '../../src/contract/index.ts';
import type { Job } from '../../src/contract/index.ts';
import type { JobRequest } from '../../src/run/index.ts';
import { Jobs } from '../../src/server/index.ts';
import type { StartJob } from '../../src/server/index.ts';
import { lossRecord, startRun, temporaryRuns } from './served-run.ts';

type Hear = Parameters<StartJob>[1];

/** Processes that a test ends as it likes, in the order of their starts. */
class Acted {
  readonly started: { request: JobRequest; hear: Hear; end: (name: string) => void; fail: (error: Error) => void }[] =
    [];
  readonly stopped: number[] = [];

  readonly start: StartJob = (request, hear) => {
    let [end, fail]: [(name: string) => void, (error: Error) => void] = [() => undefined, () => undefined];
    const done = new Promise<string>((resolve, reject) => {
      [end, fail] = [resolve, reject];
    });
    const place = this.started.push({ request, hear, end, fail }) - 1;
    const stop = (): void => {
      this.stopped.push(place);
      fail(new ThalwegError('INTERRUPTED', 'measure: stopped'));
    };
    return { stop, kill: stop, done };
  };
}

function service(): { jobs: Jobs; acted: Acted; request: (kind?: string, id?: string) => JobRequest } {
  const runsDirectory = temporaryRuns();
  for (const id of ['run-1', 'run-2']) {
    const writer = startRun(runsDirectory, id);
    writer.append([lossRecord(0, 1)]);
    writer.flush();
  }
  const acted = new Acted();
  const jobs = new Jobs(acted.start);
  onTestFinished(() => jobs.close());
  const request = (kind = 'margins', id = 'run-1'): JobRequest => ({
    kind: 'measurement',
    runsDirectory,
    id,
    at: 0,
    quantity: quantitySchema.parse({ kind }),
  });
  return { jobs, acted, request };
}

const statuses = (jobs: readonly Job[]): string[] => jobs.map(({ status }) => status);

describe('background jobs', () => {
  it('run one after the other', async () => {
    const { jobs, acted, request } = service();
    jobs.add(request('margins'));
    jobs.add(request('gradient-noise'));
    expect(statuses(jobs.of('run-1'))).toEqual(['running', 'waiting']);
    acted.started[0]!.end('a-name');
    await wait(0);
    expect(statuses(jobs.of('run-1'))).toEqual(['done', 'running']);
    expect(jobs.of('run-1')[0]!.name).toBe('a-name');
    expect(acted.started.map((one) => (one.request.kind === 'measurement' ? one.request.quantity.kind : ''))).toEqual([
      'margins',
      'gradient-noise',
    ]);
  });

  it('are the same job for the same request, until it has ended', async () => {
    const { jobs, acted, request } = service();
    const first = jobs.add(request());
    expect(jobs.add(request()).id).toBe(first.id);
    acted.started[0]!.end('x');
    await wait(0);
    expect(jobs.add(request()).id).not.toBe(first.id);
  });

  it('tell how far they are, and how long it will take by the pace so far', async () => {
    const { jobs, acted, request } = service();
    jobs.add(request());
    const { hear } = acted.started[0]!;
    hear({ type: 'note', message: 'mnist: decoded 10000 images' });
    hear({ type: 'progress', done: 40, of: 100 });
    expect(jobs.of('run-1')[0]).toMatchObject({ done: 40, of: 100, secondsLeft: null });
    await wait(20);
    hear({ type: 'progress', done: 60, of: 100 });
    const job = jobs.of('run-1')[0]!;
    expect(job.note).toBe('mnist: decoded 10000 images');
    expect(job.secondsLeft).toBeGreaterThan(0.02);
    expect(job.secondsLeft).toBeLessThan(5);
  });

  it('are cancelled while they run and while they wait', async () => {
    const { jobs, acted, request } = service();
    const [one, other] = [jobs.add(request('margins')), jobs.add(request('tic'))];
    jobs.cancel(other.id);
    expect(statuses(jobs.of('run-1'))).toEqual(['running', 'cancelled']);
    expect(jobs.cancel(one.id).status).toBe('stopping');
    await wait(0);
    expect(statuses(jobs.of('run-1'))).toEqual(['cancelled', 'cancelled']);
    expect(acted.started).toHaveLength(1);
    expect(() => jobs.cancel('nobody')).toThrow('expected a job of this server');
  });

  it('that were cancelled and asked for again before they have ended are computed after that', async () => {
    const { jobs, acted, request } = service();
    const first = jobs.add(request());
    jobs.cancel(first.id);
    const again = jobs.add(request());
    expect(again.id).not.toBe(first.id);
    expect(statuses(jobs.of('run-1'))).toEqual(['stopping', 'waiting']);
    await wait(0);
    expect(statuses(jobs.of('run-1'))).toEqual(['cancelled', 'running']);
    expect(acted.started).toHaveLength(2);
  });

  it('that do not hear that they are to end are killed after five seconds', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { request } = service();
    const killed: string[] = [];
    const jobs = new Jobs((job) => {
      let fail: (error: Error) => void;
      const done = new Promise<string>((_, reject) => (fail = reject));
      const kill = (): void => {
        killed.push(job.id);
        fail(new ThalwegError('INTERRUPTED', 'measurement: ended before it had a result'));
      };
      return { stop: () => undefined, kill, done };
    });
    const { id } = jobs.add(request());
    jobs.cancel(id);
    await vi.advanceTimersByTimeAsync(4900);
    expect([killed, statuses(jobs.of('run-1'))]).toEqual([[], ['stopping']]);
    await vi.advanceTimersByTimeAsync(200);
    expect([killed, statuses(jobs.of('run-1'))]).toEqual([['run-1'], ['cancelled']]);
    expect(jobs.computing).toBeNull();
  });

  it('that fail say why, and the next one runs', async () => {
    const { jobs, acted, request } = service();
    jobs.add(request('margins'));
    jobs.add(request('tic', 'run-2'));
    acted.started[0]!.fail(new ThalwegError('DATA_MISSING', 'mnist: missing'));
    await wait(0);
    expect(jobs.of('run-1')[0]).toMatchObject({
      status: 'failed',
      error: { code: 'DATA_MISSING', message: 'mnist: missing' },
    });
    expect(statuses(jobs.of('run-2'))).toEqual(['running']);
  });

  it('are refused where their run or checkpoint does not exist', () => {
    const { jobs, request } = service();
    expect(() => jobs.add(request('margins', 'nobody'))).toThrow('expected a run in');
    expect(() => jobs.add({ ...request(), at: 3 } as JobRequest)).toThrow('expected a checkpoint to measure at');
  });

  it('are told to listeners', () => {
    const { jobs, request } = service();
    const heard: string[] = [];
    const end = jobs.listen((run) => heard.push(run));
    jobs.add(request('margins', 'run-2'));
    end();
    jobs.add(request('tic', 'run-1'));
    expect(new Set(heard)).toEqual(new Set(['run-2']));
  });

  it('end with the server', async () => {
    const { jobs, acted, request } = service();
    jobs.add(request('margins'));
    jobs.add(request('tic'));
    await jobs.close();
    expect(acted.stopped).toEqual([0]);
    expect(acted.started).toHaveLength(1);
  });
});
