import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WorkerPool } from '../../src/workers/index.ts';
import { failureOf, gone, programOf } from './programs.ts';

const built = fileURLToPath(new URL('../../dist/workers/index.js', import.meta.url));
const errors = fileURLToPath(new URL('../../dist/base/index.js', import.meta.url));
beforeAll(() => {
  expect(existsSync(built), 'dist/workers/index.js is missing: npm run build makes it').toBe(true);
});

type Request = 'answer' | 'wait' | 'refuse' | 'break';
type Message = { readonly pid: number; readonly stopped: boolean; readonly loss: number };

/** Tells who it is and whether it was stopped before it began; waits until it is stopped where it is asked to. */
const worker = (): string =>
  programOf(
    `
    import { serveRequests } from ${JSON.stringify(built)};
    import { ThalwegError } from ${JSON.stringify(errors)};
    serveRequests(async (request, { onMessage, signal }) => {
      onMessage({ pid: process.pid, stopped: signal.aborted, loss: NaN });
      if (request === 'refuse') throw new ThalwegError('USAGE', 'expected another request');
      if (request === 'break') throw new TypeError('x is undefined');
      if (request === 'answer') return 'answered';
      while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 5));
      return 'stopped';
    });`,
    'serve',
  );

function startPool() {
  const pool = new WorkerPool<Request, Message, string>({ program: worker() });
  onTestFinished(() => pool.close());
  return (request: Request) => {
    let hear!: (message: Message) => void;
    const begun = new Promise<Message>((resolve) => (hear = resolve));
    return { begun, ...pool.start({ request, onMessage: hear, died: ({ how }) => new Error(how) }) };
  };
}

/** A process that asks a pool for a piece of work, prints the worker's process, and says when that was answered. */
function startParent(request: Request): {
  parent: ChildProcess;
  output: Promise<number>;
  ended: Promise<number | null>;
} {
  const text = `
    import { WorkerPool } from ${JSON.stringify(built)};
    const pool = new WorkerPool({ program: ${JSON.stringify(worker())} });
    pool.start({ request: ${JSON.stringify(request)}, onMessage: ({ pid }) => console.log(pid), died: ({ how }) => new Error(how) });`;
  const parent = spawn(process.execPath, [programOf(text, 'parent')], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const output = new Promise<number>((resolve) => parent.stdout.once('data', (pid: Buffer) => resolve(Number(pid))));
  const ended = new Promise<number | null>((resolve) => parent.once('exit', resolve));
  return { parent, output, ended };
}

describe('a worker process', () => {
  it('carries out one request after another, also after failures, and names what failed', async () => {
    const start = startPool();
    const refused = start('refuse');
    const { pid, loss } = await refused.begun;
    expect(loss).toBeNaN();
    const error = {
      code: 'USAGE',
      message: 'expected another request',
      stack: expect.stringContaining('serve.mjs') as string,
    };
    expect(await failureOf(refused.done)).toMatchObject(error);
    const answered = start('answer');
    expect(await answered.done).toBe('answered');
    expect(await answered.begun).toMatchObject({ pid });
    expect(await failureOf(start('break').done)).toMatchObject({ code: 'INTERNAL', message: 'x is undefined' });
    expect((await start('answer').begun).pid).not.toBe(pid);
  });

  it('stops the work that it has in hand, and no later one', async () => {
    const start = startPool();
    const first = start('wait');
    const { pid } = await first.begun;
    first.stop();
    first.stop();
    expect(await first.done).toBe('stopped');
    const second = start('wait');
    expect(await second.begun).toMatchObject({ pid, stopped: false });
    first.stop();
    second.stop();
    expect(await second.done).toBe('stopped');
  });

  it('is not ended by a terminal’s SIGINT; SIGTERM stops its work, and then it ends', async () => {
    const start = startPool();
    const work = start('wait');
    const { pid } = await work.begun;
    process.kill(pid, 'SIGINT');
    process.kill(pid, 'SIGTERM');
    expect(await work.done).toBe('stopped');
    expect((await start('answer').begun).pid).not.toBe(pid);
    await gone(pid);
  });

  it('without work keeps nobody alive, and ends with the process that started it', async () => {
    const { output, ended } = startParent('answer');
    const pid = await output;
    expect(await ended).toBe(0);
    await gone(pid);
  });

  it('stops its work and ends when the process that started it is killed', async () => {
    const { parent, output, ended } = startParent('wait');
    const pid = await output;
    parent.kill('SIGKILL');
    await ended;
    await gone(pid);
  });
});
