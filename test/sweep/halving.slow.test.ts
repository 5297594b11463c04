import { describe, expect, it } from 'vitest';
import type { SweepInput } from '../../src/contract/index.ts';
import { readSweepRecord } from '../../src/store/index.ts';
import { runSweep, type RunQueue } from '../../src/sweep/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { make, planOf, pricesHere, queueHere } from './support.ts';

describe('a sweep with successive halving', () => {
  const changes: Partial<SweepInput> = {
    grid: { 'optimizer.learningRate': [0.001, 0.3, 1e30, 0.01] },
    seeds: 2,
    stop: { halving: { metric: 'train.loss', factor: 2, first: '1 epoch' } },
  };

  it('brings all cells to the first rung, the best to the next, one to the end; the rest is ended there', async () => {
    const runs = temporaryFolder();
    const plan = planOf(changes);
    const of = (cell: number): string[] => plan.runs.filter((run) => run.cell === cell).map(({ id }) => id);
    const { result, asked, messages } = await make(plan, runs);
    const at = (until: number, ...cells: number[]): string[] => cells.flatMap(of).map((id) => `${id}@${until}`);
    expect(asked).toEqual([...at(4, 0, 1, 2, 3), ...at(8, 1, 3), ...of(1)]);
    expect(
      result.cells.map(({ finished, failed, unfinished, dropped }) => [finished, failed, unfinished, dropped]),
    ).toEqual([
      [0, 0, 2, '1 epoch'],
      [2, 0, 0, null],
      [0, 2, 0, '1 epoch'],
      [0, 0, 2, '2 epochs'],
    ]);
    expect(messages.filter(({ type }) => type === 'dropped')).toHaveLength(4);
    expect(readSweepRecord(runs, 'test')!.dropped).toEqual([
      { cell: 0, rung: '1 epoch' },
      { cell: 2, rung: '1 epoch' },
      { cell: 3, rung: '2 epochs' },
    ]);
    // Everything is decided again from the records, and nothing is made.
    const again = await make(plan, runs);
    expect(again.asked).toEqual([]);
    expect(again.result.cells).toEqual(result.cells);
  });

  it('that is stopped at any run decides the same when it goes on', async () => {
    const whole = temporaryFolder();
    const plan = planOf(changes);
    const { result } = await make(plan, whole);
    for (const after of [1, 5, 9, 11]) {
      const runs = temporaryFolder();
      const controller = new AbortController();
      let begun = 0;
      const queue = queueHere(runs);
      const counting: RunQueue = {
        ...queue,
        start(run, onProgress) {
          if (++begun === after) controller.abort();
          return queue.start(run, onProgress);
        },
      };
      const request = { plan, runsDirectory: runs, queue: counting, prices: pricesHere };
      const hooks = { onMessage: () => undefined, signal: controller.signal };
      await expect(runSweep(request, hooks)).rejects.toMatchObject({ code: 'INTERRUPTED' });
      const later = (await make(plan, runs)).result;
      const shape = ({ cells }: typeof result) =>
        cells.map(({ dropped, finished, figures }) => [dropped, finished, figures.trainLoss]);
      expect(shape(later)).toEqual(shape(result));
    }
  });

  it('refuses a metric of validation examples where none are kept apart', async () => {
    const halving = { metric: 'validation.loss', factor: 2, first: '1 epoch' } as const;
    const plan = planOf({ ...changes, stop: { halving } });
    await expect(make(plan, temporaryFolder())).rejects.toMatchObject({
      code: 'SPECIFICATION_INVALID',
      message: expect.stringContaining('expected data that keep validation examples apart') as string,
    });
  });
});
