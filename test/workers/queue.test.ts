import { describe, expect, it, onTestFinished } from 'vitest';
import { WorkerQueue, type QueueOptions } from '../../src/workers/index.ts';
import { failureOf, gone, programOf } from './programs.ts';

/** Answers with its process and how many requests it has in hand, after a moment; hangs where it is asked to. */
const worker = `
  let inHand = 0;
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ request }) => {
    inHand++;
    const result = { pid: process.pid, inHand };
    if (request === 'hang') return;
    await new Promise((resolve) => setTimeout(resolve, 10));
    inHand--;
    process.send(request === 'fail' ? { type: 'failed', code: 'USAGE', message: 'no', stack: null } : { type: 'ended', result });
  });`;

interface Answer {
  readonly pid: number;
  readonly inHand: number;
}

function queueOfTest(options: Omit<QueueOptions, 'program'> = {}) {
  const queue = new WorkerQueue<string, Answer>({ program: programOf(worker, 'queue'), ...options });
  onTestFinished(() => queue.close());
  return { queue, ask: (request: string) => queue.ask(request, ({ asked, how }) => new Error(`${asked}: ${how}`)) };
}

describe('a queue of requests', () => {
  it('is answered by one process, one request after another, also after a failure', async () => {
    const { ask } = queueOfTest();
    const [one, failed, other] = [ask('do'), ask('fail'), ask('do')];
    expect(await failureOf(failed)).toMatchObject({ code: 'USAGE', message: 'no' });
    const { pid } = await one;
    expect([await one, await other]).toEqual([
      { pid, inHand: 1 },
      { pid, inHand: 1 },
    ]);
  });

  it('lets its process end where nobody asks for a while, and begins another', async () => {
    const { ask } = queueOfTest({ idle: 30 });
    const { pid } = await ask('do');
    await gone(pid);
    expect((await ask('do')).pid).not.toBe(pid);
  });

  it('ends what is in hand when it is closed, and begins nothing more', async () => {
    const { queue, ask } = queueOfTest();
    const { pid } = await ask('do');
    const [hanging, waiting] = [ask('hang'), ask('do')];
    await new Promise((resolve) => setImmediate(resolve));
    await queue.close();
    expect((await failureOf(hanging)).message).toBe('kill: it ended with signal SIGKILL');
    for (const late of [waiting, ask('do')])
      expect((await failureOf(late)).message).toBe('kill: it was not asked any more');
    await gone(pid);
  });
});
