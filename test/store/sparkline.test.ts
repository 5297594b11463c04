import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRun, Sparklines } from '../../src/store/index.ts';
import { errorOf, newRun, record, temporaryFolder } from './fixtures.ts';

describe('a sparkline', () => {
  it('shows the training loss as it was measured', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'a' }));
    writer.append([record('batch.loss', 0, 9), record('train.loss', 0, 2), record('train.loss', 40, 1)]);
    writer.flush();
    expect(new Sparklines(runs).of('a')).toEqual({
      run: 'a',
      series: 'train.loss',
      iterationsPerPoint: 1,
      points: [
        { iteration: 0, mean: 2, min: 2, max: 2, nonFinite: 0 },
        { iteration: 40, mean: 1, min: 1, max: 1, nonFinite: 0 },
      ],
      problem: null,
    });
    writer.close();
  });

  it('falls back on the loss of the batches, whose every record counts', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'a' }));
    writer.append(Array.from({ length: 1000 }, (_, t) => record('batch.loss', t, (t * 7919) % 101)));
    writer.append([record('train.loss', 0, 2)]);
    writer.flush();
    const { series, iterationsPerPoint, points } = new Sparklines(runs).of('a');
    expect([series, iterationsPerPoint, points.length]).toEqual(['batch.loss', 32, 32]);
    const second = Array.from({ length: 32 }, (_, t) => ((t + 32) * 7919) % 101);
    expect(points[1]!.iteration).toBe(32);
    expect(points[1]!.mean).toBeCloseTo(second.reduce((sum, value) => sum + value, 0) / 32, 10);
    expect([points[1]!.min, points[1]!.max]).toEqual([Math.min(...second), Math.max(...second)]);
    writer.close();
  });

  it('says where the loss was not finite', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'a' }));
    writer.append([1, NaN, Infinity].map((value, t) => record('train.loss', t, value)));
    writer.flush();
    expect(new Sparklines(runs).of('a').points).toEqual([
      { iteration: 0, mean: 1, min: 1, max: 1, nonFinite: 0 },
      { iteration: 1, mean: null, min: null, max: null, nonFinite: 1 },
      { iteration: 2, mean: null, min: null, max: null, nonFinite: 1 },
    ]);
    writer.close();
  });

  it('is kept until the database changes, a rewind included', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'a' }));
    writer.append([record('train.loss', 0, 2), record('train.loss', 1, 1)]);
    writer.flush();
    const sparklines = new Sparklines(runs);
    const first = sparklines.of('a');
    expect(sparklines.of('a')).toBe(first);
    writer.append([record('train.loss', 2, 0.5)]);
    writer.flush();
    expect(sparklines.of('a').points).toHaveLength(3);
    writer.rewind(1);
    writer.append([record('train.loss', 1, 7)]);
    writer.flush();
    expect(sparklines.of('a').points.map(({ mean }) => mean)).toEqual([2, 7]);
    writer.close();
  });

  it('of a fork has its parent’s part, or says that the parent is gone', () => {
    const runs = temporaryFolder();
    const parent = createRun(runs, newRun({ id: 'parent' }));
    parent.append([record('train.loss', 0, 3)]);
    parent.close();
    const fork = createRun(runs, newRun({ id: 'fork', parent: { run: 'parent', iteration: 1, records: 1 } }));
    fork.append([record('train.loss', 1, 2), record('train.loss', 2, 1)]);
    fork.close();
    const means = (): (number | null)[] => new Sparklines(runs).of('fork').points.map(({ mean }) => mean);
    expect(means()).toEqual([3, 2, 1]);
    rmSync(join(runs, 'parent'), { recursive: true });
    expect(means()).toEqual([2, 1]);
    expect(new Sparklines(runs).of('fork').problem).toContain('in run parent, from which it descends');
  });

  it('of a run that is gone or damaged is an error', () => {
    const runs = temporaryFolder();
    const sparklines = new Sparklines(runs);
    expect(errorOf(() => sparklines.of('a')).code).toBe('RUN_NOT_FOUND');
    createRun(runs, newRun({ id: 'a' })).close();
    expect(sparklines.of('a').points).toEqual([]);
    rmSync(join(runs, 'a', 'metrics.db'));
    expect(errorOf(() => sparklines.of('a')).code).toBe('RUN_INVALID');
  });
});
