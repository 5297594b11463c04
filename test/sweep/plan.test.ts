import { dirname, join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SweepInput } from '../../src/contract/index.ts';
import { definitionOf, planSweep, readSweep } from '../../src/sweep/index.ts';
import { errorOf } from '../store/fixtures.ts';
import { planOf, smallBase, sweepFile, sweepOf } from './support.ts';

const lr = 'optimizer.learningRate';
const bs = 'optimizer.batchSize';

describe('the plan of a sweep', () => {
  it('crosses list, grid, draws and seeds, and gives every run its specification and its name', () => {
    const plan = planOf({
      list: [{ 'model.hidden': [4], duration: '1 epoch' }, { 'model.hidden': [8, 8] }],
      grid: { [lr]: [0.1, 0.2] },
      random: { count: 3, axes: { 'optimizer.momentum': { uniform: [0, 0.9] } } },
      seeds: [5, 9],
    });
    expect([plan.cells.length, plan.runs.length]).toEqual([2 * 2 * 3, 2 * 2 * 3 * 2]);
    const [first, second] = plan.runs;
    expect(first).toMatchObject({ cell: 0, seed: 5 });
    expect(second).toMatchObject({ cell: 0, seed: 9 });
    expect(first!.id).toMatch(/^test-4-1-epoch-0\.1-[0-9.e-]+-s5-[0-9a-f]{8}$/);
    expect(first!.specification).toMatchObject({
      seed: 5,
      duration: '1 epoch',
      model: { hidden: [4] },
      optimizer: { learningRate: 0.1, batchSize: 25 },
      onNonFinite: 'stop',
    });
    expect(first!.definition).toBe(definitionOf(first!.specification));
    expect(plan.runs.at(-1)!.specification).toMatchObject({ duration: '4 epochs', model: { hidden: [8, 8] } });
    expect(plan.axes.map(({ key, kind, values }) => [key, kind, values.length])).toEqual([
      ['model.hidden', 'list', 2],
      ['duration', 'list', 1],
      [lr, 'grid', 2],
      ['optimizer.momentum', 'random', 3],
    ]);
    expect(new Set(plan.runs.map(({ id }) => id)).size).toBe(24);
  });

  it('gives the same names again, and to the same settings whatever else is planned', () => {
    const ids = (changes: Partial<SweepInput>): string[] => planOf(changes).runs.map(({ id }) => id);
    const grid = { [lr]: [0.1, 0.2], [bs]: [20, 50] };
    expect(ids({ grid, seeds: 2 })).toEqual(ids({ grid, seeds: 2 }));
    expect(ids({ grid, seeds: 3 })).toEqual(expect.arrayContaining(ids({ grid, seeds: 2 })));
    expect(ids({ grid: { ...grid, [lr]: [0.1, 0.2, 0.4] } })).toEqual(expect.arrayContaining(ids({ grid })));
    expect(ids({ grid }).filter((id) => ids({ grid, set: { duration: '5 epochs' } }).includes(id))).toEqual([]);
  });

  it('takes studies, files beside it, changes of its own, then those of the command line', () => {
    const path = sweepFile({ ...sweepOf({ set: { evaluate: '2 epochs', duration: '9 epochs' } }), base: 'base.yaml' });
    writeFileSync(join(dirname(path), 'base.yaml'), JSON.stringify(smallBase));
    const [run] = planSweep(readSweep(path), ['duration=7 epochs']).runs;
    expect(run!.specification).toMatchObject({ evaluate: '2 epochs', duration: '7 epochs', model: { hidden: [4] } });
    const study = planOf({ base: 'quickstart', scale: 'smoke', grid: { 'optimizer.name': ['sgd', 'gd'] } });
    // The study itself decides how long full-batch descent lasts.
    expect(study.runs.map(({ specification }) => specification.duration)).toEqual(['2 epochs', '80 iterations']);
    expect(study.runs[0]!.specification).toMatchObject({ study: 'quickstart', scale: 'smoke', name: 'name sgd' });
  });

  it('maps what a number that is not finite does to its specifications', () => {
    const policy = (nonFinite: 'stop' | 'record') => planOf({ stop: { nonFinite } }).runs[0]!.specification.onNonFinite;
    expect([policy('stop'), policy('record')]).toEqual(['stop', 'continue']);
  });

  it('leaves out what constraints do not admit, and counts it', () => {
    const grid = { [lr]: [0.1, 0.2, 0.4], [bs]: [20, 25, 50] };
    const cells = (constraints: SweepInput['constraints']): unknown[] => {
      const plan = planOf({ grid, constraints });
      expect(plan.leftOut).toEqual({ constraints: 9 - plan.cells.length, repeated: 0 });
      return plan.cells.map((cell) => [cell[lr], cell[bs]]);
    };
    expect(cells(['batchSize<50 learningRate>=0.2'])).toEqual([
      [0.2, 20],
      [0.2, 25],
      [0.4, 20],
      [0.4, 25],
    ]);
    expect(cells(['-optimizer.batchSize=20', 'learningRate!=0.1'])).toHaveLength(4);
    // 0.1/25 and 0.2/50 are 0.004, whatever their last digits are.
    expect(cells([{ ratio: [lr, bs], atLeast: 0.004, atMost: 0.004 }])).toEqual([
      [0.1, 25],
      [0.2, 50],
    ]);
    expect(cells([{ ratio: ['learningRate', 'batchSize'], atMost: 0.003 }])).toEqual([[0.1, 50]]);
  });

  it('leaves out draws that repeat earlier ones', () => {
    const plan = planOf({ random: { count: 40, axes: { [bs]: { integer: [1, 4] } } } });
    expect(plan.cells).toHaveLength(4);
    expect(plan.leftOut).toEqual({ constraints: 0, repeated: 36 });
  });
});

describe('a sweep that is wrong', () => {
  const wrong: [string, Partial<SweepInput> | Record<string, unknown>, string][] = [
    [
      'an axis that names no key',
      { grid: { 'optimizer.learnRate': [1] } },
      's.yaml: axis optimizer.learnRate, value 1: unknown key "learnRate", did you mean "learningRate"?',
    ],
    [
      'a value that the schema refuses',
      { grid: { [lr]: [0.1, -1] } },
      `s.yaml: axis ${lr}, value -1: expected a number greater than 0, got -1`,
    ],
    [
      'a key inside a value',
      { grid: { model: [{ name: 'mlp', hiden: [4] }] } },
      's.yaml: axis model, value {"name":"mlp","hiden":[4]}: model.hiden: unknown key "hiden", did you mean "hidden"?',
    ],
    [
      'an axis through a single value',
      { grid: { 'duration.x': [1] } },
      's.yaml: duration.x: duration is a single value without keys',
    ],
    [
      'a change that names no key',
      { set: { evaluat: '1 epoch' } },
      's.yaml: set evaluat: unknown key "evaluat", did you mean "evaluate"?',
    ],
    [
      'a base that is incomplete',
      { base: { data: { name: 'mnist-1d' } } },
      's.yaml: base: model: expected a mapping, got nothing (and 2 more)',
    ],
    [
      'a base that does not exist',
      { base: 'qickstart' },
      's.yaml: base: study: unknown name "qickstart", did you mean "quickstart"?',
    ],
    [
      'a base file that does not exist',
      { base: './none.yaml' },
      's.yaml: base: none.yaml: expected a specification file, but there is no such file',
    ],
    [
      'a scale without a study',
      { scale: 'smoke' },
      's.yaml: scale: expected a study as base, got a specification, which says itself how long it trains',
    ],
    [
      'a key in two places',
      { grid: { [lr]: [1] }, list: [{ [lr]: 2 }] },
      `s.yaml: ${lr}: expected one place that gives it values, got two`,
    ],
    ['a value twice', { grid: { [lr]: [0.1, 0.1] } }, `s.yaml: grid.${lr}: expected values that differ, got 0.1 twice`],
    [
      'two cells that train the same',
      { list: [{ [bs]: 25 }, { [lr]: 0.1 }] },
      's.yaml: expected cells that differ, got batchSize 25 and learningRate 0.1',
    ],
    ['a seed among the axes', { grid: { seed: [1, 2] } }, 's.yaml: seed: expected seeds under the key "seeds"'],
    ['a seed twice', { seeds: [1, 2, 1] }, 's.yaml: seeds: expected each once, got 1 twice'],
    [
      'constraints that leave nothing',
      { constraints: ['batchSize>25'] },
      's.yaml: constraints: expected to leave some of 1 cells, got none',
    ],
    [
      'a constraint that names no key',
      { constraints: ['batchSiz<2'] },
      's.yaml: constraints.0: no run has a key "batchSiz", did you mean "batchSize"?',
    ],
    [
      'a ratio that names no key',
      { constraints: [{ ratio: [lr, 'batch'], atMost: 1 }] },
      's.yaml: constraints.0.ratio: no run has a key "batch"',
    ],
  ];

  it.each(wrong)('with %s says so', (_, changes, message) => {
    const error = errorOf(() => planOf(changes));
    expect(error.message).toContain(message);
    expect(error.code).toBe('SPECIFICATION_INVALID');
  });

  const unread: [string, unknown, string][] = [
    ['an unknown key', { ...sweepOf(), grids: {} }, 'grids: unknown key "grids", did you mean "grid"?'],
    ['no name', { base: 'quickstart' }, 'name: expected a text, got nothing'],
    ['a name that no run can have', { ...sweepOf(), name: 'LR' }, 'name: expected lower-case letters'],
    [
      'an empty axis',
      { ...sweepOf(), grid: { [lr]: [] } },
      `grid.${lr}: expected a list with at least 1 entries, got a list`,
    ],
    [
      'two kinds of spacing',
      { ...sweepOf(), grid: { [lr]: { log: { from: 1, to: 2, count: 2 }, linear: { from: 1, to: 2, count: 2 } } } },
      `expected one of linear, log and powers`,
    ],
    [
      'a logarithm of zero',
      { ...sweepOf(), grid: { [lr]: { log: { from: 0, to: 2, count: 2 } } } },
      `grid.${lr}.log.from: expected a number greater than 0, got 0`,
    ],
    [
      'bounds in the wrong order',
      { ...sweepOf(), random: { count: 1, axes: { [lr]: { uniform: [2, 1] } } } },
      'expected [low, high] with low below high',
    ],
    [
      'an unknown metric',
      { ...sweepOf(), stop: { halving: { metric: 'loss', first: '1 epoch' } } },
      'stop.halving.metric: unknown value "loss"',
    ],
    ['text that is no YAML', 'name: [', 'not valid YAML'],
    ['nothing', '', 'expected a mapping of keys to values, got an empty file'],
  ];

  it.each(unread)('in its file with %s says so, and where', (_, content, message) => {
    const path = sweepFile(content);
    const error = errorOf(() => readSweep(path));
    expect(error.message).toContain(message);
    expect(error.message.startsWith(`${path}: `)).toBe(true);
    expect(error).toMatchObject({ code: 'SPECIFICATION_INVALID' });
    expect(error.message).not.toContain('\n');
  });

  it('that is not there says so', () => {
    expect(errorOf(() => readSweep('none.yaml')).message).toBe(
      'none.yaml: expected a sweep file, but there is no such file',
    );
  });

  it('is refused on the command line where it sets what is varied', () => {
    const error = errorOf(() => planOf({ grid: { [lr]: [1, 2] } }, [`${lr}=3`]));
    expect(error).toMatchObject({ code: 'USAGE', message: `--set ${lr}: expected a key that the sweep does not vary` });
    expect(errorOf(() => planOf({}, ['evaluate=never'])).message).toMatch(/^--set evaluate: expected a span/);
  });
});
