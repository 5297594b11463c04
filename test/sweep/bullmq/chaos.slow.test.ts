import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { randomStream } from '../../../src/base/index.ts';
import { listRuns } from '../../../src/store/index.ts';
import { values } from '../../cli/program.ts';
import { temporaryFolder } from '../../store/fixtures.ts';
import { freePort, startRedis } from '../../support/redis.ts';
import { machine, type Machine } from './machines.ts';

/** `npm run test:chaos` has the long form. */
const isLong = process.env['THALWEG_CHAOS'] === 'long';
const form = isLong ? { seeds: 10, seconds: 120, iterations: 600 } : { seeds: 2, seconds: 15, iterations: 200 };

const sweepFile = {
  name: 'chaos',
  base: {
    data: { name: 'mnist-1d', examples: 400, testExamples: 100 },
    model: { name: 'mlp', hidden: [16] },
    optimizer: { name: 'sgd', batchSize: 50 },
    duration: `${form.iterations} iterations`,
    evaluate: '20 iterations',
    checkpoints: { every: '20 iterations', keep: 2 },
    probes: [{ kind: 'interpolation', points: 3 }, { kind: 'distance' }],
  },
  grid: { 'optimizer.learningRate': [0.01, 0.02, 0.05, 0.1] },
  seeds: form.seeds,
};
const runs = 4 * form.seeds;

/** What can fail, and come back. */
type Victim = Pick<Machine, 'start' | 'fail'>;

/** Kills one after the other at random moments, and starts each again a little later. Returns how often. */
async function wreak(victims: readonly Victim[], seconds: number, seed: number): Promise<number> {
  const random = randomStream(seed, 'chaos');
  const end = performance.now() + 1000 * seconds;
  const restarts: Promise<void>[] = [];
  const down = new Set<Victim>();
  let kills = 0;
  for (; performance.now() < end;) {
    await wait(500 + 2500 * random.uniform());
    const victim = victims[random.integer(victims.length)]!;
    const [whole, pause] = [random.uniform() < 0.5, 1500 * random.uniform()];
    if (down.has(victim)) continue;
    kills++;
    down.add(victim);
    restarts.push(
      victim.fail(whole).then(async () => {
        await wait(pause);
        victim.start();
        down.delete(victim);
      }),
    );
  }
  await Promise.all(restarts);
  return kills;
}

describe('a sweep whose workers, hub and Redis are killed at random moments', () => {
  it('makes every run once, with the numbers of one that nobody disturbed', { timeout: 1_200_000 }, async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'chaos.json');
    writeFileSync(file, JSON.stringify(sweepFile));
    const [hubRuns, ownRuns] = [join(folder, 'hub'), join(folder, 'own')];

    const undisturbed = machine('sweep', file, '--runs', ownRuns, '--workers', '2');
    undisturbed.start();
    expect(await undisturbed.ended(), undisturbed.said()).toBe(0);

    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const port = String(await freePort());
    const hub = machine('serve', '--hub', '--runs', hubRuns, '--port', port);
    const worker = (name: string): Machine =>
      machine(
        ...['worker', '--queue', redis.url, '--hub', `http://127.0.0.1:${port}`, '--concurrency', '2'],
        ...['--runs', join(folder, name), '--cache', join(folder, 'cache'), '--patience', '2'],
      );
    const workers = ['a', 'b', 'c'].map(worker);
    const sweep = machine('sweep', file, '--runs', hubRuns, '--queue', redis.url);
    for (const each of [hub, ...workers, sweep]) each.start();
    const server: Victim = { fail: () => redis.kill(), start: () => void redis.restart() };
    const kills = await wreak([...workers, hub, server], form.seconds, 1);
    expect(await sweep.ended(), sweep.said()).toBe(0);

    const made = listRuns(hubRuns);
    expect(made.map(({ status }) => status)).toEqual(Array.from({ length: runs }, () => 'finished'));
    const ids = made.map(({ id }) => id).sort();
    expect(ids).toEqual(
      listRuns(ownRuns)
        .map(({ id }) => id)
        .sort(),
    );
    for (const id of ids) expect(values(hubRuns, id), id).toEqual(values(ownRuns, id));
    expect(kills).toBeGreaterThan(form.seconds / 4);
  });
});
