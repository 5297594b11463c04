import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { ThalwegError } from '../../../src/base/index.ts';
import { openJobs } from '../../../src/sweep/bullmq/jobs.ts';
import { readWorkers, saySign, workerIdentity } from '../../../src/sweep/bullmq/heartbeat.ts';
import { failureOf } from '../../workers/programs.ts';
import { connected, playedWorker, queuedRun, queueOf, redisOfFile, untilStopped } from './support.ts';

const ignore = (): void => undefined;

describe('a worker', () => {
  const redis = redisOfFile();

  it('trains nothing that the hub has whole', async () => {
    const queue = await queueOf(redis.url);
    const { told } = await playedWorker(redis.url, { hub: 'all' });
    await queue.start(queuedRun('a'), ignore).done;
    expect(told).toEqual(['takes a']);
  });

  it('that leaves puts what it has in hand back, sent, for the next one', async () => {
    const queue = await queueOf(redis.url);
    const { done } = queue.start(queuedRun('a'), ignore);
    const first = await playedWorker(redis.url, { train: untilStopped });
    await vi.waitFor(() => expect(first.told).toContain('trains a'), 15_000);
    await first.leave();
    expect(first.told).toEqual(['takes a', 'trains a', 'sends a', 'lets go of a']);
    expect(first.notes).toEqual(['run a: back in the queue']);
    const jobs = openJobs(await connected(redis.url));
    const job = (await jobs.getJob('a@end'))!;
    expect([await job.getState(), job.attemptsMade, job.opts.priority]).toEqual(['prioritized', 0, 1000]);
    await jobs.close();
    const second = await playedWorker(redis.url, {});
    await done;
    expect(second.told).toContain('trains a');
  });

  it('makes as many runs at a time as its machine has room for, by what each needs', async () => {
    const queue = await queueOf(redis.url);
    const inHand: string[] = [];
    const seen: string[] = [];
    const { told } = await playedWorker(
      redis.url,
      {
        async train({ id }) {
          inHand.push(id);
          seen.push([...inHand].sort().join(' '));
          await wait(300);
          inHand.splice(inHand.indexOf(id), 1);
        },
      },
      // Three small ones fill the machine, or one large one.
      { concurrency: 8, share: ({ id }) => Promise.resolve({ workers: id.startsWith('large') ? 1 : 3 }) },
    );
    const ids = ['small-1', 'small-2', 'small-3', 'small-4', 'large-1', 'large-2', 'small-5'];
    await Promise.all(ids.map((id) => queue.start(queuedRun(id), ignore).done));
    expect(told.filter((text) => text.startsWith('trains')).sort()).toEqual(ids.map((id) => `trains ${id}`).sort());
    const sizes = seen.map((names) => names.split(' ').length);
    expect(Math.max(...sizes)).toBe(3);
    for (const names of seen) if (names.includes('large')) expect(names).toMatch(/^large-\d$/);
  });

  it('tries a run again whose share of the machine could not be found out, with the reason', async () => {
    const queue = await queueOf(redis.url, { attempts: 1 });
    const error = new ThalwegError('DATA_MISSING', 'mnist: expected its files, got none');
    const { told, notes } = await playedWorker(redis.url, {}, { share: () => Promise.reject(error) });
    expect(await failureOf(queue.start(queuedRun('a'), ignore).done)).toMatchObject({ code: 'DATA_MISSING' });
    expect(told).toEqual([]);
    expect(notes).toEqual([error.message]);
  });

  it('stops a run that somebody took back, and does not try it again', async () => {
    const queue = await queueOf(redis.url);
    const { done } = queue.start(queuedRun('a'), ignore);
    const failed = failureOf(done);
    const { told } = await playedWorker(redis.url, { train: untilStopped }, { signEvery: 50 });
    await vi.waitFor(() => expect(told).toContain('trains a'), 15_000);
    const jobs = openJobs(await connected(redis.url));
    const job = (await jobs.getJob('a@end'))!;
    await job.updateData({ ...job.data, cancelled: true });
    expect(await failed).toMatchObject({ code: 'INTERRUPTED', message: 'run a: cancelled' });
    expect(told).toEqual(['takes a', 'trains a', 'sends a', 'lets go of a']);
    await jobs.close();
  });

  it('ends a training whose run another worker has taken over, and leaves the job to that one', async () => {
    const queue = await queueOf(redis.url);
    queue.start(queuedRun('a'), ignore).done.catch(ignore);
    const { told, notes } = await playedWorker(redis.url, { hub: 'takes over', train: untilStopped });
    const jobs = openJobs(await connected(redis.url));
    await vi.waitFor(async () => expect(await (await jobs.getJob('a@end'))!.getState()).toBe('delayed'), 15_000);
    expect(told).toEqual(['takes a', 'trains a', 'lets go of a']);
    expect(notes).toEqual(['run a: another worker has it']);
    expect((await jobs.getJob('a@end'))!.attemptsMade).toBe(0);
    await jobs.close();
  });

  it('of another version refuses, and says why, where there is none of the right one', async () => {
    const queue = await queueOf(redis.url);
    const { told, worker } = await playedWorker(redis.url, {}, { thalweg: '9.9.9' });
    const error = await failureOf(queue.start(queuedRun('a'), ignore).done);
    expect(error).toMatchObject({
      code: 'RUN_STATE',
      message: expect.stringMatching(
        new RegExp(`^run a: expected a worker with Thalweg [\\d.]+, got ${worker.name} with 9.9.9$`),
      ) as unknown,
    });
    expect(told).toEqual([]);
  });

  it('of another version leaves a run to one of the right version', async () => {
    const queue = await queueOf(redis.url);
    const right = await playedWorker(redis.url, {});
    await right.worker.pause();
    const wrong = await playedWorker(redis.url, {}, { thalweg: '9.9.9', leftToOthers: 100 });
    const { done } = queue.start(queuedRun('a'), ignore);
    await vi.waitFor(() => expect(wrong.notes[0]).toMatch(/with 9.9.9; left to others$/), 15_000);
    await wrong.leave();
    await right.worker.resume();
    await done;
    expect(right.told).toContain('trains a');
  });

  it('refuses a job that it cannot read', async () => {
    const jobs = openJobs(await connected(redis.url));
    const { told } = await playedWorker(redis.url, {});
    const content = { id: '../a', specification: {}, definition: 'x', thalweg: '0' };
    await jobs.add('bad', content as never, { jobId: 'bad' });
    await vi.waitFor(async () => expect(await (await jobs.getJob('bad'))!.getState()).toBe('failed'), 15_000);
    expect((await jobs.getJob('bad'))!.failedReason).toMatch(/^\[SPECIFICATION_INVALID\] job bad: id: /);
    expect(told).toEqual([]);
    await jobs.close();
  });

  it('says that it lives and what it has in hand, and leaves nothing when it ends', async () => {
    const queue = await queueOf(redis.url);
    queue.start(queuedRun('a'), ignore).done.catch(ignore);
    const { worker, leave } = await playedWorker(redis.url, { train: untilStopped });
    const { client } = await connected(redis.url);
    await vi.waitFor(async () => {
      expect(await readWorkers(client)).toMatchObject([{ name: worker.name, runs: ['a'], leaving: false }]);
    }, 15_000);
    await leave();
    expect(await readWorkers(client)).toEqual([]);
  });

  it('that was killed is seen for two minutes, with its last sign of life', async () => {
    const { client } = await connected(redis.url);
    await saySign(client, workerIdentity('gone', '0.1.0', 2), { runs: [], leaving: false });
    expect(await client.ttl('thalweg:worker:gone')).toBeGreaterThan(110);
    await client.set('thalweg:worker:strange', '{}');
    expect((await readWorkers(client)).map(({ name }) => name)).toEqual(['gone']);
  });
});
