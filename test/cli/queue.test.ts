import { describe, expect, it, vi } from 'vitest';
import type { QueueStatus } from '../../src/contract/index.ts';
import { freePort } from '../support/redis.ts';
import { queuedRun, queueOf, redisOfFile } from '../sweep/bullmq/support.ts';
import { thalweg } from './terminal.ts';

describe('thalweg queue', () => {
  const redis = redisOfFile();
  const command = (...words: string[]) => thalweg(['queue', ...words, '--queue', redis.url]);
  const status = async (): Promise<QueueStatus> =>
    JSON.parse((await command('status', '--json')).stdout) as QueueStatus;

  it('shows and changes what lies in it', async () => {
    const queue = await queueOf(redis.url);
    for (const id of ['a', 'b']) queue.start(queuedRun(id), () => undefined).done.catch(() => undefined);
    await vi.waitFor(async () => expect((await status()).counts.waiting).toBe(2), 10_000);
    const { stdout } = await command('status');
    expect(stdout).toContain(`${redis.url}: 0 active, 2 waiting, 0 delayed, 0 failed, 0 completed`);
    expect(stdout).toContain('no worker: `thalweg worker --queue …` starts one');
    expect(stdout).toMatch(/a +waiting +0 % +1000 +0 +–/);
    expect((await command('priority', 'b', '5')).stdout).toBe('b: priority 5\n');
    expect((await status()).jobs[0]).toMatchObject({ run: 'b', priority: 5 });
    expect((await command('pause')).stdout).toMatch(/^paused: workers end what they have in hand/);
    expect((await command('status')).stdout).toContain(`${redis.url}, paused: `);
    expect((await command('resume')).stdout).toBe('resumed\n');
    expect((await command('cancel', 'a')).stdout).toBe('a: taken out; one that is made stops within seconds\n');
    expect((await command('drain')).stdout).toBe('1 runs taken out; what workers have in hand goes on\n');
    expect((await status()).jobs).toEqual([]);
  });

  it.each([
    [['explode'], /queue: unknown value "explode"/],
    [['status', 'a'], /queue status: expected no run, got a/],
    [['cancel'], /queue cancel: expected at least one run, got none/],
    [['priority', 'a'], /queue priority: expected a run and a number, got "a"/],
    [['priority', 'a', 'x'], /queue priority: expected a whole number of at least 1, got "x"/],
    [['retry', 'nobody'], /queue: expected a run that is in the queue, got "nobody"/],
  ])('%j is refused', async (words, message) => {
    const { code, stderr } = await command(...words);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it('says in a line that nobody is there', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await thalweg(['queue', 'status', '--queue', url]);
    expect(code).toBe(1);
    expect(stderr).toContain(`thalweg: queue ${url}: expected a Redis or Valkey server, got ECONNREFUSED\n`);
  });
});

describe('thalweg worker', () => {
  it('says in a line that there is no queue', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await thalweg(['worker', '--queue', url, '--hub', 'http://127.0.0.1:1']);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`thalweg: queue ${url}: expected a Redis or Valkey`)]);
  });
});
