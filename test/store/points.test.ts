import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MetricRecord, SeriesName } from '../../src/contract/index.ts';
import { createRun, openRun, openRunWriter, type RunReader, type SeriesPoints } from '../../src/store/index.ts';
import { blockSize } from '../../src/store/core/blocks.ts';
import { newRun, record, temporaryFolder } from './fixtures.ts';

const names: readonly SeriesName[] = ['interpolation.loss', 'batch.loss'];

/** Iterations `from` to `to` − 1 with three interpolated losses each, some of them no number. */
const walk = (from: number, to: number): MetricRecord[] =>
  Array.from({ length: to - from }, (_, index) => from + index).flatMap((t) => [
    ...[0, 0.1, 0.7].map((coordinate) =>
      record('interpolation.loss', t, t % 97 === 5 ? -Infinity : Math.sin(t) + coordinate, { coordinate }),
    ),
    record('batch.loss', t, t % 50 === 7 ? NaN : t === 3 ? -0 : 1e-20 * t),
  ]);

const plain = (points: SeriesPoints | undefined): number[][] =>
  points ? [points.iteration, points.coordinate, points.value].map((column) => [...column]) : [[], [], []];

/** The points are what the rows say, whatever lies in blocks. */
function expectPointsOfRows(reader: RunReader): void {
  const { points, newest } = reader.points(names);
  for (const name of names) expect(plain(points.get(name))).toEqual(plain(reader.records(name)));
  expect(newest).toBe(reader.newestSeq());
  const counts = names.map((name) => [name, reader.records(name).length] as const).filter(([, count]) => count > 0);
  expect(new Map(reader.series().map(({ name, count }) => [name, count]))).toEqual(new Map(counts));
  expect(new Set(reader.recorded())).toEqual(new Set(counts.map(([name]) => name)));
}

/** The values are what the rows say, standard errors and examples included. */
function expectValuesOfRows(reader: RunReader): void {
  for (const name of names) {
    const { seq, ...rows } = reader.records(name);
    expect(reader.values(name)).toEqual({ rewound: Infinity, newest: reader.newestSeq(), values: rows });
    const after = seq[Math.floor(seq.length / 2)]!;
    const late = reader.values(name, after).values;
    expect([...late.value]).toEqual([...rows.value].slice(Math.floor(seq.length / 2) + 1));
  }
}

const blocksOf = (directory: string): number => {
  const database = new DatabaseSync(join(directory, 'metrics.db'), { readOnly: true });
  const { count } = database.prepare('SELECT count(*) AS count FROM block').get() as { count: number };
  database.close();
  return count;
};

describe('points', () => {
  it('are those of the rows when whole blocks were packed, and when some wait', () => {
    const writer = createRun(temporaryFolder(), newRun());
    const reader = writer.reader();
    writer.append(walk(0, 100));
    writer.flush();
    expect(blocksOf(writer.directory)).toBe(0);
    expectPointsOfRows(reader);
    writer.append(walk(100, 700));
    writer.flush();
    expect(blocksOf(writer.directory)).toBe(Math.floor(2100 / blockSize) + Math.floor(700 / blockSize));
    expectPointsOfRows(reader);
    writer.close();
  });

  it('stay those of the rows through rewinds and sessions, also by what changed since', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ append: fc.integer({ min: 1, max: 400 }) }) },
      { weight: 2, arbitrary: fc.record({ rewind: fc.double({ min: 0.3, max: 1, noNaN: true }) }) },
      { weight: 1, arbitrary: fc.constant('resume' as const) },
      { weight: 2, arbitrary: fc.constant('look' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 3, maxLength: 10 }), (steps) => {
        const runs = temporaryFolder();
        let writer = createRun(runs, newRun({ id: 'r' }));
        const reader = openRun(runs, 'r');
        const held = new Map<SeriesName, number[][]>();
        let [iteration, since] = [0, 0];
        for (const step of [...steps, 'look' as const]) {
          if (step === 'resume') {
            writer.close();
            writer = openRunWriter(runs, 'r');
          } else if (step === 'look') {
            writer.flush();
            since = follow(reader, held, since);
            for (const name of names) expect(held.get(name) ?? [[], [], []]).toEqual(plain(reader.records(name)));
            expectPointsOfRows(reader);
          } else if ('append' in step) {
            writer.append(walk(iteration, (iteration += step.append)));
          } else writer.rewind((iteration = Math.floor(step.rewind * iteration)));
        }
        reader.close();
        writer.close();
      }),
      { numRuns: 8 },
    );
  });

  it('come with standard errors and examples, of blocks and of what waits', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'estimated' }));
    const reader = openRun(runs, 'estimated');
    writer.append(walk(0, 600));
    writer.flush();
    expectValuesOfRows(reader);
    writer.append([record('batch.loss', 600, 1, { standardError: 0.5 })]);
    writer.append(walk(601, 602));
    writer.flush();
    expectValuesOfRows(reader);
    writer.append(walk(602, 1300));
    writer.append([record('batch.loss', 1300, 1, { standardError: NaN, examples: 20 })]);
    writer.flush();
    expectValuesOfRows(reader);
    reader.close();
    writer.close();
  });

  it('are read from rows where a run was recorded before there were blocks, and packed when it goes on', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'old' }));
    writer.append(walk(0, 600));
    writer.close();
    const database = new DatabaseSync(join(runs, 'old', 'metrics.db'));
    database.exec('DROP TABLE block; DROP TABLE clock; PRAGMA user_version = 1');
    database.close();
    const reader = openRun(runs, 'old');
    expectPointsOfRows(reader);
    expect(reader.clock().iteration).toHaveLength(0);
    const resumed = openRunWriter(runs, 'old');
    resumed.append(walk(600, 601));
    resumed.close();
    expect(blocksOf(join(runs, 'old'))).toBe(Math.floor(1803 / blockSize) + Math.floor(601 / blockSize));
    expectPointsOfRows(reader);
    reader.close();
  });

  it('leave nothing behind of records that could not be written', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'full' }), { pageLimit: 40 });
    const reader = writer.reader();
    expect(() => writer.append(walk(0, 4000))).toThrow('could not be written');
    expectPointsOfRows(reader);
    expect(() => writer.close()).toThrow('could not be written');
    const resumed = openRunWriter(runs, 'full');
    resumed.append(walk(1000, 2000));
    resumed.flush();
    expectPointsOfRows(resumed.reader());
    resumed.close();
  });

  it('of a fork are its ancestors’ and its own', () => {
    const runs = temporaryFolder();
    const parent = createRun(runs, newRun({ id: 'p' }));
    parent.append(walk(0, 900));
    parent.flush({ iteration: 400, seconds: 10 });
    parent.flush({ iteration: 900, seconds: 30 });
    parent.close();
    const fork = createRun(runs, newRun({ id: 'f', parent: { run: 'p', iteration: 400, records: 1600 } }));
    fork.rewind(400);
    fork.append(walk(400, 1200));
    fork.flush({ iteration: 1200, seconds: 7 });
    const reader = fork.reader();
    expectPointsOfRows(reader);
    const { newest } = reader.points(names);
    fork.append(walk(1200, 1201));
    fork.flush();
    const { points, rewound } = reader.points(names, newest);
    expect([...points.get('batch.loss')!.iteration]).toEqual([1200]);
    expect(rewound).toBe(Infinity);
    expect(clockOf(reader)).toEqual([
      [400, 1200],
      [10, 17],
    ]);
    fork.close();
  });
});

const clockOf = (reader: RunReader): number[][] => {
  const { iteration, seconds } = reader.clock();
  return [[...iteration], [...seconds]];
};

/** Brings what is held of a run to what it has now, and returns the place to go on from. */
function follow(reader: RunReader, held: Map<SeriesName, number[][]>, since: number): number {
  const { points, rewound, newest } = reader.points(names, since);
  for (const [name, [iteration, coordinate, value]] of held) {
    const keep = iteration!.map((at) => at < rewound);
    held.set(
      name,
      [iteration!, coordinate!, value!].map((column) => column.filter((_, row) => keep[row])),
    );
  }
  for (const [name, added] of points) {
    const before = held.get(name) ?? [[], [], []];
    held.set(
      name,
      plain(added).map((column, index) => [...before[index]!, ...column]),
    );
  }
  return newest;
}

describe('the clock of a run', () => {
  it('has the seconds of each flush, and loses those after the iteration to which it is rewound', () => {
    const writer = createRun(temporaryFolder(), newRun());
    const reader = writer.reader();
    writer.append(walk(0, 3));
    writer.flush({ iteration: 3, seconds: 0.5 });
    writer.append(walk(3, 5));
    writer.flush({ iteration: 5, seconds: 0.75 });
    writer.flush({ iteration: 6, seconds: 1 });
    writer.rewind(5);
    expect(clockOf(reader)).toEqual([
      [3, 5],
      [0.5, 0.75],
    ]);
    writer.flush({ iteration: 5, seconds: 2 });
    expect(clockOf(reader)[1]).toEqual([0.5, 2]);
    expect(reader.newestSeq()).toBe(21);
    writer.close();
  });
});
