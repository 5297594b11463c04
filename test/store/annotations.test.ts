import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { annotateRun, createRun, listRuns, readAnnotations } from '../../src/store/index.ts';
import { errorOf, newRun, temporaryFolder } from './fixtures.ts';

function runNamed(id: string): { runs: string; directory: string } {
  const runs = temporaryFolder();
  createRun(runs, newRun({ id })).close();
  return { runs, directory: join(runs, id) };
}

describe('the annotations of a run', () => {
  it('are none where nothing was said, and no file is made by reading', () => {
    const { runs, directory } = runNamed('a');
    expect(readAnnotations(directory)).toEqual({ version: 1, tags: [], note: '', archived: false });
    expect(listRuns(runs)).toMatchObject([{ tags: [], note: '', archived: false, annotationsProblem: null }]);
    expect(readdirSync(directory)).not.toContain('annotations.json');
  });

  it('change only where a change says so, also while the run is written', () => {
    const runs = temporaryFolder();
    const writer = createRun(runs, newRun({ id: 'a' }));
    annotateRun(runs, 'a', { tags: ['good', 'good', ' baseline '], note: 'first\nline' });
    annotateRun(runs, 'a', { addTags: ['new', 'good'], removeTags: ['baseline'] });
    const said = annotateRun(runs, 'a', { archived: true });
    writer.close();
    expect(said).toEqual({ version: 1, tags: ['good', 'new'], note: 'first\nline', archived: true });
    expect(readAnnotations(join(runs, 'a'))).toEqual(said);
    expect(listRuns(runs)).toMatchObject([{ tags: ['good', 'new'], note: 'first\nline', archived: true }]);
    expect(readdirSync(join(runs, 'a')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('that are damaged are a named problem of the list, and are not written over', () => {
    const { runs, directory } = runNamed('a');
    const path = join(directory, 'annotations.json');
    for (const [content, reason] of [
      ['{', 'expected tags and notes, got: '],
      ['{"tags":[","]}', 'tags.0: expected a tag without commas'],
      ['{"version":2}', 'version: '],
    ] as const) {
      writeFileSync(path, content);
      const [entry] = listRuns(runs);
      expect(entry).toMatchObject({ problem: null, tags: [] });
      expect(entry!.annotationsProblem).toContain(`${path}: ${reason}`);
      expect(errorOf(() => annotateRun(runs, 'a', { archived: true })).code).toBe('RUN_INVALID');
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
  });

  it('of a run that is damaged itself can be written', () => {
    const { runs, directory } = runNamed('a');
    writeFileSync(join(directory, 'run.json'), '{');
    annotateRun(runs, 'a', { tags: ['broken'] });
    expect(listRuns(runs)).toMatchObject([
      { tags: ['broken'], problem: expect.stringContaining('run file') as string },
    ]);
  });

  it('belong to runs only', () => {
    const { runs } = runNamed('a');
    mkdirSync(join(runs, 'results'));
    for (const name of ['results', 'nobody', '../a', 'a/..', '.trash', ''])
      expect(errorOf(() => annotateRun(runs, name, { note: 'x' })).code).toBe('RUN_NOT_FOUND');
    expect(readdirSync(join(runs, 'results'))).toEqual([]);
  });
});
