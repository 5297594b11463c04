import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openEvaluations } from '../../../src/sweep/bullmq/evaluation-jobs.ts';
import { thalweg } from '../../cli/terminal.ts';
import { execute, smallRun } from '../../run/support.ts';
import { temporaryFolder } from '../../store/fixtures.ts';
import { freePort, startRedis } from '../../support/redis.ts';
import { machine, type Machine } from './machines.ts';
import { connected } from './support.ts';

const token = 'correct-horse-battery-staple';

/** A Redis server, and a folder of runs that has one. */
async function places() {
  const folder = temporaryFolder();
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const runs = join(folder, 'runs');
  await execute(smallRun({ model: { name: 'mlp', hidden: [32] }, probes: [] }), runs, 'a');
  const begun = (...words: string[]): Machine => {
    const made = machine(...words);
    made.start();
    return made;
  };
  const file = (name: string): string => join(folder, name);
  const ask = (out: string, ...words: string[]) =>
    thalweg(['landscape', 'surface', 'a', '--examples', 'all', '--out', file(out), ...words]);
  return { folder, redis, runs, begun, file, ask };
}

describe('a landscape through a queue', () => {
  it('is byte for byte that of one process, also when a worker of the hub is killed in the middle of a part', async () => {
    const { folder, redis, runs, begun, file, ask } = await places();
    const port = String(await freePort());
    begun('serve', '--hub', '--runs', runs, '--port', port, '--host', '0.0.0.0', '--token', token);
    const hub = ['--hub', `http://127.0.0.1:${port}`, '--token', token];
    const worker = (name: string): Machine =>
      begun(
        ...['worker', '--queue', redis.url, ...hub, '--concurrency', '1'],
        ...['--runs', join(folder, name), '--cache', join(folder, 'cache'), '--patience', '2'],
      );
    const points = ['--points', '31'];
    const whole = ask('whole.json', '--runs', runs, ...points);
    const asking = ask('queue.json', '--runs', runs, '--queue', redis.url, ...points);
    const jobs = openEvaluations(await connected(redis.url));
    onTestFinished(() => jobs.close());
    const first = worker('first');
    await vi.waitFor(async () => expect(await pointsInHand()).toBeGreaterThan(0), { timeout: 60_000, interval: 5 });
    await first.fail(true);
    worker('second');
    expect(await asking).toMatchObject({ code: 0 });
    await whole;
    expect(readFileSync(file('queue.json')).equals(readFileSync(file('whole.json')))).toBe(true);
    // Somebody who has only the address of the hub has it as well.
    expect(await ask('hub.json', '--queue', redis.url, ...hub, ...points)).toMatchObject({ code: 0 });
    expect(readFileSync(file('hub.json')).equals(readFileSync(file('whole.json')))).toBe(true);

    async function pointsInHand(): Promise<number> {
      const [job] = await jobs.getJobs(['active']);
      return typeof job?.progress === 'object' ? job.progress.points : 0;
    }
  }, 180_000);

  it('is computed by a worker without a hub from a folder that all share, and by processes of this machine', async () => {
    const { redis, runs, begun, file, ask } = await places();
    const few = ['--points', '11', '--runs', runs];
    expect(await ask('whole.json', ...few)).toMatchObject({ code: 0 });
    begun('worker', '--queue', redis.url, '--runs', runs, '--concurrency', '1');
    expect(await ask('queue.json', ...few, '--queue', redis.url)).toMatchObject({ code: 0 });
    const here = begun(
      ...['landscape', 'surface', 'a', '--examples', 'all', '--out', file('here.json'), ...few, '--workers', '2'],
    );
    expect(await here.ended(), here.said()).toBe(0);
    for (const name of ['queue.json', 'here.json'])
      expect(readFileSync(file(name)).equals(readFileSync(file('whole.json')))).toBe(true);
  }, 120_000);
});
