import { describe, expect, it } from 'vitest';
import { Pause } from '../../src/base/index.ts';
import { executeRun } from '../../src/run/index.ts';
import { checkpointBytes, execute, fileAndLog, recordsOf, resume, runsFolder, smallRun, statusOf } from './support.ts';

/** Starts a run that is held before its first update. */
function held(runs: string) {
  const [pause, controller] = [new Pause(), new AbortController()];
  pause.request();
  const request = { specification: smallRun(), runsDirectory: runs, id: 'r' };
  const done = executeRun(request, { onMessage: () => undefined, signal: controller.signal, pause });
  const untilStatus = (status: string): Promise<void> =>
    expect.poll(() => statusOf(runs), { timeout: 15_000 }).toBe(status);
  return { pause, controller, done, untilStatus };
}

describe('a pause', () => {
  it('is over at once where nobody asked for it, and when it is released', async () => {
    const pause = new Pause();
    await pause.released();
    pause.request();
    pause.request();
    expect(pause.isRequested).toBe(true);
    let over = false;
    const waiting = pause.released().then(() => (over = true));
    await Promise.resolve();
    expect(over).toBe(false);
    pause.release();
    await waiting;
    expect(pause.isRequested).toBe(false);
  });
});

describe('a run that is paused', () => {
  it('ends with the same bits as one that was not, and does not count the time', async () => {
    const runs = runsFolder();
    const { pause, done, untilStatus } = held(runs);
    await untilStatus('paused');
    const before = recordsOf(runs);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(recordsOf(runs)).toEqual(before);
    expect(fileAndLog(runs).log).toEqual(['started', 'paused at iteration 0']);
    const began = performance.now();
    const held600 = fileAndLog(runs).file.summary!.seconds;
    pause.release();
    const run = await done;
    expect(run).toMatchObject({ status: 'finished', iteration: 16 });
    expect(run.summary!.seconds).toBeLessThan(held600 + (performance.now() - began) / 1000 + 0.1);
    expect(fileAndLog(runs).log.slice(2)).toEqual(['continued at iteration 0', 'finished at iteration 16']);
    await execute(smallRun(), runs, 'whole');
    expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
    expect(checkpointBytes(runs, 16) === checkpointBytes(runs, 16, 'whole')).toBe(true);
  });

  it('that is stopped writes a checkpoint and is interrupted', async () => {
    const runs = runsFolder();
    const { pause, controller, done, untilStatus } = held(runs);
    await untilStatus('paused');
    controller.abort();
    pause.release();
    expect(await done).toMatchObject({ status: 'interrupted', iteration: 0 });
    expect(fileAndLog(runs)).toMatchObject({
      checkpoints: [0],
      log: ['started', 'paused at iteration 0', 'interrupted at iteration 0'],
    });
    expect(await resume(runs)).toMatchObject({ status: 'finished' });
  });
});
