import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StudyState } from '../../src/contract/index.ts';
import { createRun, listRuns, outcomeMark, readStudy, runMark, writeStudy } from '../../src/store/index.ts';
import { errorOf, newRun, temporaryFolder } from './fixtures.ts';

const study: StudyState = {
  paper: 'W',
  scale: 'smoke',
  seeds: null,
  only: ['W-walk'],
  status: 'running',
  started: '2026-01-02T03:04:05.000Z',
  trials: 6,
  done: 2,
  running: [{ id: 'w-walk-s1', share: 0.5 }],
  failures: [],
  secondsLeft: 12,
  problem: null,
};

describe('the note on a study', () => {
  it('is read as it was written, also where there was no folder yet, and is no run', () => {
    const runs = join(temporaryFolder(), 'runs');
    expect(readStudy(runs)).toBeNull();
    writeStudy(runs, study);
    expect(readStudy(runs)).toEqual({ study, isHeld: true, process: process.pid });
    expect(listRuns(runs)).toEqual([]);
  });

  it('is not held by a process that is gone', () => {
    const runs = temporaryFolder();
    const holder = { pid: 999_999, started: '1', machine: 'another', space: null };
    writeFileSync(join(runs, '.study.json'), JSON.stringify({ study, holder }));
    expect(readStudy(runs)).toMatchObject({ isHeld: false });
  });

  it.each(['{ torn', '{}', '[]'])('that is %s says nothing', (content) => {
    const runs = temporaryFolder();
    writeFileSync(join(runs, '.study.json'), content);
    expect(readStudy(runs)).toBeNull();
  });

  it('that cannot be written is told', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(errorOf(() => writeStudy(file, study)).code).toBe('STORE_FAILED');
  });
});

describe('the mark of files', () => {
  it('of a run changes when the run does, and only then', () => {
    const runs = temporaryFolder();
    expect(runMark(runs, 'nobody')).toBe('');
    const writer = createRun(runs, newRun());
    const { id } = writer.file;
    const first = runMark(runs, id);
    expect(first).not.toBe('');
    expect(runMark(runs, id)).toBe(first);
    writer.update({ iteration: 1 });
    const second = runMark(runs, id);
    expect(second).not.toBe(first);
    writer.close();
  });

  it('of a result changes with its time', () => {
    const runs = temporaryFolder();
    expect(outcomeMark(runs, 'r-1')).toBe('');
    mkdirSync(join(runs, 'results'));
    const path = join(runs, 'results', 'r-1.json');
    writeFileSync(path, '{}');
    const first = outcomeMark(runs, 'r-1');
    utimesSync(path, new Date(), new Date(0));
    expect(outcomeMark(runs, 'r-1')).not.toBe(first);
  });

  it('is not taken of anything outside of the folder', () => {
    expect(errorOf(() => runMark('runs', '../secret')).code).toBe('RUN_NOT_FOUND');
    expect(errorOf(() => outcomeMark('runs', '../secret')).code).toBe('USAGE');
  });
});
