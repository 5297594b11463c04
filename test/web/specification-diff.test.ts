import { describe, expect, it } from 'vitest';
import { specificationSchema } from '../../src/contract/index.ts';
import { specificationDifferences } from '../../web/src/lib/specification-diff.ts';

const changed = (here: unknown, there: unknown) =>
  specificationDifferences(here, there)
    .filter((row) => row.isChanged)
    .map(({ key, here: one, there: other }) => [key, one, other]);

const base = {
  data: { name: 'mnist-1d' },
  model: { name: 'mlp', hidden: [64, 64] },
  optimizer: { name: 'sgd', learningRate: 0.1, batchSize: 50 },
  duration: '2 epochs',
  probes: [{ kind: 'distance' }, { kind: 'hessian-spectrum', k: 2 }],
} as const;

describe('two specifications', () => {
  it('that are the same differ in nothing, and all keys are listed', () => {
    const rows = specificationDifferences(base, base);
    expect(rows.every(({ isChanged }) => !isChanged)).toBe(true);
    expect(rows.map(({ key }) => key)).toContain('optimizer.learningRate');
  });

  it('are compared key by key', () => {
    const other = {
      ...base,
      optimizer: { ...base.optimizer, learningRate: 0.3 },
      model: { name: 'mlp', hidden: [32] },
    };
    expect(changed(base, other)).toEqual([
      ['model.hidden', '[64,64]', '[32]'],
      ['optimizer.learningRate', '0.1', '0.3'],
    ]);
  });

  it('find a probe by its kind, wherever it stands', () => {
    const other = { ...base, probes: [{ kind: 'hessian-spectrum', k: 5 }, { kind: 'margins' }, { kind: 'distance' }] };
    expect(changed(base, other)).toEqual([
      ['probes[hessian-spectrum].k', '2', '5'],
      ['probes[margins].kind', null, 'margins'],
    ]);
  });

  it('tell a value that is absent from one that is null, and a text from nothing', () => {
    expect(changed({ a: null, b: '' }, { b: 'x' })).toEqual([
      ['a', 'null', null],
      ['b', '', 'x'],
    ]);
  });

  it('tell members of one kind apart by their number', () => {
    const steps = (values: number[]) => ({ changes: values.map((value) => ({ at: 5, value })) });
    expect(changed(steps([1, 2]), steps([1, 3]))).toEqual([['changes[5 2].value', '2', '3']]);
  });

  it('as a run stores them have every default', () => {
    const [one, other] = [specificationSchema.parse(base), specificationSchema.parse({ ...base, seed: 7 })];
    expect(changed(one, other)).toEqual([['seed', String(one.seed), '7']]);
  });
});
