import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import type { MetricRecord } from '../src/contract/index.ts';
import { createRun, RunIndex } from '../src/store/index.ts';
import { packageVersion } from '../src/run/index.ts';
import { connectQueue, definitionOf, openQueueManager, plannedId } from '../src/sweep/index.ts';
import { contentOf, defaultPriority, jobOptions, openJobs } from '../src/sweep/bullmq/jobs.ts';
import { syntheticRunFile } from '../test/figures/synthetic-walk.ts';
import { startRedis } from '../test/support/redis.ts';

/**
 * What docs/scaling.md extrapolates from: `npx vite-node bench/scaling.ts -- list 20000`, `-- queue 100000` (needs redis-server),
 * `-- store 1000000`, `-- handles 200`. Nothing else should run.
 */
const [what = '', given = ''] = process.argv.slice(process.argv[2] === '--' ? 3 : 2);
const count = Number(given);

const walk = { iterationsPerEpoch: 600, iterations: 1000, interpolated: 0, points: 2, seed: 1 };
const seconds = (began: number): string => `${((performance.now() - began) / 1000).toFixed(2)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const print = (name: string, value: string): void => void process.stdout.write(`${name}: ${value}\n`);

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'thalweg-scaling-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The list of runs: the first look at a folder, one at which nothing has changed, memory, and what a browser gets. */
function measureList(folder: string): void {
  for (let index = 0; index < count; index++) {
    const id = `run-${index}`;
    mkdirSync(join(folder, id));
    const file = syntheticRunFile(id, { ...walk, seed: index });
    writeFileSync(join(folder, id, 'run.json'), JSON.stringify({ ...file, status: 'finished' }));
  }
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const index = new RunIndex(folder);
  let began = performance.now();
  const runs = index.look().runs();
  print(`first look at ${runs.length} runs`, seconds(began));
  began = performance.now();
  index.look();
  print('look at which nothing has changed', seconds(began));
  print('memory', megabytes(process.memoryUsage().rss - before));
  began = performance.now();
  const { length } = JSON.stringify(runs);
  print('list as JSON', `${megabytes(length)}, ${seconds(began)}`);
}

/** Jobs in Redis: memory, and how long queueing and looking take. */
async function measureQueue(): Promise<void> {
  const redis = await startRedis();
  const connection = await connectQueue(redis.url, () => undefined);
  const jobs = openJobs(connection);
  const used = async (): Promise<number> =>
    Number(/used_memory:(\d+)/.exec(await connection.client.info('memory'))![1]);
  const before = await used();
  const atOnce = 1000;
  const began = performance.now();
  for (let first = 0; first < count; first += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - first) }, (_, index) => runOf(first + index));
    await jobs.addBulk(
      some.map((run) => ({
        name: run.id,
        data: contentOf(run, packageVersion()),
        opts: jobOptions(run, 5, defaultPriority),
      })),
    );
  }
  print(`queueing ${count} jobs`, seconds(began));
  print('memory of Redis a job', `${Math.round(((await used()) - before) / count)} bytes`);
  const manager = await openQueueManager(redis.url, () => undefined);
  const looked = performance.now();
  await manager.status(200);
  print('status with 200 of them', seconds(looked));
  await manager.close();
  await jobs.close();
  connection.close();
  await redis.stop();
}

function runOf(seed: number) {
  const { specification } = syntheticRunFile('run', { ...walk, seed });
  const definition = definitionOf(specification);
  return { id: plannedId('sweep', ['0.1', '32'], seed, definition), specification, definition };
}

const recordAt = (iteration: number): MetricRecord => ({
  ...{ series: 'batch.loss', iteration, coordinate: null },
  ...{ value: Math.exp(-iteration / 300), standardError: null, examples: null },
});

/** Records of one run: what one writing process takes, and what a record costs on disk. */
function measureStore(folder: string): void {
  const writer = createRun(folder, syntheticRunFile('run', { ...walk, iterations: count }));
  const began = performance.now();
  for (let first = 0; first < count; first += 1000) {
    writer.append(Array.from({ length: Math.min(1000, count - first) }, (_, index) => recordAt(first + index)));
    writer.flush();
  }
  const taken = (performance.now() - began) / 1000;
  writer.close();
  print(`${count} records in transactions of 1,000`, `${Math.round(count / taken)} a second`);
  const bytes = readdirSync(join(folder, 'run')).reduce(
    (sum, file) => sum + statSync(join(folder, 'run', file)).size,
    0,
  );
  print('disk', `${(bytes / count).toFixed(1)} bytes a record`);
}

/** Runs that are written at the same time. */
function measureHandles(folder: string): void {
  const open = (): number => readdirSync('/proc/self/fd').length;
  const [handles, memory] = [open(), process.memoryUsage().rss];
  const writers = Array.from({ length: count }, (_, index) => {
    const writer = createRun(folder, syntheticRunFile(`run-${index}`, { ...walk, seed: index }));
    writer.append([recordAt(0)]);
    writer.flush();
    return writer;
  });
  print('file handles a run that is written', ((open() - handles) / count).toFixed(2));
  print('memory a run that is written', `${((process.memoryUsage().rss - memory) / count / 1e3).toFixed(0)} kB`);
  for (const writer of writers) writer.close();
}

const measures: Readonly<Record<string, () => void | Promise<void>>> = {
  list: () => inFolder(measureList),
  queue: measureQueue,
  store: () => inFolder(measureStore),
  handles: () => inFolder(measureHandles),
};
const measure = measures[what];
if (!measure || !(count >= 1)) throw new Error(`expected one of ${Object.keys(measures).join(', ')} and a number`);
print('machine', `${cpus().length} × ${cpus()[0]!.model}, ${megabytes(totalmem())}, load ${loadavg()[0]!.toFixed(1)}`);
await measure();
