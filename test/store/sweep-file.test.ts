import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sweepRecordSchema, type SweepRecord } from '../../src/contract/index.ts';
import { listRuns, listSweeps, openSweepRecord, readSweepRecord, writeSweepRecord } from '../../src/store/index.ts';
import { errorOf, temporaryFolder } from './fixtures.ts';

const sweep = (changes: Partial<SweepRecord> = {}): SweepRecord => ({
  version: 1,
  name: 'lr',
  created: '2026-01-02T03:04:05.000Z',
  updated: '2026-01-02T03:04:05.000Z',
  state: 'running',
  source: { path: 'lr.yaml', text: 'name: lr\n' },
  axes: [{ key: 'optimizer.learningRate', kind: 'grid', values: [0.1] }],
  cells: [{ 'optimizer.learningRate': 0.1 }],
  runs: [{ id: 'lr-0.1-s1-12345678', cell: 0, seed: 1 }],
  leftOut: { constraints: 2, repeated: 0 },
  dropped: [{ cell: 0, rung: '3 epochs' }],
  ...changes,
});

/** A note of a process with these marks. */
function noteOf(runs: string, pid: number, content: SweepRecord): void {
  const holder = { pid, started: null, machine: 'elsewhere', space: null };
  mkdirSync(join(runs, '.sweeps'), { recursive: true });
  writeFileSync(join(runs, '.sweeps', `${content.name}.json`), JSON.stringify({ sweep: content, holder }));
}

describe('the note on a sweep', () => {
  it('is read as it was written, also where there was no folder yet, and is no run', () => {
    const runs = join(temporaryFolder(), 'runs');
    expect([readSweepRecord(runs, 'lr'), listSweeps(runs)]).toEqual([null, []]);
    writeSweepRecord(runs, sweep());
    expect(sweepRecordSchema.parse(readSweepRecord(runs, 'lr'))).toEqual(sweep());
    expect(listRuns(runs)).toEqual([]);
  });

  it('is replaced by another of its name; others are listed, the one that was worked on last first', () => {
    const runs = temporaryFolder();
    writeSweepRecord(runs, sweep({ state: 'idle' }));
    writeSweepRecord(runs, sweep({ name: 'bs', state: 'idle', updated: '2026-01-03T00:00:00.000Z' }));
    writeSweepRecord(runs, sweep({ state: 'idle', cells: [] }));
    expect(listSweeps(runs).map(({ name, record }) => [name, record?.cells.length])).toEqual([
      ['bs', 1],
      ['lr', 0],
    ]);
  });

  it('of a process that is gone is idle', () => {
    const runs = temporaryFolder();
    noteOf(runs, 999_999, sweep());
    expect(readSweepRecord(runs, 'lr')!.state).toBe('idle');
    writeSweepRecord(runs, sweep());
    expect(readSweepRecord(runs, 'lr')!.state).toBe('running');
  });

  it('is not taken over from a living process', () => {
    const runs = temporaryFolder();
    writeSweepRecord(runs, sweep());
    const path = join(runs, '.sweeps', 'lr.json');
    const note = JSON.parse(readFileSync(path, 'utf8')) as { holder: { pid: number; started: string | null } };
    // The parent of this process lives as long as it does.
    const holder = { ...note.holder, pid: process.ppid, started: startOf(process.ppid) };
    writeFileSync(path, JSON.stringify({ ...note, holder }));
    const error = errorOf(() => writeSweepRecord(runs, sweep()));
    expect(error).toMatchObject({
      code: 'RUN_STATE',
      message: `sweep lr: expected nobody who works on it, got process ${process.ppid}`,
    });
  });

  it.each(['{ torn', '{}', '[]'])('that is %s says nothing; the list has its name', (content) => {
    const runs = temporaryFolder();
    mkdirSync(join(runs, '.sweeps'));
    writeFileSync(join(runs, '.sweeps', 'lr.json'), content);
    expect([readSweepRecord(runs, 'lr'), listSweeps(runs)]).toEqual([null, [{ name: 'lr', record: null }]]);
    expect(errorOf(() => openSweepRecord(runs, 'lr'))).toMatchObject({
      code: 'RUN_INVALID',
      message: `${join(runs, '.sweeps', 'lr.json')}: expected the note of a sweep, got what cannot be read as one`,
    });
  });

  it('that is not there is refused with the nearest name', () => {
    const runs = temporaryFolder();
    writeSweepRecord(runs, sweep());
    expect(openSweepRecord(runs, 'lr').name).toBe('lr');
    expect(errorOf(() => openSweepRecord(runs, 'lt'))).toMatchObject({
      code: 'RUN_NOT_FOUND',
      message: `sweep: expected a sweep that was started in ${runs}, got "lt"; did you mean "lr"?`,
    });
  });

  it('has a name that leads out of no folder', () => {
    expect(errorOf(() => readSweepRecord(temporaryFolder(), '../run'))).toMatchObject({ code: 'USAGE' });
  });
});

/** Start time of a process, as the note has it on Linux. */
function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return null;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}
