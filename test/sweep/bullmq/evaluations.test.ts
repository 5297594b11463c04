import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { ThalwegError } from '../../../src/base/index.ts';
import {
  measureLandscape,
  measureLandscapeInParts,
  measurePart,
  packageVersion,
  type LandscapeHooks,
  type PartRequest,
  type SurfaceRequest,
} from '../../../src/run/index.ts';
import { partsInQueue } from '../../../src/sweep/bullmq/evaluation-queue.ts';
import { EvaluationWorker, type EvaluationWorkerOptions } from '../../../src/sweep/bullmq/evaluation-worker.ts';
import { openEvaluations } from '../../../src/sweep/bullmq/evaluation-jobs.ts';
import { Capacity } from '../../../src/sweep/index.ts';
import { execute, failureOf, smallRun } from '../../run/support.ts';
import { connected, redisOfFile } from './support.ts';

const runs = mkdtempSync(join(tmpdir(), 'thalweg-evaluations-'));
beforeAll(() => execute(smallRun({ duration: '2 iterations', evaluate: '2 iterations', probes: [] }), runs), 60_000);
afterAll(() => rmSync(runs, { recursive: true, force: true }));
const surface: SurfaceRequest = {
  what: 'surface',
  centre: { run: 'r', at: 'last' },
  points: 7,
  examples: 50,
  runsDirectory: runs,
};
const checkpoints = async () => [{ run: 'r', iteration: 2, bytes: 1, sha256: 'a' }];

describe('a landscape in a queue', () => {
  const redis = redisOfFile();

  const ask = (hooks: LandscapeHooks = {}, attempts = 5) =>
    measureLandscapeInParts(surface, partsInQueue({ url: redis.url, checkpoints, lookEvery: 200, attempts }), hooks);

  /** A worker that computes in this process; `asked`: the first points of its parts. */
  async function worker(changes: Partial<EvaluationWorkerOptions> = {}, asked: number[] = []) {
    const made = new EvaluationWorker({
      connection: await connected(redis.url),
      name: `worker-${Math.floor(performance.now() * 1000)}`,
      thalweg: packageVersion(),
      concurrency: 1,
      capacity: new Capacity(),
      place: () => Promise.resolve({ runsDirectory: runs }),
      start: (request, onPoints) => {
        asked.push(request.first);
        return { done: measurePart(request, { onPoints }), stop: () => undefined, kill: () => undefined };
      },
      onNote: () => undefined,
      ...changes,
    });
    onTestFinished(() => made.leave());
    return { made, asked };
  }

  it('has the bits of one that is measured here, whoever computes which part', async () => {
    const [one, other] = [await worker(), await worker()];
    const heard: number[] = [];
    const document = await ask({ onProgress: ({ points, of }) => void heard.push(points, of) });
    expect(JSON.stringify(document)).toBe(JSON.stringify(await measureLandscape(surface)));
    expect([...one.asked, ...other.asked].sort((a, b) => a - b)).toEqual([0, 8, 16, 24, 32, 40, 48]);
    expect(heard.slice(0, 2)).toEqual([0, 49]);
    expect(heard.at(-2)).toBe(49);
    expect(heard.filter((_, index) => index % 2 === 0)).toEqual(
      [...heard.filter((_, index) => index % 2 === 0)].sort((a, b) => a - b),
    );
  });

  it('goes on where its part was in the hands of a worker that died', async () => {
    // It holds its part without a sign of life.
    let die!: (error: Error) => void;
    const done = new Promise<never>((_, reject) => (die = reject));
    const connection = await connected(redis.url);
    const dead = await worker({
      ...{ patience: 1, connection },
      start: () => ({ done, stop: () => die(new ThalwegError('INTERRUPTED', 'stopped')), kill: () => undefined }),
    });
    const asking = ask();
    await vi.waitFor(() => expect(dead.made.inHand).toHaveLength(1), { timeout: 15_000 });
    connection.close();
    const { asked } = await worker({ patience: 1 });
    expect(await asking).toEqual(await measureLandscape(surface));
    expect(asked).toHaveLength(7);
  }, 30_000);

  it('is gone on with after an interruption, and asks for no part twice', async () => {
    const controller = new AbortController();
    const asked: number[] = [];
    const { made } = await worker({}, asked);
    const stopped = ask({
      signal: controller.signal,
      onProgress: ({ points }) => void (points >= 8 && controller.abort()),
    });
    expect(await failureOf(stopped)).toMatchObject({
      code: 'INTERRUPTED',
      message: 'landscape: left in the queue, where workers go on with it',
    });
    expect(await ask()).toEqual(await measureLandscape(surface));
    expect(new Set(asked).size).toBe(7);
    expect(asked).toHaveLength(7);
    // Once it is there, nobody has to compute it.
    await made.leave();
    expect(await ask()).toEqual(await measureLandscape(surface));
  });

  it('fails with the reason of a part, and computes only what failed when it is asked for again', async () => {
    const asked: number[] = [];
    let isBroken = true;
    const start = (request: PartRequest, onPoints: (points: number) => void) => {
      asked.push(request.first);
      const broken = isBroken && request.first === 16;
      const done = broken
        ? Promise.reject(new ThalwegError('DATA_INVALID', 'other examples'))
        : measurePart(request, { onPoints });
      return { done, stop: () => undefined, kill: () => undefined };
    };
    await worker({ start });
    expect(await failureOf(ask({}, 1))).toMatchObject({ code: 'DATA_INVALID', message: 'other examples' });
    isBroken = false;
    expect(await ask({}, 1)).toEqual(await measureLandscape(surface));
    expect(asked.filter((first) => first === 16)).toHaveLength(2);
    expect(asked).toHaveLength(8);
  });

  it('leaves parts to others while this machine has no room for them', async () => {
    const capacity = new Capacity();
    const release = capacity.tryTake(1)!;
    const busy = await worker({ capacity });
    const free = await worker();
    expect(await ask()).toEqual(await measureLandscape(surface));
    expect([busy.asked.length, free.asked.length]).toEqual([0, 7]);
    release();
  });

  it('takes parts again when this machine has room', async () => {
    const capacity = new Capacity();
    const release = capacity.tryTake(1)!;
    const { asked } = await worker({ capacity });
    const asking = ask();
    await vi.waitFor(async () => expect(await waiting()).toBe(7), { timeout: 15_000 });
    release();
    expect(await asking).toEqual(await measureLandscape(surface));
    expect(asked).toHaveLength(7);
  });

  it('is not computed by another version, and says so where there is no other', async () => {
    await worker({ thalweg: '9.9.9', name: 'w' });
    expect(await failureOf(ask({}, 1))).toMatchObject({
      code: 'RUN_STATE',
      message: expect.stringMatching(
        /^part surface-\w+-\d+: expected a worker with Thalweg \S+, got w with 9\.9\.9$/,
      ) as unknown,
    });
  });

  async function waiting(): Promise<number> {
    const jobs = openEvaluations(await connected(redis.url));
    onTestFinished(() => jobs.close());
    const { prioritized = 0, waiting: plain = 0 } = await jobs.getJobCounts('prioritized', 'waiting');
    return prioritized + plain;
  }
});
