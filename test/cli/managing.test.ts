import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Results, RunListEntry, SpecificationInput } from '../../src/contract/index.ts';
import { createRun, listRuns } from '../../src/store/index.ts';
import { newRun, temporaryFolder } from '../store/fixtures.ts';
import { Terminal, thalweg, type Outcome } from './terminal.ts';

let runs: string;
beforeEach(() => {
  runs = temporaryFolder();
});

function makeRun(id: string, specification: Partial<SpecificationInput> = {}, parent: string | null = null): void {
  const fork = parent === null ? {} : { parent: { run: parent, iteration: 1, records: 0 } };
  createRun(runs, newRun({ id, status: 'finished', ...fork }, specification)).close();
}

const command = (...words: string[]): Promise<Outcome> => thalweg([...words, '--runs', runs]);
const listed = async (...words: string[]): Promise<string[]> =>
  (JSON.parse((await command('list', '--json', ...words)).stdout) as RunListEntry[]).map(({ id }) => id);
const results = (outcome: Outcome): Results['results'] => (JSON.parse(outcome.stdout) as Results).results;

describe('annotate', () => {
  it('tags, notes and archives runs, and says what holds then', async () => {
    makeRun('a');
    makeRun('b');
    const said = await command('annotate', 'a', 'b', '--tag', 'good', '--tag', 'baseline', '--note', 'hello');
    expect(said).toEqual({
      code: 0,
      stdout: 'a: tags good, baseline; note\nb: tags good, baseline; note\n',
      stderr: '',
    });
    expect((await command('annotate', 'a', '--untag', 'good', '--archive')).stdout).toBe(
      'a: archived; tags baseline; note\n',
    );
    expect(listRuns(runs).find(({ id }) => id === 'a')).toMatchObject({
      tags: ['baseline'],
      note: 'hello',
      archived: true,
    });
    await command('annotate', 'a', '--no-archive', '--note', '', '--untag', 'baseline');
    expect(listRuns(runs).find(({ id }) => id === 'a')).toMatchObject({ tags: [], note: '', archived: false });
  });

  it('does what it can of a selection, and ends with the failure', async () => {
    makeRun('a');
    makeRun('b');
    writeFileSync(join(runs, 'a', 'annotations.json'), '{');
    const outcome = await command('annotate', 'a', 'b', '--tag', 'x', '--json');
    expect(outcome.code).toBe(1);
    expect(results(outcome)).toMatchObject([
      { id: 'a', name: null, error: { code: 'RUN_INVALID' } },
      { id: 'b', name: 'b', error: null },
    ]);
    expect(outcome.stderr).toContain('annotations.json: expected tags and notes');
  });

  it.each([
    [['annotate', 'a'], 'annotate: expected --tag, --untag, --note, --archive or --no-archive, got none'],
    [['annotate', 'a', '--tag', 'x,y'], '--tag: expected a tag without commas'],
    [['annotate', 'a', '--tag', ''], '--tag: expected a tag of at least one character'],
    [['annotate', 'c', '--tag', 'x'], 'did you mean "a"?'],
    [['annotate', '--tag', 'x'], 'annotate: missing required argument "run"'],
  ])('refuses %j', async (words, message) => {
    makeRun('a');
    const { code, stderr } = await command(...words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(runs, 'a', 'annotations.json'))).toBe(false);
  });
});

describe('list', () => {
  beforeEach(async () => {
    makeRun('slow');
    makeRun('fast', { optimizer: { name: 'sgd', learningRate: 0.5 } });
    makeRun('old', { seed: 3 });
    await command('annotate', 'slow', 'fast', '--tag', 'good');
    await command('annotate', 'old', '--archive');
  });

  it('leaves archived runs out until they are asked for, and says so', async () => {
    expect(await listed()).toEqual(['fast', 'slow']);
    expect(await listed('--all')).toEqual(['old', 'fast', 'slow']);
    const { stdout, stderr } = await command('list');
    expect(stdout).toMatch(/^run .* tags {2}name$/m);
    expect(stdout).toMatch(/^fast .* good$/m);
    expect(stderr).toBe('1 archived; --all shows them\n');
  });

  it('finds runs by tags and any key, and sorts them', async () => {
    expect(await listed('--tag', 'good', '--where', 'optimizer.learningRate=0.5')).toEqual(['fast']);
    expect(await listed('--where', 'learningRate>0.05 slow')).toEqual(['slow']);
    expect(await listed('--tag', 'bad')).toEqual([]);
    expect(await listed('--sort', 'learningRate')).toEqual(['slow', 'fast']);
    expect(await listed('--sort', 'learningRate', '--reverse')).toEqual(['fast', 'slow']);
    expect((await command('list', '--tag', 'bad')).stdout).toBe(`none of 2 runs in ${runs}\n`);
  });

  it.each([
    [['--where', 'lerningRate=1'], '--where: no run has a key "lerningRate", did you mean "learningRate"?'],
    [['--sort', 'trainLos'], '--sort: no run has a key "trainLos", did you mean "trainLoss"?'],
  ])('refuses %j', async (words, message) => {
    const { code, stderr } = await command('list', ...words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('remove, restore and trash', () => {
  it('move runs away and back, and name the forks that lose their past', async () => {
    makeRun('a');
    makeRun('fork', {}, 'a');
    const removed = await command('remove', 'a');
    expect(removed).toEqual({
      code: 0,
      stdout: `a is in the trash; \`thalweg restore a --runs ${runs}\` brings it back\n`,
      stderr: 'thalweg: only what they recorded themselves is readable now of fork\n',
    });
    expect(await listed()).toEqual(['fork']);
    expect((await command('trash')).stdout).toMatch(/^name +deleted +size .*\na +now +/);
    expect(JSON.parse((await command('trash', '--json')).stdout)).toMatchObject([{ name: 'a', run: { id: 'a' } }]);
    expect((await command('restore', 'a')).stdout).toBe('a is in the list again\n');
    expect(await listed()).toEqual(['fork', 'a']);
    expect((await command('trash')).stdout).toBe(`nothing in the trash of ${runs}\n`);
    expect((await command('remove', 'a', 'fork')).stderr).toBe('');
  });

  it('restore under another name where a run has the name', async () => {
    makeRun('a');
    await command('remove', 'a');
    makeRun('a');
    const { code, stderr } = await command('restore', 'a');
    expect(code).toBe(2);
    expect(stderr).toContain('run a: expected a free name to restore it');
    expect(results(await command('restore', 'a', '--as', 'a-old', '--json'))).toEqual([
      { id: 'a', name: 'a-old', error: null },
    ]);
    expect((await command('restore', 'x', 'y', '--as', 'z')).stderr).toContain('--as: expected one run');
  });

  it('refuse a run that is being written', async () => {
    const writer = createRun(runs, newRun({ id: 'busy' }));
    const { code, stderr } = await command('remove', 'busy');
    expect(code).toBe(2);
    expect(stderr).toContain('run busy: expected no other writer');
    writer.close();
  });

  it('ask before the trash is emptied, where somebody can answer', async () => {
    const empty = async (...answers: string[]) => {
      const terminal = new Terminal({ answers });
      const outcome = await thalweg(['trash', '--empty', '--runs', runs], terminal);
      return { ...outcome, questions: terminal.questions };
    };
    makeRun('a');
    makeRun('b');
    await command('remove', 'a', 'b');
    const refused = await command('trash', '--empty');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('trash: expected --yes where nobody can be asked');
    const no = await empty('n');
    expect(no.questions).toEqual([expect.stringMatching(/^Delete [ab], [ab] \(.* [kM]B\) for good\? \[y\/N\] $/)]);
    expect(no.stdout).toBe('nothing was deleted\n');
    expect(readdirSync(join(runs, '.trash'))).toHaveLength(2);
    expect((await empty('y')).code).toBe(0);
    expect(readdirSync(join(runs, '.trash'))).toEqual([]);
    expect(await empty()).toMatchObject({ code: 0, stdout: '', questions: [] });
  });

  it('empty the trash without a question with --yes', async () => {
    makeRun('a');
    await command('remove', 'a');
    expect(results(await command('trash', '--empty', '--yes', '--json'))).toEqual([
      { id: 'a', name: 'a', error: null },
    ]);
    expect((await command('trash', '--yes')).code).toBe(2);
  });
});
