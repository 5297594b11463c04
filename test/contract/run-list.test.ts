import { describe, expect, it } from 'vitest';
import {
  descendantsOf,
  findRunKey,
  flattenSpecification,
  fulfils,
  parseRunQuery,
  runKeys,
  runValue,
  sortRuns,
  specificationSchema,
  type RunListEntry,
  type SpecificationInput,
  noFinalFigures,
} from '../../src/contract/index.ts';

function run(
  id: string,
  changes: Partial<RunListEntry> = {},
  specification: Partial<SpecificationInput> = {},
): RunListEntry {
  const resolved = specificationSchema.parse({
    data: { name: 'mnist-1d' },
    model: { name: 'mlp', hidden: [64, 32] },
    optimizer: { name: 'sgd' },
    duration: '40 iterations',
    ...specification,
  });
  return {
    id,
    name: null,
    study: null,
    scale: null,
    status: 'finished',
    created: '2025-01-01T00:00:00.000Z',
    updated: '2025-01-01T00:00:00.000Z',
    iteration: 20,
    totalIterations: 40,
    parent: null,
    seed: resolved.seed,
    optimizer: resolved.optimizer.name,
    ...noFinalFigures,
    seconds: null,
    parameters: 10,
    specification: flattenSpecification(resolved),
    tags: [],
    note: '',
    archived: false,
    annotationsProblem: null,
    problem: null,
    ...changes,
  };
}

const slow = run('slow', { tags: ['baseline', 'Good run'], trainLoss: 0.5, created: '2025-02-01T00:00:00.000Z' });
const fast = run(
  'fast-10',
  { note: 'Oscillates; see: page 3', status: 'running', trainLoss: 2 },
  { optimizer: { name: 'adam', learningRate: { schedule: 'cosine', rate: 0.3, length: '2 epochs' } }, name: 'A title' },
);
const gone = run(
  'fast-9',
  { archived: true, parent: { run: 'slow', iteration: 3 } },
  { optimizer: { name: 'sgd', learningRate: 1 } },
);
const runs = [slow, fast, gone];
const keys = runKeys(runs);
const found = (query: string): string[] => {
  const { conditions, problems } = parseRunQuery(query, keys);
  expect(problems).toEqual([]);
  return runs.filter((candidate) => fulfils(candidate, conditions)).map(({ id }) => id);
};

describe('a specification in one level', () => {
  it('has the keys that --set takes', () => {
    const probes = [{ kind: 'interpolation', points: 5, epochs: [1, 2] }, { kind: 'distance' }] as const;
    const flat = flattenSpecification(
      specificationSchema.parse({
        data: { name: 'mnist' },
        model: { name: 'mlp', hidden: [64, 32] },
        optimizer: { name: 'sgd' },
        duration: '1 epoch',
        probes,
      }),
    );
    expect(flat).toMatchObject({
      'optimizer.learningRate': 0.1,
      'optimizer.nesterov': false,
      'model.hidden': '64, 32',
      'probes.0.points': 5,
      'probes.0.epochs': '1, 2',
      'probes.1.kind': 'distance',
    });
    expect(Object.keys(flat)).not.toContain('changes');
  });
});

describe('a key', () => {
  it('is found in any case, and by its end where that is enough', () => {
    expect(findRunKey('TRAINLOSS', keys)).toEqual({ key: 'trainLoss' });
    expect(findRunKey('batchSize', keys)).toEqual({ key: 'optimizer.batchSize' });
    expect(findRunKey('tags', keys)).toEqual({ key: 'tag' });
  });

  it('that no run has is explained with the nearest, and an ambiguous one with all it could be', () => {
    expect(findRunKey('lerningRate', keys)).toEqual({
      problem: 'no run has a key "lerningRate", did you mean "learningRate"?',
    });
    expect(findRunKey('zzzzzzzzzzz', keys)).toEqual({ problem: 'no run has a key "zzzzzzzzzzz"' });
    expect(findRunKey('examples', ['data.examples', 'probes.0.examples'])).toEqual({
      problem: '"examples" could be "data.examples" or "probes.0.examples"',
    });
  });

  it('has a value in a run, or none', () => {
    expect(runValue(slow, 'optimizer.learningRate')).toBe(0.1);
    expect(runValue(fast, 'optimizer.learningRate')).toBeNull();
    expect(runValue(slow, 'progress')).toBe(0.5);
    expect(runValue(slow, 'toString')).toBeNull();
  });
});

describe('a query', () => {
  it.each([
    ['', ['slow', 'fast-10', 'fast-9']],
    ['FAST', ['fast-10', 'fast-9']],
    ['fast oscill', ['fast-10']],
    ['"see: page"', ['fast-10']],
    ['-fast', ['slow']],
    ['cosine', ['fast-10']],
    ['tag:baseline', ['slow']],
    ['tag:base', []],
    ['tag:"good run"', ['slow']],
    ['-tag:baseline', ['fast-10', 'fast-9']],
    ['tag:', ['slow']],
    ['note:oscillates', ['fast-10']],
    ['status=running', ['fast-10']],
    ['status:fin', ['slow', 'fast-9']],
    ['archived:true', ['fast-9']],
    ['optimizer.learningRate=0.1', ['slow']],
    ['optimizer.learningRate>=0.1', ['slow', 'fast-9']],
    ['optimizer.learningRate<1e0', ['slow']],
    ['optimizer.learningRate!=0.1', ['fast-10', 'fast-9']],
    ['trainLoss>0.5', ['fast-10']],
    ['trainLoss:0.5', ['slow']],
    ['optimizer.name:adam trainLoss>1', ['fast-10']],
    ['hidden:64', ['slow', 'fast-10', 'fast-9']],
    ['created>2025-01-15', ['slow']],
    ['parent=slow', ['fast-9']],
    ['name:title', ['fast-10']],
  ])('%j finds %j', (query, expected) => {
    expect(found(query)).toEqual(expected);
  });

  it('leaves out what it does not understand, and says so', () => {
    const { conditions, problems } = parseRunQuery('fast learnRate>1 trainLoss>', keys);
    expect(conditions).toEqual([{ negated: false, key: null, operator: ':', value: 'fast' }]);
    expect(problems).toEqual([
      'no run has a key "learnRate", did you mean "learningRate"?',
      '"trainLoss>" lacks a value',
    ]);
  });

  it.each(['"', '-', '""', ':', '>', '"open quote', '-"', '   ', 'a"b"c', ':::', '=1'])(
    '%j does not break it',
    (query) => {
      expect(() => parseRunQuery(query, keys)).not.toThrow();
    },
  );
});

describe('an order', () => {
  const order = (key: string, descending: boolean): string[] => sortRuns(runs, { key, descending }).map(({ id }) => id);

  it('compares numbers as numbers and names as people do, and puts runs without a value last', () => {
    expect(order('trainLoss', false)).toEqual(['slow', 'fast-10', 'fast-9']);
    expect(order('trainLoss', true)).toEqual(['fast-10', 'slow', 'fast-9']);
    expect(order('id', false)).toEqual(['fast-9', 'fast-10', 'slow']);
    expect(order('optimizer.learningRate', true)).toEqual(['fast-9', 'slow', 'fast-10']);
  });

  it('puts the newest of equal runs first', () => {
    expect(order('seed', false)).toEqual(['slow', 'fast-9', 'fast-10']);
  });
});

describe('descent', () => {
  it('names forks and their forks', () => {
    const child = (id: string, parent: string): RunListEntry => run(id, { parent: { run: parent, iteration: 1 } });
    const family = [child('grandchild', 'child'), child('child', 'a'), run('a'), run('b'), child('other', 'b')];
    expect(descendantsOf(family, ['a'])).toEqual(['grandchild', 'child']);
    expect(descendantsOf(family, ['a', 'child'])).toEqual(['grandchild']);
    expect(descendantsOf(family, ['grandchild'])).toEqual([]);
    expect(descendantsOf([child('x', 'y'), child('y', 'x')], ['x'])).toEqual(['y']);
  });
});
