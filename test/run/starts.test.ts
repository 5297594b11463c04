import { describe, expect, it } from 'vitest';
import type { SpecificationInput } from '../../src/contract/index.ts';
import { execute, hooks, recordsOf, resume, runsFolder, smallRun, valuesOf } from './support.ts';

const started = (start: number | undefined, changes: Partial<SpecificationInput> = {}) =>
  smallRun({ probes: [], duration: '6 iterations', evaluate: '6 iterations', ...(start && { start }), ...changes });

describe('starts', () => {
  it('share the examples and draw other weights and batches', async () => {
    const runs = runsFolder();
    const [one, two] = [await execute(started(1), runs, 'one'), await execute(started(2), runs, 'two')];
    expect(two.data).toEqual(one.data);
    const [first, second] = ['one', 'two'].map((id) => valuesOf(runs, 'batch.loss', id));
    first!.forEach((loss, index) => expect(loss).not.toBe(second![index]));
  });

  it('begin with the one that a specification without a start has', async () => {
    const runs = runsFolder();
    await execute(started(undefined), runs, 'absent');
    await execute(started(1), runs, 'one');
    expect(recordsOf(runs, 'one')).toEqual(recordsOf(runs, 'absent'));
  });

  it('differ between seeds', async () => {
    const runs = runsFolder();
    await execute(started(2), runs, 'one');
    await execute(started(2, { seed: 2 }), runs, 'two');
    expect(valuesOf(runs, 'batch.loss', 'one')[0]).not.toBe(valuesOf(runs, 'batch.loss', 'two')[0]);
  });

  it('go on after an interruption as if there had been none', async () => {
    const runs = runsFolder();
    const noisy = started(3, { optimizer: { name: 'langevin', batchSize: 50, scale: 0.01 } });
    await execute(noisy, runs, 'whole');
    await execute(noisy, runs, 'r', hooks(4));
    expect((await resume(runs)).status).toBe('finished');
    expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
  });
});
