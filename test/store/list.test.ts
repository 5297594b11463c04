import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createRun, defaultRunsDirectory, listRuns, openRun, resolveRunId } from '../../src/store/index.ts';
import { errorOf, newRun, temporaryFolder } from './fixtures.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Makes runs of these names, a minute apart. */
function runsNamed(...ids: string[]): string {
  const runs = temporaryFolder();
  vi.useFakeTimers({ toFake: ['Date'] });
  ids.forEach((id, minute) => {
    vi.setSystemTime(Date.UTC(2025, 0, 1, 0, minute));
    createRun(runs, newRun({ id })).close();
  });
  vi.useRealTimers();
  return runs;
}

describe('the list of runs', () => {
  it('names the update rules that follow one another', () => {
    const runs = temporaryFolder();
    const sgd = { name: 'sgd' } as const;
    const changes = [
      { at: '5 iterations', optimizer: sgd },
      { at: '9 iterations', optimizer: { ...sgd, learningRate: 0.01 } },
    ];
    createRun(runs, newRun({}, { optimizer: { name: 'gd' }, changes })).close();
    expect(listRuns(runs)[0]!.optimizer).toBe('gd→sgd');
  });

  it('is newest first and shows what run.json says', () => {
    const runs = runsNamed('b', 'c', 'a');
    expect(listRuns(runs).map(({ id }) => id)).toEqual(['a', 'c', 'b']);
    const summary = { trainLoss: 0.25, validationAccuracy: 0.9375, testAccuracy: 0.875 };
    const complete = {
      iterations: 40,
      epochs: 1,
      trainAccuracy: 1,
      validationLoss: 0.5,
      testLoss: 1,
      barriers: 0,
      interpolated: 40,
      meanHeight: 0.1,
      distance: 2,
      seconds: 3,
      probes: [],
    };
    const specification = { name: 'A title', study: 'walk', scale: 'smoke' } as const;
    const writer = createRun(
      runs,
      newRun({ id: 'd', summary: { ...complete, ...summary }, iteration: 40 }, specification),
    );
    const { iterations: _, epochs: __, probes: ___, ...figures } = { ...complete, ...summary };
    expect(listRuns(runs)[0]).toEqual({
      ...specification,
      ...figures,
      parameters: 1234,
      specification: expect.objectContaining({ ...specification, seed: 7, 'optimizer.learningRate': 0.1 }) as object,
      tags: [],
      note: '',
      archived: false,
      annotationsProblem: null,
      id: 'd',
      status: 'running',
      created: writer.file.created,
      updated: writer.file.updated,
      iteration: 40,
      totalIterations: 40,
      parent: null,
      seed: 7,
      optimizer: 'sgd',
      problem: null,
    });
    writer.update({ status: 'finished' });
    writer.close();
    expect(listRuns(runs)[0]!.status).toBe('finished');
  });

  it('reads a run file that says nothing of a validation set as one without', () => {
    const runs = runsNamed('old');
    const path = join(runs, 'old', 'run.json');
    const { validationExamples: _, ...data } = newRun().data;
    const summary = { iterations: 40, epochs: 1, trainLoss: 1, trainAccuracy: 0.5, testLoss: 1, testAccuracy: 0.5 };
    const rest = { barriers: null, interpolated: null, meanHeight: null, distance: null, seconds: 1 };
    const file = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...file, data, summary: { ...summary, ...rest } }));
    expect(listRuns(runs)).toMatchObject([{ problem: null, validationAccuracy: null, testAccuracy: 0.5 }]);
    const reader = openRun(runs, 'old');
    expect(reader.file().data.validationExamples).toBe(0);
    reader.close();
  });

  it('shows damaged runs with their problem and passes over what is no run', () => {
    const runs = runsNamed('good', 'torn', 'lost');
    writeFileSync(join(runs, 'torn', 'run.json'), '{');
    rmSync(join(runs, 'lost', 'run.json'));
    mkdirSync(join(runs, 'Not A Run Id'));
    writeFileSync(join(runs, 'Not A Run Id', 'run.json'), '{}');
    mkdirSync(join(runs, 'notes'));
    mkdirSync(join(runs, '.new-123'));
    writeFileSync(join(runs, '.new-123', 'run.json'), '{}');
    writeFileSync(join(runs, 'readme.txt'), '');
    utimesSync(join(runs, 'lost'), 1, 1);
    const entries = listRuns(runs);
    expect(entries.map(({ id }) => id).sort()).toEqual(['Not A Run Id', 'good', 'lost', 'torn']);
    const problems = Object.fromEntries(entries.map(({ id, problem }) => [id, problem]));
    expect(problems['good']).toBeNull();
    expect(problems['torn']).toContain('expected a run file, got: ');
    expect(problems['lost']).toContain('the file is missing');
    expect(problems['Not A Run Id']).toContain('expected a folder named as a run can be');
    expect(entries.at(-1)).toMatchObject({ id: 'lost', status: 'failed', created: '1970-01-01T00:00:01.000Z' });
  });

  it('is empty for a folder that does not exist, and an error for a file', () => {
    const folder = temporaryFolder();
    expect(listRuns(join(folder, 'none'))).toEqual([]);
    writeFileSync(join(folder, 'file'), '');
    expect(errorOf(() => listRuns(join(folder, 'file'))).code).toBe('RUN_NOT_FOUND');
  });
});

describe('the name of a run', () => {
  it('is an id, the start of exactly one, or the last', () => {
    const runs = runsNamed('walk-1', 'walk-10', 'other-2');
    expect(resolveRunId(runs, 'walk-1')).toBe('walk-1');
    expect(resolveRunId(runs, 'walk-10')).toBe('walk-10');
    expect(resolveRunId(runs, 'o')).toBe('other-2');
    expect(resolveRunId(runs, 'last')).toBe('other-2');
    writeFileSync(join(runs, 'other-2', 'run.json'), '');
    expect(resolveRunId(runs, 'latest')).toBe('walk-10');
    expect(resolveRunId(runs, 'other-2')).toBe('other-2');
  });

  it('that fits none or several is RUN_NOT_FOUND with the nearest, or with those it could be', () => {
    const runs = runsNamed('walk-1', 'walk-2');
    const message = (name: string): string => {
      const error = errorOf(() => resolveRunId(runs, name));
      expect(error.code).toBe('RUN_NOT_FOUND');
      return error.message;
    };
    expect(message('wakl-1')).toContain('did you mean "walk-1"?');
    expect(message('walk')).toContain('the start of 2 runs: walk-1, walk-2');
    expect(message('')).toContain('no such run');
    expect(message('../walk-1')).toContain('no such run');
    const none = errorOf(() => resolveRunId(join(runs, 'none'), 'last'));
    expect(none).toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});

describe('the default folder of runs', () => {
  it('is $THALWEG_RUNS, else ./runs', () => {
    vi.stubEnv('THALWEG_RUNS', '/some/where');
    expect(defaultRunsDirectory()).toBe('/some/where');
    vi.stubEnv('THALWEG_RUNS', '');
    expect(defaultRunsDirectory()).toBe(resolve('runs'));
  });
});
