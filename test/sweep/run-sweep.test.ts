import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import { arithmeticMean } from '../../src/statistics/index.ts';
import { openRun, readSweepRecord } from '../../src/store/index.ts';
import { runSweep, type RunQueue } from '../../src/sweep/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { make, planOf, queueHere } from './support.ts';

const rates = { grid: { 'optimizer.learningRate': [0.05, 0.5] }, seeds: 2 };

const summaryOf = (runs: string, id: string) => {
  const reader = openRun(runs, id);
  const { summary } = reader.file();
  reader.close();
  return summary!;
};

describe('a sweep', () => {
  it('makes every run once, tells of it, notes it for the page, and gives means over seeds', async () => {
    const runs = temporaryFolder();
    const plan = planOf(rates);
    const { result, asked, messages } = await make(plan, runs);
    expect(asked).toEqual(plan.runs.map(({ id }) => id));
    expect(messages[0]).toEqual({ type: 'planned', total: 4, finished: 0 });
    expect(messages.filter(({ type }) => type === 'finished')).toHaveLength(4);
    const losses = plan.runs.slice(0, 2).map(({ id }) => summaryOf(runs, id).trainLoss!);
    const { trainLoss, validationLoss } = result.cells[0]!.figures;
    expect(trainLoss!.mean).toBeCloseTo(arithmeticMean(losses), 12);
    expect(trainLoss!.deviation).toBeCloseTo(Math.abs(losses[0]! - losses[1]!) / Math.SQRT2, 12);
    expect([trainLoss!.n, validationLoss]).toEqual([2, null]);
    expect(result.failures).toEqual([]);
    expect(readSweepRecord(runs, 'test')).toMatchObject({
      state: 'idle',
      cells: plan.cells,
      runs: plan.runs.map(({ id, cell, seed }) => ({ id, cell, seed })),
      dropped: [],
    });
    const again = await make(plan, runs);
    expect(again.asked).toEqual([]);
    expect(again.messages).toEqual([{ type: 'planned', total: 4, finished: 4 }]);
    expect(again.result).toEqual(result);
  });

  it('makes only what is missing: more seeds, a folder that was removed, a run that was stopped', async () => {
    const runs = temporaryFolder();
    const plan = planOf({ seeds: 2 });
    const [first] = plan.runs;
    await queueHere(runs).start({ ...first!, until: 4 }, () => undefined).done;
    expect((await make(plan, runs)).messages).toContainEqual({ type: 'started', id: first!.id, again: true });
    const more = planOf({ seeds: 3 });
    rmSync(join(runs, plan.runs[1]!.id), { recursive: true });
    expect((await make(more, runs)).asked).toEqual(more.runs.slice(1).map(({ id }) => id));
  });

  it('goes on after a run that fails, says why, and leaves a run alone that diverged', async () => {
    const runs = temporaryFolder();
    const plan = planOf({ grid: { 'optimizer.learningRate': [1e30, 0.1] } });
    const { result, messages } = await make(plan, runs);
    const [bad] = plan.runs;
    expect(messages).toContainEqual(expect.objectContaining({ type: 'failed', id: bad!.id }));
    expect(result.failures).toEqual([
      { id: bad!.id, message: expect.stringContaining('expected a finite loss') as string },
    ]);
    expect(result.cells.map(({ finished, failed }) => [finished, failed])).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect((await make(plan, runs)).asked).toEqual([]);
  });

  it('ends at once, idle, where every run would fail alike, and when it is stopped', async () => {
    const runs = temporaryFolder();
    const plan = planOf({ seeds: 3 });
    const asked: string[] = [];
    const failing = (error: ThalwegError): RunQueue => ({
      ...queueHere(runs),
      start: ({ id }) => ({ done: (asked.push(id), Promise.reject(error)), stop: () => undefined }),
    });
    const full = make(plan, runs, failing(new ThalwegError('STORE_FAILED', 'the disk is full')));
    await expect(full).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(asked).toHaveLength(1);
    expect(readSweepRecord(runs, 'test')!.state).toBe('idle');
    const controller = new AbortController();
    const onMessage = () => controller.abort();
    const stopped = runSweep(
      { plan, runsDirectory: runs, queue: queueHere(runs) },
      { onMessage, signal: controller.signal },
    );
    await expect(stopped).rejects.toMatchObject({
      code: 'INTERRUPTED',
      message: 'sweep test: stopped; the same command goes on from here',
    });
  });

  it('keeps the checkpoints that it was told to keep', async () => {
    for (const [checkpoints, count] of [
      ['all', 3],
      ['last', 1],
      ['none', 0],
    ] as const) {
      const runs = temporaryFolder();
      const plan = planOf({ keep: { checkpoints } });
      await make(plan, runs);
      const folder = join(runs, plan.runs[0]!.id, 'checkpoints');
      expect(existsSync(folder) ? readdirSync(folder) : []).toHaveLength(count);
    }
  });
});
