import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { definitionOf, openQueueManager, type QueuedRun } from '../../../src/sweep/index.ts';
import { openRun } from '../../../src/store/index.ts';
import { runFile, values } from '../../cli/program.ts';
import { execute, smallRun } from '../../run/support.ts';
import { temporaryFolder } from '../../store/fixtures.ts';
import { failureOf } from '../../workers/programs.ts';
import { freePort, startRedis } from '../../support/redis.ts';
import { machine, type Machine } from './machines.ts';
import { queueOf } from './support.ts';

const token = 'correct-horse-battery-staple';
const ignore = (): void => undefined;

/** A hub and a Redis server; `worker`: a machine that takes from them. */
async function places() {
  const folder = temporaryFolder();
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const runs = join(folder, 'hub');
  const port = String(await freePort());
  const hub = machine('serve', '--hub', '--runs', runs, '--port', port, '--host', '0.0.0.0', '--token', token);
  hub.start();
  const worker = (name: string, shown = token): Machine => {
    const made = machine(
      ...['worker', '--queue', redis.url, '--hub', `http://127.0.0.1:${port}`, '--token', shown],
      ...['--concurrency', '2', '--runs', join(folder, name), '--cache', join(folder, 'cache'), '--patience', '5'],
    );
    made.start();
    return made;
  };
  return { redis, runs, worker };
}

const queued = (id: string, iterations: number): QueuedRun => {
  const specification = smallRun({
    duration: `${iterations} iterations`,
    checkpoints: { every: '50 iterations', keep: 2 },
  });
  return { id, specification, definition: definitionOf(specification) };
};

/** Waits until the hub has so many updates of a run. */
const arrived = (runs: string, id: string, iteration: number): Promise<void> =>
  vi.waitFor(() => expect(runFile(runs, id).iteration).toBeGreaterThanOrEqual(iteration), {
    timeout: 60_000,
    interval: 100,
  });

describe('thalweg worker', () => {
  it('that is told to end gives a run to the next one, which ends it with the same numbers', async () => {
    const { redis, runs, worker } = await places();
    const queue = await queueOf(redis.url);
    const run = queued('a', 1500);
    const { done } = queue.start(run, ignore);
    const first = worker('first');
    await arrived(runs, 'a', 100);
    first.signal('SIGTERM');
    expect(await first.ended(), first.said()).toBe(0);
    expect(first.said()).toContain('run a: back in the queue');
    const left = runFile(runs, 'a');
    expect(left.status).toBe('interrupted');
    expect(left.iteration).toBeLessThan(1500);
    worker('second');
    await done;
    const own = temporaryFolder();
    await execute(run.specification, own, 'a');
    expect(values(runs, 'a')).toEqual(values(own, 'a'));
  });

  it('refuses examples with another checksum, and says why', async () => {
    const { redis, runs, worker } = await places();
    const queue = await queueOf(redis.url, { attempts: 1 });
    worker('first');
    const end = failureOf(queue.start({ ...queued('a', 10), dataDigest: '0'.repeat(64) }, ignore).done);
    expect(await end).toMatchObject({
      code: 'DATA_INVALID',
      message: expect.stringMatching(
        /^a: expected the examples that are asked for \(SHA-256 000000000000…\), got others/,
      ) as unknown,
    });
    expect(() => openRun(runs, 'a')).toThrow(/a/);
  });

  it('ends with the reason where its token is wrong', async () => {
    const { worker } = await places();
    const refused = worker('first', 'another-horse-battery-staple');
    expect(await refused.ended()).toBe(2);
    expect(refused.said()).toContain('token');
  });

  it('stops a run that is cancelled, and leaves what it has at the hub', async () => {
    const { redis, runs, worker } = await places();
    const queue = await queueOf(redis.url);
    const manager = await openQueueManager(redis.url, ignore);
    onTestFinished(() => manager.close());
    const end = failureOf(queue.start(queued('a', 100_000), ignore).done);
    worker('first');
    await arrived(runs, 'a', 100);
    await manager.cancel('a');
    expect(await end).toMatchObject({ code: 'INTERRUPTED', message: 'run a: cancelled' });
    expect(runFile(runs, 'a')).toMatchObject({ status: 'interrupted' });
  });
});
