import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import { openRun } from '../../src/store/index.ts';
import { bringingQueue, type RunQueue } from '../../src/sweep/index.ts';
import { execute, failureOf } from '../run/support.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { clientOf, digestOf, startHub, take } from '../sync/hub-fixtures.ts';
import { make, planOf } from './support.ts';

/** Makes runs as a worker does, and sends them; `asked`: those that it made. */
function workerQueue(address: string, asked: string[]): RunQueue {
  const runs = temporaryFolder();
  return {
    concurrency: 1,
    start({ id, specification, definition }) {
      const made = async (): Promise<void> => {
        const taken = await take(clientOf(address), runs, 'w1', { id, definition });
        if (taken.work === 'none') return;
        asked.push(id);
        const failure = await execute(specification, runs, id).then(
          () => null,
          (error: Error) => error,
        );
        if (failure) await taken.sender.flush();
        else await taken.sender.finish();
        await taken.sender.stop();
        if (failure) throw failure;
      };
      return { done: made(), stop: () => undefined };
    },
    close: () => Promise.resolve(),
  };
}

describe('a sweep whose hub is elsewhere', () => {
  it('has copies of the runs here, and asks for those that the hub has without making them again', async () => {
    const hub = await startHub();
    const asked: string[] = [];
    const plan = planOf({ grid: { 'optimizer.learningRate': [0.1, 0.2] } });
    const [here, elsewhere] = [temporaryFolder(), temporaryFolder()];
    const queueTo = (runsDirectory: string): RunQueue =>
      bringingQueue(workerQueue(hub.address, asked), { client: clientOf(hub.address), runsDirectory });
    const { result } = await make(plan, here, queueTo(here));
    expect(result.cells.map(({ finished }) => finished)).toEqual([1, 1]);
    for (const { id } of plan.runs) expect(await digestOf(here, id)).toEqual(await digestOf(hub.runs, id));
    expect(asked).toHaveLength(2);
    expect((await make(plan, elsewhere, queueTo(elsewhere))).result.cells).toEqual(result.cells);
    expect(asked).toHaveLength(2);
  });

  it('brings a run that failed as well, so that its reason is here', async () => {
    const hub = await startHub();
    const here = temporaryFolder();
    const queue = bringingQueue(workerQueue(hub.address, []), { client: clientOf(hub.address), runsDirectory: here });
    const plan = planOf({ set: { 'optimizer.learningRate': 1e30 } });
    const { result } = await make(plan, here, queue);
    expect(result.failures).toHaveLength(1);
    expect(openRun(here, plan.runs[0]!.id).file().error?.code).toBe('TRAINING_DIVERGED');
  });

  it('passes on what a run met that never began, and an interruption', async () => {
    const hub = await startHub();
    const here = temporaryFolder();
    for (const code of ['DATA_INVALID', 'INTERRUPTED'] as const) {
      const failing: RunQueue = {
        ...workerQueue(hub.address, []),
        start: () => ({ done: Promise.reject(new ThalwegError(code, 'why')), stop: () => undefined }),
      };
      const queue = bringingQueue(failing, { client: clientOf(hub.address), runsDirectory: here });
      const [run] = planOf().runs;
      expect(await failureOf(queue.start(run!, () => undefined).done)).toMatchObject({ code, message: 'why' });
      expect(existsSync(join(here, run!.id))).toBe(false);
    }
  });
});
