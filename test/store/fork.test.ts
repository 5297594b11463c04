import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MetricRecord, SeriesName } from '../../src/contract/index.ts';
import { createRun, listRuns, openRun, openRunWriter, summarise, type RunReader } from '../../src/store/index.ts';
import { errorOf, newRun, record, temporaryFolder } from './fixtures.ts';

/** What a run records at iteration t; its values tell which run recorded them. */
const at = (iteration: number, of: number): MetricRecord[] => [
  record('parameters.distance', iteration, of * 1000 + iteration, { coordinate: 0.5, standardError: 0.1, examples: 3 }),
  record('batch.loss', iteration, of * 1000 + iteration + 0.5),
];
const between = (from: number, to: number, of: number): MetricRecord[] =>
  Array.from({ length: to - from }, (_, index) => at(from + index, of)).flat();

/** A run with records of iterations `from` to `to` − 1. */
function recorded(runs: string, id: string, from: number, to: number, of: number, parent?: [string, number, number]) {
  const [run, iteration, records] = parent ?? ['', 0, 0];
  const writer = createRun(runs, newRun({ id, ...(parent ? { parent: { run, iteration, records } } : {}) }));
  writer.rewind(from);
  writer.append(between(from, to, of));
  writer.close();
}

/** p up to 10; f, forked from it at 6, up to 9; g, forked from f at 8, up to 12. */
function family(): string {
  const runs = temporaryFolder();
  recorded(runs, 'p', 0, 10, 1);
  recorded(runs, 'f', 6, 9, 2, ['p', 6, 12]);
  recorded(runs, 'g', 8, 12, 3, ['f', 8, 16]);
  return runs;
}

function reading<T>(runs: string, id: string, read: (reader: RunReader) => T, part: 'all' | 'own' = 'all'): T {
  const reader = openRun(runs, id, { part });
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}

const values = (runs: string, id: string, name: SeriesName = 'batch.loss', range = {}) =>
  reading(runs, id, (reader) => [...reader.records(name, range).value]);

const losses = (from: number, to: number, of: number) =>
  Array.from({ length: to - from }, (_, index) => of * 1000 + from + index + 0.5);
const lossesOfF = [...losses(0, 6, 1), ...losses(6, 9, 2)];
const lossesOfG = [...losses(0, 6, 1), ...losses(6, 8, 2), ...losses(8, 12, 3)];

describe('the records of a fork', () => {
  it('are the same read through its writer, which then closes as one file, as do its ancestors', () => {
    const runs = family();
    const writer = openRunWriter(runs, 'g');
    const [all, own] = [writer.reader(), writer.reader({ part: 'own' })];
    expect([...all.records('batch.loss').value]).toEqual(lossesOfG);
    expect([...own.records('batch.loss').value]).toEqual(losses(8, 12, 3));
    all.close();
    writer.append(at(12, 3));
    writer.flush();
    expect([...own.records('batch.loss').value]).toEqual(losses(8, 13, 3));
    writer.close();
    for (const id of ['p', 'f', 'g'])
      expect(readdirSync(join(runs, id)).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
  });

  it('are those of its parent before the iteration, then its own; also of a fork of a fork', () => {
    const runs = family();
    expect(values(runs, 'f')).toEqual(lossesOfF);
    expect(values(runs, 'g')).toEqual(lossesOfG);
    const columns = reading(runs, 'g', (reader) => reader.records('parameters.distance'));
    expect([...columns.iteration]).toEqual(Array.from({ length: 12 }, (_, t) => t));
    expect(new Set(columns.coordinate)).toEqual(new Set([0.5]));
    expect(new Set(columns.standardError)).toEqual(new Set([0.1]));
    expect(new Set(columns.examples)).toEqual(new Set([3]));
  });

  it('are not copied', () => {
    const own = reading(family(), 'g', (reader) => [...reader.records('batch.loss').value], 'own');
    expect(own).toEqual(losses(8, 12, 3));
  });

  it('have places that only grow, whatever places the parent gave them', () => {
    const runs = family();
    // The parent is resumed from iteration 2 and records the same again: at other places of its own sequence.
    const parent = openRunWriter(runs, 'p');
    parent.rewind(2);
    parent.append(between(2, 10, 1));
    parent.close();
    reading(runs, 'g', (reader) => {
      const seqs = [...reader.records('parameters.distance').seq, ...reader.records('batch.loss').seq];
      expect([...seqs].sort((a, b) => a - b).slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, k) => k + 1));
      expect(new Set(seqs).size).toBe(24);
      expect(reader.newestSeq()).toBe(Math.max(...seqs));
    });
    expect(values(runs, 'g')).toEqual(lossesOfG);
  });

  it.each([
    [{ fromIteration: 4, toIteration: 8 }, lossesOfG.slice(4, 9)],
    [{ toIteration: 3 }, lossesOfG.slice(0, 4)],
    [{ fromIteration: 9 }, lossesOfG.slice(9)],
    [{ limit: 7 }, lossesOfG.slice(0, 7)],
    [{ fromIteration: 5, limit: 4 }, lossesOfG.slice(5, 9)],
    [{ afterSeq: 4 }, lossesOfG.slice(2)],
    [{ afterSeq: 13 }, lossesOfG.slice(6)],
    [{ fromIteration: 7, toIteration: 6 }, []],
  ])('can be asked for by range: %j', (range, expected) => {
    expect(values(family(), 'g', 'batch.loss', range)).toEqual(expected);
  });

  it('of a series that only the parent, or only the fork has, are there', () => {
    const runs = temporaryFolder();
    createRun(runs, newRun({ id: 'p' })).close();
    const parent = openRunWriter(runs, 'p');
    parent.append([record('test.loss', 0, 1)]);
    parent.close();
    const writer = createRun(runs, newRun({ id: 'f', parent: { run: 'p', iteration: 1, records: 1 } }));
    writer.append([record('train.loss', 1, 2)]);
    writer.close();
    expect(values(runs, 'f', 'test.loss')).toEqual([1]);
    expect(values(runs, 'f', 'train.loss')).toEqual([2]);
    expect(values(runs, 'f', 'batch.loss')).toEqual([]);
    expect(reading(runs, 'f', (reader) => reader.series())).toEqual([
      { name: 'train.loss', count: 1, lastIteration: 1 },
      { name: 'test.loss', count: 1, lastIteration: 0 },
    ]);
  });

  it('are counted by series, also those before an iteration', () => {
    const runs = family();
    const both = (count: number, lastIteration: number) => [
      { name: 'batch.loss', count, lastIteration },
      { name: 'parameters.distance', count, lastIteration },
    ];
    expect(reading(runs, 'g', (reader) => reader.series())).toEqual(both(12, 11));
    expect(reading(runs, 'g', (reader) => reader.series(9))).toEqual(both(9, 8));
  });

  it.each([1, 3, 5, 7, 16, 24, 100])('come page by page as they come at once (%i a page)', (limit) => {
    reading(family(), 'g', (reader) => {
      const whole = reader.changesAfter(0);
      expect(whole.newest).toBe(reader.newestSeq());
      const collected = new Map<SeriesName, number[]>();
      let seq = 0;
      for (let pages = 0; pages < 100; pages++) {
        const page = reader.changesAfter(seq, limit);
        const count = [...page.records.values()].reduce((sum, columns) => sum + columns.length, 0);
        expect(count).toBeLessThanOrEqual(limit);
        for (const [name, columns] of page.records)
          collected.set(name, [...(collected.get(name) ?? []), ...columns.value]);
        if (page.newest === seq) break;
        expect(page.newest).toBeGreaterThan(seq);
        seq = page.newest;
      }
      expect(seq).toBe(whole.newest);
      expect(collected.get('batch.loss')).toEqual(lossesOfG);
      expect(collected.get('parameters.distance')).toEqual([...whole.records.get('parameters.distance')!.value]);
      expect(whole.rewinds.map(({ iteration }) => iteration)).toEqual([8]);
    });
  });

  it('that are withdrawn and recorded again reach a reader that follows', () => {
    const runs = family();
    const reader = openRun(runs, 'f');
    const { newest } = reader.changesAfter(0);
    const writer = openRunWriter(runs, 'f');
    writer.rewind(7);
    writer.append(at(7, 9));
    writer.flush();
    const changes = reader.changesAfter(newest);
    expect(changes.rewinds.map(({ iteration }) => iteration)).toEqual([7]);
    expect([...changes.records.get('batch.loss')!.value]).toEqual([9007.5]);
    expect([...reader.records('batch.loss').value]).toEqual([...lossesOfF.slice(0, 7), 9007.5]);
    writer.close();
    reader.close();
  });

  it('make up its figures', () => {
    expect(reading(family(), 'f', summarise).distance).toBe(2008);
    const runs = temporaryFolder();
    recorded(runs, 'p', 0, 3, 1);
    createRun(runs, newRun({ id: 'f', iteration: 2, parent: { run: 'p', iteration: 2, records: 4 } })).close();
    expect(reading(runs, 'f', summarise).distance).toBe(1001);
    expect(reading(runs, 'f', (reader) => reader.newestSeq())).toBe(4);
  });
});

describe('a fork without its parent', () => {
  it('names the parent, and its own records stay readable', () => {
    const runs = family();
    rmSync(join(runs, 'p'), { recursive: true });
    const message =
      'run g: expected the records before iteration 6 in run p, from which it descends, ' +
      `got no run of that name in ${runs}; its own records are readable`;
    const reads: ((reader: RunReader) => unknown)[] = [
      (reader) => reader.records('batch.loss'),
      (reader) => reader.series(),
      (reader) => reader.changesAfter(0),
      (reader) => reader.changesAfter(0, 5),
    ];
    for (const read of reads) expect(errorOf(() => reading(runs, 'g', read))).toEqual({ code: 'RUN_INVALID', message });
    expect(values(runs, 'g', 'batch.loss', { fromIteration: 8 })).toEqual(losses(8, 12, 3));
    expect(reading(runs, 'g', (reader) => reader.changesAfter(16).records.get('batch.loss')!.length)).toBe(4);
    expect(reading(runs, 'g', (reader) => reader.series(), 'own').map(({ count }) => count)).toEqual([4, 4]);
    expect(listRuns(runs).map(({ id, parent, problem }) => [id, parent?.run, problem])).toEqual(
      expect.arrayContaining([
        ['g', 'f', null],
        ['f', 'p', null],
      ]),
    );
  });

  it('is told from one whose parent is another run of that name', () => {
    const runs = family();
    rmSync(join(runs, 'p'), { recursive: true });
    recorded(runs, 'p', 0, 5, 7);
    expect(errorOf(() => values(runs, 'f'))).toEqual({
      code: 'RUN_INVALID',
      message:
        'run f: expected the records before iteration 6 in run p, from which it descends, ' +
        'got 10 records before iteration 6 instead of 12; its own records are readable',
    });
  });

  it('is told from one that descends from itself', () => {
    const runs = temporaryFolder();
    recorded(runs, 'a', 1, 2, 1, ['b', 1, 2]);
    recorded(runs, 'b', 1, 2, 1, ['a', 1, 2]);
    expect(errorOf(() => values(runs, 'a')).message).toContain('a run that descends from itself');
  });
});
