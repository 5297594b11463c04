import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { ThalwegError } from '../../src/base/index.ts';
import { WorkerPool, type PoolOptions, type ProcessEnd, type Work } from '../../src/workers/index.ts';

let folder: string | undefined;
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
});

/** The path of a Node program with this text, which is removed after the tests of the file. */
export function programOf(text: string, name: string): string {
  folder ??= mkdtempSync(join(tmpdir(), 'thalweg-workers-'));
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}

/**
 * A program that speaks the protocol of a worker, and nothing else. It is asked for `kind`s of work, told of as it begins with
 * its process and its place there, and answers the number of stops that the process has heard.
 */
const worker = `
  let [place, stops, resolve] = [0, 0, null];
  const send = (output) => new Promise((sent) => process.send(output, undefined, undefined, sent));
  process.on('disconnect', () => process.exit());
  process.on('message', async (input) => {
    if (input.type === 'stop') return void (stops++, resolve?.());
    const { kind, code } = input.request;
    await send({ type: 'message', message: { pid: process.pid, place: ++place } });
    if (kind === 'die') process.kill(process.pid, 'SIGKILL');
    if (kind === 'leave') process.exit(7);
    if (kind === 'wait') await new Promise((stopped) => (resolve = stopped));
    resolve = null;
    if (kind === 'last') await send({ type: 'leaving' });
    await send(kind === 'fail' ? { type: 'failed', code, message: 'went wrong', stack: 'its stack' } : { type: 'ended', result: stops });
    if (kind === 'last') process.exit();
  });`;

interface TestRequest {
  readonly kind: 'do' | 'die' | 'leave' | 'wait' | 'fail' | 'last';
  readonly code?: string;
}

/** Which process began the work, and how many it had begun with this one. */
interface TestMessage {
  readonly pid: number;
  readonly place: number;
}

/** Work of a test, with what it told as it began. */
export type TestWork = Work<number> & { readonly begun: Promise<TestMessage> };

/** A pool of such workers, in which each `start` says what the work is. */
export function testPool(options: Omit<PoolOptions, 'program'> = {}) {
  const pool = new WorkerPool<TestRequest, TestMessage, number>({ program: programOf(worker, 'worker'), ...options });
  const ends: ProcessEnd[] = [];
  const start = (request: TestRequest): TestWork => {
    let hear!: (message: TestMessage) => void;
    const begun = new Promise<TestMessage>((resolve) => (hear = resolve));
    const died = (end: ProcessEnd): Error => {
      ends.push(end);
      return new Error(end.how);
    };
    return Object.assign(pool.start({ request, onMessage: hear, died }), { begun });
  };
  return { pool, start, ends };
}

/** Resolves when a process is gone. One that nobody has waited for yet is gone as well. */
export async function gone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** What a promise is rejected with. */
export const failureOf = (done: Promise<unknown>): Promise<ThalwegError> =>
  done.then(
    () => {
      throw new Error('expected a failure, got none');
    },
    (error: unknown) => error as ThalwegError,
  );
