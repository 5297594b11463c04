import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { QueueStatus, Results } from '../../src/contract/index.ts';
import { createServer } from '../../src/server/index.ts';
import { openQueueManager } from '../../src/sweep/index.ts';
import { queuedRun, queueOf, redisOfFile } from '../sweep/bullmq/support.ts';
import { temporaryRuns } from './served-run.ts';

describe('the queue over HTTP', () => {
  const redis = redisOfFile();

  async function served() {
    const queue = await openQueueManager(redis.url, () => undefined);
    const server = createServer({ runsDirectory: temporaryRuns(), queue });
    onTestFinished(async () => {
      await server.close();
      await queue.close();
    });
    const act = (payload: object) => server.inject({ method: 'POST', url: '/api/queue', payload });
    const status = async (): Promise<QueueStatus> => (await server.inject('/api/queue')).json();
    return { server, act, status };
  }

  it('is read and changed', async () => {
    const { act, status } = await served();
    const queue = await queueOf(redis.url);
    for (const id of ['a', 'b']) queue.start(queuedRun(id), () => undefined).done.catch(() => undefined);
    await vi.waitFor(async () => expect((await status()).counts.waiting).toBe(2), 15_000);
    await act({ action: 'pause' });
    expect((await status()).paused).toBe(true);
    await act({ action: 'resume' });
    await act({ action: 'priority', runs: ['b'], priority: 1 });
    expect((await status()).jobs.map(({ run }) => run)).toEqual(['b', 'a']);
    const { results } = (await act({ action: 'cancel', runs: ['a', 'nobody'] })).json<Results>();
    expect(results).toMatchObject([
      { id: 'a', error: null },
      { id: 'nobody', name: null, error: { code: 'RUN_NOT_FOUND' } },
    ]);
    expect((await act({ action: 'retry', runs: ['b'] })).json<Results>().results[0]!.error!.code).toBe('RUN_STATE');
    await act({ action: 'drain' });
    expect((await status()).jobs).toEqual([]);
  });

  it.each([
    { action: 'explode' },
    { action: 'cancel' },
    { action: 'cancel', runs: [] },
    { action: 'priority', runs: ['a'], priority: 0 },
  ])('refuses %o', async (payload) => {
    const { act } = await served();
    expect((await act(payload)).statusCode).toBe(400);
  });

  it('is not there on a server without one', async () => {
    const server = createServer({ runsDirectory: temporaryRuns() });
    onTestFinished(() => server.close());
    expect((await server.inject('/api/queue')).statusCode).toBe(404);
  });
});
