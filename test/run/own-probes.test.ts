import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostTensor } from '../../src/base/index.ts';
import { exactRecord, type Probe } from '../../src/probes/index.ts';
import type { OwnProbe } from '../../src/run/index.ts';
import { exportRun, HistoryReader, openRun } from '../../src/store/index.ts';
import { decodePage, encodePage } from '../../src/sync/index.ts';
import { execute, failureOf, fileAndLog, hooks, recordsOf, resume, runsFolder, smallRun, valuesOf } from './support.ts';

/** The sum of all losses of batches so far: it goes wrong when a resumed run forgets what the probe remembers. */
const total: OwnProbe = {
  name: 'total',
  create({ saved }): Promise<Probe> {
    let sum = saved['total.sum']?.data[0] ?? 0;
    return Promise.resolve({
      afterUpdate({ iteration, loss }) {
        sum = Number(sum) + loss;
        return Promise.resolve([exactRecord('own.total', iteration, sum)]);
      },
      state: () => ({ 'total.sum': hostTensor('float64', [], [Number(sum)]) }),
      release: () => Promise.resolve(),
    });
  },
};
const withProbes = (probes: readonly OwnProbe[], stop?: number) => ({ ...hooks(stop), probes });
const recording = (series: 'own.x' | 'train.loss', name = 'x'): OwnProbe => ({
  name,
  create: () =>
    Promise.resolve({
      visit: (iteration) => Promise.resolve([exactRecord(series, iteration, 1)]),
      release: () => Promise.resolve(),
    }),
});

describe('a probe of one’s own', () => {
  it('records a series of the run, which is listed after those of Thalweg, exported, and has a cost', async () => {
    const runs = runsFolder();
    await execute(smallRun(), runs, 'r', withProbes([total]));
    const losses = valuesOf(runs, 'batch.loss');
    let sum = 0;
    expect(valuesOf(runs, 'own.total')).toEqual(losses.map((loss) => (sum += loss)));
    const run = openRun(runs, 'r');
    expect(run.series().at(-1)).toEqual({ name: 'own.total', count: 16, lastIteration: 15 });
    const { files } = await exportRun(run, 'csv', join(runs, 'r.csv'));
    run.close();
    expect(readFileSync(files[0]!, 'utf8').match(/own\.total/g)).toHaveLength(16);
    expect(fileAndLog(runs).file.summary!.probes.at(-1)).toMatchObject({ kind: 'total', measurements: 16 });
  });

  it('goes on after an interruption with what it remembers', async () => {
    const runs = runsFolder();
    await execute(smallRun(), runs, 'whole', withProbes([total]));
    await execute(smallRun(), runs, 'r', withProbes([total], 7));
    await resume(runs, 'r', withProbes([total]));
    expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
  });

  it('is asked for again when the run is resumed without it', async () => {
    const runs = runsFolder();
    await execute(smallRun(), runs, 'r', withProbes([total], 7));
    const { code, message } = await failureOf(resume(runs));
    expect([code, message]).toEqual([
      'RUN_STATE',
      'run r: expected its own probe total, which it began with, got none of that name',
    ]);
  });

  it('has a name and series of its own', async () => {
    const runs = runsFolder();
    const fail = async (...probes: readonly OwnProbe[]) =>
      (await failureOf(execute(smallRun(), runs, 'r', withProbes(probes)))).message;
    expect(await fail(recording('train.loss'))).toBe(
      'probe x: expected records of series own.<name>, got "train.loss"',
    );
    const twice = runsFolder();
    const failure = await failureOf(execute(smallRun(), twice, 'r', withProbes([recording('own.x', 'distance')])));
    expect(failure.message).toBe('probe distance: expected a name of its own, got one that another probe has');
  });

  it('travels with the history of the run', async () => {
    const runs = runsFolder();
    await execute(smallRun(), runs, 'r', withProbes([total]));
    const reader = new HistoryReader(join(runs, 'r', 'metrics.db'));
    const page = reader.page({ seq: 0, clock: -1 }, 8000);
    reader.close();
    expect(decodePage(encodePage(page))).toEqual(page);
    expect(page.records.series.filter((name) => name === 'own.total')).toHaveLength(16);
  });
});
