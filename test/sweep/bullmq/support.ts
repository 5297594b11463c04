import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { ThalwegError } from '../../../src/base/index.ts';
import { connectQueue, type QueueConnection } from '../../../src/sweep/bullmq/connection.ts';
import { createRedisQueue, type RedisQueueOptions } from '../../../src/sweep/bullmq/queue.ts';
import { newWorkerName, RunWorker, type RunWorkerOptions } from '../../../src/sweep/bullmq/worker.ts';
import type { QueuedRun, RunQueue } from '../../../src/sweep/index.ts';
import type { RunSending, TakenRun } from '../../../src/sync/index.ts';
import { packageVersion } from '../../../src/run/index.ts';
import { smallRun } from '../../run/support.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';

/** A server for the tests of a file, empty for each. */
export function redisOfFile(): { readonly url: string; server(): TestRedis } {
  let server: TestRedis | undefined;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    const connection = await connectQueue(server!.url, () => undefined);
    await connection.client.flushall();
    connection.close();
  });
  return {
    get url() {
      return server!.url;
    },
    server: () => server!,
  };
}

export const queuedRun = (id: string, changes: Partial<QueuedRun> = {}): QueuedRun => ({
  ...{ id, specification: smallRun(), definition: `definition of ${id}` },
  ...changes,
});

/** A connection that is closed when the test ends. */
export async function connected(
  url: string,
  onNote: (text: string) => void = () => undefined,
): Promise<QueueConnection> {
  const connection = await connectQueue(url, onNote);
  onTestFinished(() => connection.close());
  return connection;
}

export async function queueOf(url: string, options: Partial<RedisQueueOptions> = {}): Promise<RunQueue> {
  const queue = await createRedisQueue({ url, lookEvery: 200, ...options });
  onTestFinished(() => queue.close());
  return queue;
}

/** What becomes of a run where a worker of a test makes it. */
export interface Script {
  /** Of the training; default: it is done at once. */
  readonly train?: (run: QueuedRun, onProgress: (share: number) => void, stopped: Promise<void>) => Promise<void>;
  /** Whether the hub has it. */
  readonly hub?: 'nothing' | 'all' | 'takes over';
}

/** A worker whose training and hub are played; `told`: what it did, in order. */
export async function playedWorker(url: string, script: Script, options: Partial<RunWorkerOptions> = {}) {
  const told: string[] = [];
  const notes: string[] = [];
  const runsDirectory = mkdtempSync(join(tmpdir(), 'thalweg-worker-'));
  onTestFinished(() => rmSync(runsDirectory, { recursive: true, force: true }));
  const worker = new RunWorker(newWorkerName(), {
    connection: await connected(url),
    take: ({ id }) => {
      told.push(`takes ${id}`);
      return Promise.resolve<TakenRun>(
        script.hub === 'all' ? { work: 'none' } : { work: 'begin', sender: playedSender(id, told, script) },
      );
    },
    local: {
      start(run, onProgress) {
        told.push(`trains ${run.id}`);
        let stop!: () => void;
        const stopped = new Promise<void>((resolve) => (stop = resolve));
        return { done: Promise.resolve(script.train?.(run, onProgress, stopped)), stop };
      },
    },
    runsDirectory,
    keep: false,
    thalweg: packageVersion(),
    concurrency: 1,
    onNote: (text) => notes.push(text),
    ...options,
  });
  let isGone = false;
  const leave = async (): Promise<void> => {
    if (!isGone) await worker.leave();
    isGone = true;
  };
  onTestFinished(leave);
  return { worker, told, notes, leave };
}

function playedSender(id: string, told: string[], { hub }: Script): RunSending {
  const takenOver = new ThalwegError('RUN_TAKEN_OVER', `run ${id}: another worker has it`);
  return {
    state: { acknowledged: { seq: 0, log: 0 }, bytes: 0, problem: null },
    refused: hub === 'takes over' ? Promise.resolve(takenOver) : new Promise(() => undefined),
    start: () => undefined,
    flush: async () => void told.push(`sends ${id}`),
    finish: async () => void told.push(`sends ${id}`),
    stop: async () => void told.push(`lets go of ${id}`),
  };
}

/** Rejects with `INTERRUPTED` once it is stopped, as a training does. */
export const untilStopped: NonNullable<Script['train']> = async ({ id }, _, stopped) => {
  await stopped;
  throw new ThalwegError('INTERRUPTED', `run ${id}: stopped after a checkpoint`);
};
