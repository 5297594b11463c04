import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createServer as createSocket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { randomStream } from '../../src/base/index.ts';
import { listRuns } from '../../src/store/index.ts';
import { checkpointBytes, execute, fileAndLog, recordsOf, runsFolder, smallRun, statusOf } from '../run/support.ts';

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const command = program('../../dist/cli/main.js');
beforeAll(() => {
  expect(existsSync(command), 'dist/cli/main.js is missing: npm run build makes it').toBe(true);
});

const total = 800;
const step = 25;
const specification = smallRun({
  duration: `${total} iterations`,
  checkpoints: { every: `${step} iterations`, keep: 3 },
  probes: [{ kind: 'interpolation', points: 3 }, { kind: 'gradient-cosine' }, { kind: 'distance' }],
});

/** Starts a program of its own process group, which can be killed with its children at once: a machine that fails. */
function start(...values: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, values, { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  onTestFinished(() => killGroup(child));
  return child;
}

function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL');
  } catch {
    // All of it has ended.
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as { port: number };
  socket.close();
  return port;
}

/** A hub that is killed at random moments and started again a little later, so often. */
async function failingHub(runs: string, port: number, kills: number, over: AbortSignal): Promise<void> {
  const random = randomStream(3, 'hub');
  for (let hits = 0; !over.aborted; hits++) {
    const hub = start(command, 'serve', '--hub', '--runs', runs, '--port', String(port));
    const life = hits < kills ? wait(1500 + 2500 * random.uniform(), undefined, { signal: over }) : once(hub, 'exit');
    await Promise.race([life, once(over, 'abort')]).catch(() => undefined);
    hub.kill('SIGKILL');
    await wait(800 * random.uniform());
  }
}

/** The newest iteration that has a checkpoint in a folder of runs. */
const newestIn = (runs: string): number =>
  existsSync(join(runs, 'r')) ? (fileAndLog(runs).checkpoints.at(-1) ?? 0) : 0;

/** Resolves when a machine has a checkpoint of that iteration, or when there is no need to wait any more. */
async function untilReached(runs: string, iteration: number, over: AbortSignal): Promise<void> {
  while (!over.aborted && newestIn(runs) < iteration) await wait(20);
}

/**
 * Gives the run to one worker after the other, of two machines, until one ends by itself. Each is killed a random while after it
 * has come some steps further. Returns how many were.
 */
async function workThroughKills(address: string, machines: readonly string[], kills: number): Promise<number> {
  const random = randomStream(4, 'workers');
  for (let hits = 0; ; hits++) {
    const machine = random.integer(machines.length);
    const runs = machines[machine]!;
    const task = { address, runsDirectory: runs, id: 'r', worker: `w${machine}`, specification };
    const worker = start(program('worker-program.js'), JSON.stringify(task));
    const over = new AbortController();
    const killing = async (): Promise<void> => {
      await untilReached(runs, newestIn(runs) + step * (1 + random.integer(6)), over.signal);
      await wait(600 * random.uniform());
      // Its training process alone notices, and ends behind a checkpoint; or nothing of the machine is left.
      if (random.uniform() < 0.5) worker.kill('SIGKILL');
      else killGroup(worker);
    };
    if (hits < kills) void killing();
    const [code] = (await once(worker, 'exit')) as [number | null];
    over.abort();
    if (code === 0) return hits;
    expect(code, 'a worker that was not killed has to end well').toBe(null);
  }
}

describe('a run whose workers and hub are killed at random moments', () => {
  it('is at the hub once, with the numbers and checkpoints of one that nobody disturbed', async () => {
    const [hubRuns, whole] = [runsFolder(), runsFolder()];
    await execute(specification, whole, 'r');
    const port = await freePort();
    const over = new AbortController();
    const hub = failingHub(hubRuns, port, 2, over.signal);
    const hits = await workThroughKills(`http://127.0.0.1:${port}`, [runsFolder(), runsFolder()], 3);
    expect(hits).toBeGreaterThan(0);
    over.abort();
    await hub;
    expect(statusOf(hubRuns)).toBe('finished');
    expect(listRuns(hubRuns).map(({ id }) => id)).toEqual(['r']);
    expect(recordsOf(hubRuns)).toEqual(recordsOf(whole));
    const resumed = fileAndLog(hubRuns).log.filter((line) => /^resumed at iteration [1-9]/.test(line));
    expect(resumed, 'sessions have to go on from a checkpoint').not.toEqual([]);
    const { checkpoints } = fileAndLog(whole);
    expect(fileAndLog(hubRuns).checkpoints).toEqual(checkpoints);
    for (const iteration of checkpoints)
      expect(checkpointBytes(hubRuns, iteration) === checkpointBytes(whole, iteration)).toBe(true);
  });
});
