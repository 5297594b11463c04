import { describe, expect, it, onTestFinished } from 'vitest';
import { failureOf, gone, testPool } from './programs.ts';

/** A pool that is closed when the test ends. */
function poolOfTest(options: Parameters<typeof testPool>[0] = {}) {
  const made = testPool(options);
  onTestFinished(() => made.pool.close());
  return made;
}

describe('a pool of worker processes', () => {
  it('gives a process the next request after a result', async () => {
    const { start } = poolOfTest();
    const messages = [];
    for (let index = 0; index < 3; index++) {
      const work = start({ kind: 'do' });
      expect(await work.done).toBe(0);
      messages.push(await work.begun);
    }
    const { pid } = messages[0]!;
    expect(messages).toEqual([1, 2, 3].map((place) => ({ pid, place })));
  });

  it('has as many processes as pieces of work at a time', async () => {
    const { start } = poolOfTest();
    const [a, b] = [start({ kind: 'wait' }), start({ kind: 'do' })];
    const [first, second] = [await a.begun, await b.begun];
    expect(first.pid).not.toBe(second.pid);
    await b.done;
    const c = start({ kind: 'do' });
    expect(await c.begun).toEqual({ pid: second.pid, place: 2 });
    a.stop();
    await Promise.all([a.done, c.done]);
  });

  it('keeps a process after a failure that its program knows, and passes the error on with its stack', async () => {
    const { start } = poolOfTest();
    const failed = start({ kind: 'fail', code: 'TRAINING_DIVERGED' });
    const error = { code: 'TRAINING_DIVERGED', message: 'went wrong', stack: 'its stack' };
    expect(await failureOf(failed.done)).toMatchObject(error);
    expect(await start({ kind: 'do' }).begun).toEqual({ pid: (await failed.begun).pid, place: 2 });
  });

  it.each([
    ['INTERNAL', 'INTERNAL'],
    ['RUNTIME_FAILED', 'RUNTIME_FAILED'],
    ['NO_SUCH_CODE', 'INTERNAL'],
  ])('replaces a process after a failure %s', async (code, expected) => {
    const { start } = poolOfTest();
    const failed = start({ kind: 'fail', code });
    expect(await failureOf(failed.done)).toMatchObject({ code: expected });
    const { pid } = await failed.begun;
    expect((await start({ kind: 'do' }).begun).pid).not.toBe(pid);
    await gone(pid);
  });

  it.each([
    ['die', 'it ended with signal SIGKILL'],
    ['leave', 'it ended with exit code 7'],
  ] as const)('says how a process ended that did not answer (%s), and replaces it', async (kind, how) => {
    const { start, ends } = poolOfTest();
    expect(await failureOf(start({ kind }).done)).toMatchObject({ message: how });
    expect(ends).toEqual([{ asked: null, how }]);
    expect((await start({ kind: 'do' }).begun).place).toBe(1);
  });

  it('replaces a process that was killed, or was told to end by somebody else', async () => {
    const { start, ends } = poolOfTest();
    const killed = start({ kind: 'wait' });
    await killed.begun;
    killed.stop();
    killed.kill();
    await failureOf(killed.done);
    expect(ends).toMatchObject([{ asked: 'kill' }]);
    expect((await start({ kind: 'last' }).begun).place).toBe(1);
    expect((await start({ kind: 'do' }).begun).place).toBe(1);
  });

  it('replaces a process that died without work', async () => {
    const { start } = poolOfTest();
    const { pid } = await start({ kind: 'do' }).begun;
    process.kill(pid, 'SIGKILL');
    await gone(pid);
    expect(await start({ kind: 'do' }).begun).toMatchObject({ place: 1 });
  });

  it('replaces a process after its lifetime', async () => {
    const { start } = poolOfTest({ lifetime: 2 });
    const places = [];
    for (let index = 0; index < 5; index++) {
      const work = start({ kind: 'do' });
      places.push((await work.begun).place);
      await work.done;
    }
    expect(places).toEqual([1, 2, 1, 2, 1]);
  });

  it('stops and kills the work that is meant, and no later one in the same process', async () => {
    const { start } = poolOfTest();
    const first = start({ kind: 'wait' });
    await first.begun;
    first.stop();
    // The process counts what it hears.
    expect(await first.done).toBe(1);
    const second = start({ kind: 'wait' });
    const { pid } = await second.begun;
    expect(pid).toBe((await first.begun).pid);
    first.stop();
    first.kill();
    second.stop();
    expect(await second.done).toBe(2);
  });

  it('ends processes without work when it is cleared or closed, and others after their work', async () => {
    const { pool, start } = poolOfTest();
    const first = start({ kind: 'do' });
    await first.done;
    pool.clear();
    await gone((await first.begun).pid);
    const last = start({ kind: 'wait' });
    const { pid } = await last.begun;
    const closed = pool.close();
    expect(() => start({ kind: 'do' })).toThrow('a closed pool takes no work');
    last.stop();
    expect(await last.done).toBe(1);
    await closed;
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('says why a process could not be started', async () => {
    const { start, ends } = poolOfTest();
    const path = process.execPath;
    process.execPath = '/no/such/program';
    try {
      await failureOf(start({ kind: 'do' }).done);
    } finally {
      process.execPath = path;
    }
    expect(ends).toMatchObject([{ asked: null, how: expect.stringContaining('could not be started') as string }]);
  });
});
