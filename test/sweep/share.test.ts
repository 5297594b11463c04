import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import type { RunPlan, Specification } from '../../src/contract/index.ts';
import {
  chooseShare,
  priceKinds,
  PriceBook,
  secondsOf,
  shareForKind,
  shareOut,
  type Planner,
} from '../../src/sweep/index.ts';
import { temporaryFolder } from '../store/fixtures.ts';
import { planOf } from './support.ts';

const machine = { cores: 8, memory: 16e9 };

describe('sharing a machine out', () => {
  it('takes as many processes as cores, memory and runs allow, and shares the cores out as threads', () => {
    expect(shareOut(machine, 0.5e9, 100)).toEqual({ workers: 8, threads: 1 });
    expect(shareOut(machine, 2.9e9, 100)).toEqual({ workers: 4, threads: 2 });
    expect(shareOut(machine, 0.5e9, 3)).toEqual({ workers: 3, threads: 2 });
    expect(shareOut(machine, 20e9, 100)).toEqual({ workers: 1, threads: 8 });
    expect(shareOut({ cores: 1, memory: 1e9 }, 0.1e9, 5)).toEqual({ workers: 1, threads: 1 });
  });

  it('never takes more threads than cores, nor more memory than there is where more than one process runs', () => {
    for (let cores = 1; cores <= 12; cores++)
      for (const peak of [0.3e9, 0.9e9, 2.1e9, 30e9])
        for (const runs of [1, 2, 5, 50]) {
          const { workers, threads } = shareOut({ cores, memory: 8e9 }, peak, runs);
          expect(workers * threads).toBeLessThanOrEqual(cores);
          expect(workers).toBeGreaterThanOrEqual(1);
          if (workers > 1) expect(workers * peak).toBeLessThanOrEqual(8e9);
        }
  });
});

/** Plans that say what they are asked to: the memory follows the width of the network, the time its epochs. */
function testBook(file: string | null = null, fail?: (specification: Specification) => Error | null) {
  const [asked, notes]: [Specification[], string[]] = [[], []];
  const planner: Planner = async ({ specification }) => {
    const error = fail?.(specification) ?? null;
    if (error) throw error;
    asked.push(specification);
    const { model, duration } = specification;
    const width = model.name === 'mlp' ? model.hidden[0]! : 0;
    const examples = { train: 100, validation: 0, test: 20 };
    const device = specification.device === 'auto' ? 'webgpu' : specification.device;
    return { seconds: parseInt(duration), memory: width * 1e9, device, examples } as RunPlan;
  };
  const onNote = (note: string): void => void notes.push(note);
  const prices = new PriceBook({ dataDirectory: undefined, planner, file, onNote });
  return { asked, notes, hooks: { prices, onNote, signal: new AbortController().signal } };
}

describe('sharing a machine out among runs of one kind, of which more come', () => {
  const share = (set: Record<string, unknown>, fail?: Error) =>
    shareForKind(planOf({ set }).runs[0]!, testBook(null, fail && (() => fail)).hooks, machine);

  it('takes as many as cores and memory allow for that model', async () => {
    expect(await share({ 'model.hidden': [2] })).toEqual({ workers: 5, threads: 1 });
    expect(await share({ 'model.hidden': [4] })).toEqual({ workers: 3, threads: 2 });
    expect(await share({ 'model.hidden': [16] })).toEqual({ workers: 1, threads: 8 });
  });

  it('takes one at a time on a graphics card, and where the plan fails for a reason of its own', async () => {
    expect(await share({ device: 'webgpu', 'model.hidden': [2] })).toEqual({ workers: 1, threads: 8 });
    // The plan says that `auto` is a graphics card there.
    expect(await share({ device: 'auto', 'model.hidden': [2] })).toEqual({ workers: 1, threads: 8 });
    const own = new ThalwegError('SPECIFICATION_INVALID', 'no');
    expect(await share({ 'model.hidden': [2] }, own)).toEqual({ workers: 1, threads: 8 });
    await expect(share({}, new ThalwegError('DATA_MISSING', 'none'))).rejects.toMatchObject({ code: 'DATA_MISSING' });
  });
});

const widths = { grid: { 'model.hidden': [[2], [4]], 'optimizer.learningRate': [0.1, 0.2] }, seeds: 3 };

describe('the prices of runs', () => {
  it('are found out once for each kind: learning rates and seeds share theirs', async () => {
    const { asked, notes, hooks } = testBook();
    const { runs } = planOf(widths);
    const found = await priceKinds(runs, 1, hooks);
    expect(asked.map(({ model, threads }) => [model, threads])).toMatchObject([
      [{ hidden: [2] }, 1],
      [{ hidden: [4] }, 1],
    ]);
    expect(notes).toEqual([`timing ${runs[0]!.id}`, `timing ${runs[6]!.id}`]);
    expect(found).toMatchObject({ kinds: 2, others: 0, priced: [{ runs: 6 }, { runs: 6 }] });
    expect(secondsOf(found)).toBe(12 * 4);
    await priceKinds(runs, 1, hooks);
    expect(asked).toHaveLength(2);
    await priceKinds(runs, 2, hooks);
    expect(asked).toHaveLength(4);
  });

  it('of many kinds are found out for eight, evenly, and the others taken for their mean', async () => {
    const { asked, hooks } = testBook();
    const durations = Array.from({ length: 15 }, (_, index) => `${index + 1} epochs`);
    const found = await priceKinds(planOf({ grid: { duration: durations } }).runs, 1, hooks);
    expect(asked.map(({ duration }) => parseInt(duration))).toEqual([1, 3, 5, 7, 9, 11, 13, 15]);
    expect(found).toMatchObject({ kinds: 15, others: 7 });
    expect(secondsOf(found)).toBeCloseTo(15 * 8);
  });

  it('are kept between commands, by machine and version; a torn file is found out again', async () => {
    const file = join(temporaryFolder(), 'cache', 'prices.json');
    const { runs } = planOf(widths);
    await priceKinds(runs, 1, testBook(file).hooks);
    const second = testBook(file);
    await priceKinds(runs, 1, second.hooks);
    expect(second.asked).toEqual([]);
    expect(Object.keys((JSON.parse(readFileSync(file, 'utf8')) as { prices: object }).prices)).toHaveLength(2);
    writeFileSync(file, '{ torn');
    const third = testBook(file);
    await priceKinds(runs, 1, third.hooks);
    expect(third.asked).toHaveLength(2);
  });

  it('of what reads the files of a user are not kept, and a place where nothing can be kept is told of', async () => {
    const file = join(temporaryFolder(), 'prices.json');
    const own = { data: { name: 'image-folder', path: 'images' } };
    await priceKinds(planOf({ set: own }).runs, 1, testBook(file).hooks);
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, '');
    const { notes, hooks } = testBook(join(file, 'below'));
    await priceKinds(planOf().runs, 1, hooks);
    expect(notes[1]).toMatch(/^prices are not kept for the next time: /);
  });

  it('decide how a machine is shared out: by the largest run', async () => {
    const { runs } = planOf(widths);
    expect(await chooseShare(runs, undefined, testBook().hooks, machine)).toEqual({ workers: 3, threads: 2 });
    const asked = testBook();
    expect(await chooseShare(runs, 2, asked.hooks, machine)).toEqual({ workers: 2, threads: 4 });
    expect(await chooseShare(runs.slice(0, 1), undefined, asked.hooks, machine)).toEqual({ workers: 1, threads: 8 });
    const gpu = planOf({ ...widths, set: { device: 'webgpu' } }).runs;
    expect(await chooseShare(gpu, undefined, asked.hooks, machine)).toEqual({ workers: 1, threads: 8 });
    expect(asked.asked).toEqual([]);
  });

  it('are passed over where one kind cannot be planned, but not where none can', async () => {
    const refused = new ThalwegError('SPECIFICATION_INVALID', 'batchSize: too many');
    const some = testBook(null, ({ model }) => (model.name === 'mlp' && model.hidden[0] === 4 ? refused : null));
    const { runs } = planOf(widths);
    expect(await priceKinds(runs, 1, some.hooks)).toMatchObject({ kinds: 2, others: 6, priced: [{ runs: 6 }] });
    expect(some.notes.at(-1)).toBe(`${runs[6]!.id} could not be timed: batchSize: too many`);
    const none = testBook(null, () => refused);
    expect(await chooseShare(runs, undefined, none.hooks, machine)).toEqual({ workers: 1, threads: 8 });
    const missing = testBook(null, () => new ThalwegError('DATA_MISSING', 'no files'));
    await expect(chooseShare(runs, undefined, missing.hooks, machine)).rejects.toMatchObject({ code: 'DATA_MISSING' });
  });
});
