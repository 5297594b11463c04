import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openQueueManager, type QueueManager } from '../../../src/sweep/index.ts';
import { startRedis } from '../../support/redis.ts';
import { failureOf } from '../../workers/programs.ts';
import { playedWorker, queuedRun, queueOf, redisOfFile, untilStopped } from './support.ts';

const ignore = (): void => undefined;

async function managerOf(url: string): Promise<QueueManager> {
  const manager = await openQueueManager(url, ignore);
  onTestFinished(() => manager.close());
  return manager;
}

describe('managing a queue', () => {
  const redis = redisOfFile();

  /** A queue with runs of these names in it. */
  async function filled(...ids: string[]) {
    const [queue, manager] = [await queueOf(redis.url), await managerOf(redis.url)];
    const done = ids.map((id) => {
      const started = queue.start(queuedRun(id), ignore);
      started.done.catch(ignore);
      return started.done;
    });
    await vi.waitFor(async () => expect((await manager.status(0)).counts.waiting).toBe(ids.length), 15_000);
    return { manager, done };
  }

  it('counts what lies in it, and tells of runs and workers', async () => {
    const { manager, done } = await filled('a', 'b');
    const { worker } = await playedWorker(redis.url, {
      train: (run, onProgress, stopped) => {
        onProgress(0.5);
        return run.id === 'a' ? Promise.resolve() : untilStopped(run, onProgress, stopped);
      },
    });
    await done[0];
    await vi.waitFor(async () => expect((await manager.status(9)).jobs).toHaveLength(2), 15_000);
    await vi.waitFor(async () => expect((await manager.status(9)).jobs[0]!.share).toBe(0.5), 15_000);
    const status = await manager.status(9);
    expect(status).toMatchObject({
      address: redis.url,
      paused: false,
      counts: { waiting: 0, active: 1, delayed: 0, failed: 0, completed: 1 },
      workers: [{ name: worker.name, concurrency: 1 }],
      jobs: [
        { job: 'b@end', run: 'b', until: null, state: 'active', share: 0.5, worker: worker.name, ended: null },
        { job: 'a@end', run: 'a', state: 'completed', share: 1, reason: null, attempts: 0 },
      ],
    });
    expect((await manager.status(0)).jobs).toEqual([]);
  });

  it('paused gives workers nothing until it is resumed', async () => {
    const { manager, done } = await filled('a');
    await manager.pause();
    const { told } = await playedWorker(redis.url, {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([told, (await manager.status(0)).paused]).toEqual([[], true]);
    await manager.resume();
    await done[0];
    expect((await manager.status(0)).paused).toBe(false);
  });

  it('drained has only what workers have in hand', async () => {
    const { manager, done } = await filled('a', 'b');
    const ends = done.map(failureOf);
    expect(await manager.drain()).toBe(2);
    expect((await manager.status(9)).jobs).toEqual([]);
    for (const end of ends)
      expect(await end).toMatchObject({
        code: 'INTERRUPTED',
        message: expect.stringMatching(/took it out/) as unknown,
      });
  });

  it('gives what has the lowest priority first', async () => {
    const { manager, done } = await filled('a', 'b', 'c');
    await manager.setPriority('c', 1);
    await manager.setPriority('a', 2000);
    expect((await manager.status(9)).jobs.map(({ run, priority }) => [run, priority])).toEqual([
      ['c', 1],
      ['b', 1000],
      ['a', 2000],
    ]);
    const { told } = await playedWorker(redis.url, {});
    await Promise.all(done);
    expect(told.filter((text) => text.startsWith('trains'))).toEqual(['trains c', 'trains b', 'trains a']);
  });

  it('takes out a run that waits, stops one that is made, and tries again what was cancelled', async () => {
    const { manager, done } = await filled('a', 'b');
    const ends = done.map(failureOf);
    await manager.cancel('b');
    expect(await ends[1]).toMatchObject({ code: 'INTERRUPTED' });
    const first = await playedWorker(redis.url, { train: untilStopped }, { signEvery: 50 });
    await vi.waitFor(() => expect(first.told).toContain('trains a'), 15_000);
    await manager.cancel('a');
    expect(await ends[0]).toMatchObject({ code: 'INTERRUPTED', message: 'run a: cancelled' });
    expect((await manager.status(9)).jobs).toMatchObject([{ run: 'a', state: 'failed', reason: 'run a: cancelled' }]);
    await first.leave();

    await manager.retry('a');
    const second = await playedWorker(redis.url, {});
    await vi.waitFor(async () => expect((await manager.status(0)).counts.completed).toBe(1), 15_000);
    expect(second.told).toContain('trains a');
  });

  it('finds a stage by the name of its run', async () => {
    const [queue, manager] = [await queueOf(redis.url), await managerOf(redis.url)];
    queue.start(queuedRun('a', { until: 10 }), ignore).done.catch(ignore);
    await vi.waitFor(async () => expect((await manager.status(0)).counts.waiting).toBe(1), 15_000);
    await manager.setPriority('a', 7);
    await manager.setPriority('a@10', 8);
    expect((await manager.status(9)).jobs).toMatchObject([{ job: 'a@10', until: 10, priority: 8 }]);
  });

  it('refuses a run that is not there, or not in a state for it', async () => {
    const { manager, done } = await filled('a');
    expect(await failureOf(manager.cancel('b'))).toMatchObject({
      code: 'RUN_NOT_FOUND',
      message: 'queue: expected a run that is in the queue, got "b"',
    });
    expect(await failureOf(manager.retry('a'))).toMatchObject({ code: 'RUN_STATE' });
    expect(await failureOf(manager.setPriority('a', 0))).toMatchObject({ code: 'USAGE' });
    await playedWorker(redis.url, {});
    await done[0];
    expect(await failureOf(manager.cancel('a'))).toMatchObject({
      message: 'queue: expected one that waits or is made, got a, which is completed',
    });
  });

  it('answers at once while the server is gone, and as before when it is back', async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const manager = await managerOf(own.url);
    await own.kill();
    await vi.waitFor(
      async () =>
        expect(await failureOf(manager.status(0))).toMatchObject({
          code: 'QUEUE_FAILED',
          message: `queue ${own.url}: expected its server, got none for now`,
        }),
      15_000,
    );
    expect(await failureOf(manager.cancel('a'))).toMatchObject({ code: 'QUEUE_FAILED' });
    await own.restart();
    await vi.waitFor(async () => expect((await manager.status(0)).counts.waiting).toBe(0), 10_000);
  });
});
