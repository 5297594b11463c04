import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  annotateRun,
  createRun,
  emptyTrash,
  listRuns,
  listTrash,
  openRun,
  restoreRun,
  trashRun,
} from '../../src/store/index.ts';
import { errorOf, newRun, record, temporaryFolder } from './fixtures.ts';

function makeRuns(...ids: string[]): string {
  const runs = temporaryFolder();
  for (const id of ids) makeRun(runs, id);
  return runs;
}

function makeRun(runs: string, id: string, value = 1): void {
  const writer = createRun(runs, newRun({ id, status: 'finished' }));
  writer.append([record('train.loss', 0, value)]);
  writer.close();
}

const ids = (runs: string): string[] => listRuns(runs).map(({ id }) => id);

describe('the trash', () => {
  it('takes a run out of the list and gives it back as it was', () => {
    const runs = makeRuns('a', 'b');
    annotateRun(runs, 'a', { tags: ['kept'] });
    expect(trashRun(runs, 'a')).toBe('a');
    expect(ids(runs)).toEqual(['b']);
    expect(errorOf(() => openRun(runs, 'a')).code).toBe('RUN_NOT_FOUND');
    const [trashed] = listTrash(runs);
    expect(trashed).toMatchObject({ name: 'a', run: { id: 'a', status: 'finished', tags: ['kept'], problem: null } });
    expect(trashed!.bytes).toBeGreaterThan(1000);
    expect(Math.abs(Date.now() - Date.parse(trashed!.trashed))).toBeLessThan(60_000);

    expect(restoreRun(runs, 'a')).toBe('a');
    expect(listTrash(runs)).toEqual([]);
    expect(ids(runs).sort()).toEqual(['a', 'b']);
    const reader = openRun(runs, 'a');
    expect([...reader.records('train.loss').value]).toEqual([1]);
    reader.close();
  });

  it('holds several runs of one name, and restores none over another', () => {
    const runs = makeRuns('a');
    trashRun(runs, 'a');
    makeRun(runs, 'a', 2);
    expect(trashRun(runs, 'a')).toBe('a~2');
    makeRun(runs, 'a', 3);
    expect(trashRun(runs, 'a')).toBe('a~3');
    makeRun(runs, 'a', 4);
    expect(
      listTrash(runs)
        .map(({ name, run }) => [name, run.id])
        .sort(),
    ).toEqual([
      ['a', 'a'],
      ['a~2', 'a'],
      ['a~3', 'a'],
    ]);
    expect(errorOf(() => restoreRun(runs, 'a~2'))).toMatchObject({
      code: 'RUN_EXISTS',
      message: expect.stringContaining('run a: expected a free name') as string,
    });
    expect(restoreRun(runs, 'a~2', 'a-again')).toBe('a-again');
    const reader = openRun(runs, 'a-again');
    expect([reader.file().id, ...reader.records('train.loss').value]).toEqual(['a-again', 2]);
    reader.close();
    expect(listTrash(runs)).toHaveLength(2);
  });

  it('refuses a run that a living process writes', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'a' }));
    expect(errorOf(() => trashRun(runs, 'a')).code).toBe('RUN_STATE');
    expect(ids(runs)).toEqual(['a']);
    writer.close();
    expect(trashRun(runs, 'a')).toBe('a');
    expect(listTrash(runs)[0]!.run.status).toBe('interrupted');
  });

  it('leaves a fork its own records while the parent lies in it', () => {
    const runs = makeRuns('parent');
    const fork = createRun(runs, newRun({ id: 'fork', parent: { run: 'parent', iteration: 1, records: 1 } }));
    fork.append([record('train.loss', 1, 0.5)]);
    fork.close();
    trashRun(runs, 'parent');
    const all = openRun(runs, 'fork');
    expect(errorOf(() => all.records('train.loss')).message).toContain('in run parent, from which it descends');
    all.close();
    const own = openRun(runs, 'fork', { part: 'own' });
    expect([...own.records('train.loss').value]).toEqual([0.5]);
    own.close();
    restoreRun(runs, 'parent');
    const whole = openRun(runs, 'fork');
    expect([...whole.records('train.loss').value]).toEqual([1, 0.5]);
    whole.close();
  });

  it('is emptied of all runs, or of those that are named', () => {
    const runs = makeRuns('a', 'b', 'c');
    for (const id of ['a', 'b', 'c']) trashRun(runs, id);
    expect(emptyTrash(runs, ['b'])).toEqual(['b']);
    expect(
      listTrash(runs)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'c']);
    expect(errorOf(() => emptyTrash(runs, ['a', 'gone'])).code).toBe('RUN_NOT_FOUND');
    expect(listTrash(runs)).toHaveLength(2);
    expect(emptyTrash(runs).sort()).toEqual(['a', 'c']);
    expect(readdirSync(join(runs, '.trash'))).toEqual([]);
    expect(emptyTrash(temporaryFolder())).toEqual([]);
  });

  it('takes damaged runs, and nothing that is no run', () => {
    const runs = makeRuns('torn');
    writeFileSync(join(runs, 'torn', 'run.json'), '{');
    mkdirSync(join(runs, 'results'));
    for (const name of ['results', 'nobody', '../torn', '.trash', '']) {
      expect(errorOf(() => trashRun(runs, name)).code).toBe('RUN_NOT_FOUND');
      expect(errorOf(() => restoreRun(runs, name)).code).toBe('RUN_NOT_FOUND');
      expect(errorOf(() => emptyTrash(runs, [name])).code).toBe('RUN_NOT_FOUND');
    }
    trashRun(runs, 'torn');
    expect(listTrash(runs)[0]!.run.problem).toContain('expected a run file');
    expect(errorOf(() => restoreRun(runs, 'torn', '../../torn')).code).toBe('RUN_NOT_FOUND');
    expect(errorOf(() => restoreRun(runs, '../.trash/torn')).code).toBe('RUN_NOT_FOUND');
    expect(restoreRun(runs, 'torn')).toBe('torn');
  });

  it('that is a link to elsewhere is not followed', () => {
    const runs = makeRuns('a');
    const elsewhere = makeRuns('precious');
    symlinkSync(elsewhere, join(runs, '.trash'));
    expect(errorOf(() => trashRun(runs, 'a')).code).toBe('STORE_FAILED');
    expect(listTrash(runs)).toEqual([]);
    expect(emptyTrash(runs)).toEqual([]);
    expect(existsSync(join(elsewhere, 'precious'))).toBe(true);
    expect(ids(runs)).toEqual(['a']);
  });
});
