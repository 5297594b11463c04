import { describe, expect, it, vi } from 'vitest';
import { ThalwegError } from '../../../src/base/index.ts';
import { openJobs } from '../../../src/sweep/bullmq/jobs.ts';
import { failureOf } from '../../workers/programs.ts';
import { connected, playedWorker, queuedRun, queueOf, redisOfFile } from './support.ts';

const ignore = (): void => undefined;

describe('a queue on Redis', () => {
  const redis = redisOfFile();

  it('settles a run when a worker has made it, and tells how far it is', async () => {
    const queue = await queueOf(redis.url);
    await playedWorker(redis.url, {
      train: async (_, onProgress) => {
        onProgress(0.25);
        await new Promise((resolve) => setTimeout(resolve, 50));
      },
    });
    const shares: number[] = [];
    await queue.start(queuedRun('a'), (share) => shares.push(share)).done;
    expect(shares).toEqual([0.25]);
  });

  it('has a run once that two sweeps start, and both hear of its end', async () => {
    const [one, other] = [await queueOf(redis.url), await queueOf(redis.url)];
    const both = [one.start(queuedRun('a'), ignore).done, other.start(queuedRun('a'), ignore).done];
    const jobs = openJobs(await connected(redis.url));
    await vi.waitFor(async () => expect(await jobs.getPrioritizedCount()).toBe(1), 15_000);
    const { told } = await playedWorker(redis.url, {});
    await Promise.all(both);
    expect(told.filter((text) => text === 'trains a')).toHaveLength(1);
    await jobs.close();
  });

  it('makes stages of a run apart', async () => {
    const queue = await queueOf(redis.url);
    const untils: (number | undefined)[] = [];
    await playedWorker(redis.url, { train: async ({ until }) => void untils.push(until) });
    await queue.start(queuedRun('a', { until: 10 }), ignore).done;
    await queue.start(queuedRun('a'), ignore).done;
    expect(untils).toEqual([10, undefined]);
  });

  it('makes a run again that is started again: whoever starts it knows that the hub does not have it', async () => {
    const queue = await queueOf(redis.url);
    const { told } = await playedWorker(redis.url, {});
    for (let time = 0; time < 2; time++) await queue.start(queuedRun('a'), ignore).done;
    expect(told.filter((text) => text === 'trains a')).toHaveLength(2);
  });

  it('fails a run at once that would fail everywhere, with its own error', async () => {
    const queue = await queueOf(redis.url);
    let attempts = 0;
    const diverges = async (): Promise<void> => {
      attempts++;
      throw new ThalwegError('TRAINING_DIVERGED', 'run a: expected a finite loss, got NaN');
    };
    const { told } = await playedWorker(redis.url, { train: diverges });
    const error = { code: 'TRAINING_DIVERGED', message: 'run a: expected a finite loss, got NaN' };
    expect(await failureOf(queue.start(queuedRun('a'), ignore).done)).toMatchObject(error);
    expect(attempts).toBe(1);
    // What it recorded is at the hub before anybody hears of its end.
    expect(told).toEqual(['takes a', 'trains a', 'sends a', 'lets go of a']);
  });

  it('leaves what a machine did to a run to another attempt, after a while', async () => {
    const queue = await queueOf(redis.url);
    const started = queue.start(queuedRun('a'), ignore);
    started.done.catch(ignore);
    await playedWorker(redis.url, {
      train: () => Promise.reject(new ThalwegError('TRAINER_DIED', 'run a: it ended with signal SIGKILL')),
    });
    const jobs = openJobs(await connected(redis.url));
    await vi.waitFor(async () => expect(await (await jobs.getJob('a@end'))!.getState()).toBe('delayed'), 15_000);
    const job = (await jobs.getJob('a@end'))!;
    expect([job.delay, job.failedReason]).toEqual([5000, '[TRAINER_DIED] run a: it ended with signal SIGKILL']);
    started.stop();
    await jobs.close();
  });

  it('leaves a run where it is when it is stopped', async () => {
    const queue = await queueOf(redis.url);
    const jobs = openJobs(await connected(redis.url));
    const started = queue.start(queuedRun('a'), ignore);
    await vi.waitFor(async () => expect(await jobs.getPrioritizedCount()).toBe(1), 15_000);
    started.stop();
    expect(await failureOf(started.done)).toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringMatching(/left in the queue/) as unknown,
    });
    expect(await jobs.getPrioritizedCount()).toBe(1);
    await jobs.close();
  });

  it('says that a run was taken out, and puts one back that a killed server lost', async () => {
    const notes: string[] = [];
    const queue = await queueOf(redis.url, { onNote: (text) => notes.push(text) });
    const connection = await connected(redis.url);
    const jobs = openJobs(connection);
    const started = queue.start(queuedRun('a'), ignore);
    await vi.waitFor(async () => expect(await jobs.getPrioritizedCount()).toBe(1), 15_000);
    const taken = failureOf(started.done);
    await jobs.remove('a@end');
    expect(await taken).toMatchObject({
      code: 'INTERRUPTED',
      message: expect.stringMatching(/took it out of the queue/) as unknown,
    });

    queue.start(queuedRun('b'), ignore).done.catch(ignore);
    await vi.waitFor(async () => expect(await jobs.getPrioritizedCount()).toBe(1), 15_000);
    await connection.client.multi().flushall().client('KILL', 'TYPE', 'normal').exec();
    await vi.waitFor(async () => expect(await jobs.getPrioritizedCount()).toBe(1), { timeout: 5000 });
    expect(notes).toEqual([expect.stringMatching(/the server is gone/), expect.stringMatching(/the server is back/)]);
    await jobs.close();
  });

  it('refuses another run of the same name', async () => {
    const queue = await queueOf(redis.url);
    queue.start(queuedRun('a'), ignore).done.catch(ignore);
    const other = await queueOf(redis.url);
    const jobs = openJobs(await connected(redis.url));
    await vi.waitFor(async () => expect(await jobs.getPrioritizedCount()).toBe(1), 15_000);
    const { done } = other.start(queuedRun('a', { definition: 'another' }), ignore);
    expect(await failureOf(done)).toMatchObject({ code: 'RUN_EXISTS' });
    await jobs.close();
  });
});
