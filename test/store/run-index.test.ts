import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunListEntry } from '../../src/contract/index.ts';
import { annotateRun, createRun, listRuns, RunIndex, trashRun } from '../../src/store/index.ts';
import { errorOf, newRun, temporaryFolder } from './fixtures.ts';

function makeRun(runs: string, id: string): void {
  createRun(runs, newRun({ id, status: 'finished' })).close();
}

/** The names of what changed since the last call. */
function follow(runs: string): { index: RunIndex; changed: () => { runs: string[]; removed: readonly string[] } } {
  const index = new RunIndex(runs).look();
  let seen = index.revision;
  const changed = () => {
    const changes = index.look().changesSince(seen);
    seen = index.revision;
    return { runs: changes.runs.map(({ id }) => id).sort(), removed: changes.removed };
  };
  return { index, changed };
}

const entry = (index: RunIndex, name: string): RunListEntry | undefined => index.runs().find(({ id }) => id === name);

const nothing = { runs: [], removed: [] };

describe('the index of runs', () => {
  it('tells what is new, what changed and what is gone, each once', () => {
    const runs = temporaryFolder();
    makeRun(runs, 'a');
    makeRun(runs, 'b');
    const { index, changed } = follow(runs);
    expect(index.runs().map(({ id }) => id)).toEqual(['b', 'a']);
    expect(changed()).toEqual(nothing);

    cpSync(join(runs, 'a'), join(runs, 'copied'), { recursive: true });
    expect(changed()).toEqual({ runs: ['copied'], removed: [] });
    annotateRun(runs, 'a', { tags: ['x'] });
    expect(changed()).toEqual({ runs: ['a'], removed: [] });
    rmSync(join(runs, 'a', 'annotations.json'));
    expect(changed()).toEqual({ runs: ['a'], removed: [] });
    writeFileSync(join(runs, 'b', 'run.json'), '{');
    expect(changed()).toEqual({ runs: ['b'], removed: [] });
    expect(entry(index, 'b')?.problem).toContain('expected a run file');
    trashRun(runs, 'a');
    rmSync(join(runs, 'copied'), { recursive: true });
    expect(changed()).toEqual({ runs: [], removed: ['a', 'copied'] });
    makeRun(runs, 'a');
    expect(changed()).toEqual({ runs: ['a'], removed: [] });
    expect(changed()).toEqual(nothing);
    expect(index.runs()).toEqual(listRuns(runs));
    expect(index.changesSince(0)).toMatchObject({ removed: ['copied'] });
  });

  it('reads only what changed', () => {
    const runs = temporaryFolder();
    makeRun(runs, 'a');
    makeRun(runs, 'b');
    const index = new RunIndex(runs).look();
    const before = index.runs();
    expect(index.look().runs()).toBe(before);
    annotateRun(runs, 'a', { note: 'x' });
    const [b, a] = index.look().runs();
    expect(b).toBe(before[0]);
    expect(a).not.toBe(before[1]);
  });

  it('sees that one run went and another came within one look', () => {
    const runs = temporaryFolder();
    makeRun(runs, 'a');
    const { changed } = follow(runs);
    rmSync(join(runs, 'a'), { recursive: true });
    makeRun(runs, 'b');
    expect(changed()).toEqual({ runs: ['b'], removed: ['a'] });
  });

  it('sees a run.json that was replaced by one of the same size', () => {
    const runs = temporaryFolder();
    makeRun(runs, 'a');
    const { index, changed } = follow(runs);
    const path = join(runs, 'a', 'run.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"seed": 7', '"seed": 8'));
    expect(changed()).toEqual({ runs: ['a'], removed: [] });
    expect(entry(index, 'a')?.seed).toBe(8);
  });

  it('sees that the process of a running run ended without saying so', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'a' }));
    const { index, changed } = follow(runs);
    expect(entry(index, 'a')?.status).toBe('running');
    expect(changed()).toEqual(nothing);
    const lock = join(runs, 'a', 'lock');
    const held = JSON.parse(readFileSync(lock, 'utf8')) as { holder: { started: string | null } };
    writeFileSync(lock, JSON.stringify({ ...held, holder: { ...held.holder, machine: 'another' } }));
    expect(changed()).toEqual({ runs: ['a'], removed: [] });
    expect(entry(index, 'a')?.status).toBe('interrupted');
    writer.close();
  });

  it('says when the folder itself cannot be read, and begins anew when it can', () => {
    const folder = temporaryFolder();
    const runs = join(folder, 'runs');
    const index = new RunIndex(runs).look();
    expect([index.runs(), index.revision]).toEqual([[], 0]);
    writeFileSync(runs, '');
    expect(errorOf(() => index.look()).code).toBe('RUN_NOT_FOUND');
    rmSync(runs);
    makeRun(runs, 'a');
    expect(index.look().runs()).toHaveLength(1);
  });
});
