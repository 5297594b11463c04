import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Halving } from '../../src/contract/index.ts';
import { courseOf } from '../../src/run/index.ts';
import { rungsOf, survivors } from '../../src/sweep/halving.ts';
import { errorOf } from '../store/fixtures.ts';
import { forAll } from '../support/property.ts';
import { planOf } from './support.ts';

const halving = (changes: Partial<Halving> = {}): Halving => ({
  metric: 'test.loss',
  factor: 3,
  first: '1 epoch',
  ...changes,
});
const among = (values: readonly number[], changes: Partial<Halving> = {}): number[] =>
  survivors(new Map(values.map((value, cell) => [cell, value])), halving(changes));

describe('the cells that go on', () => {
  it('are the best third, rounded up, in the order of the plan', () => {
    expect(among([5, 1, 4, 2, 3, 9, 8])).toEqual([1, 3, 4]);
    expect(among([1])).toEqual([0]);
    expect(among([3, 1, 2], { factor: 2 })).toEqual([1, 2]);
  });

  it('have the largest accuracy, and whatever else is asked for', () => {
    expect(among([0.1, 0.9, 0.5], { metric: 'test.accuracy' })).toEqual([1]);
    expect(among([0.1, 0.9, 0.5], { metric: 'test.accuracy', minimise: true })).toEqual([0]);
    expect(among([0.1, 0.9, 0.5], { minimise: false })).toEqual([1]);
  });

  it('are the earlier ones of equals, and never what is not finite as long as something is', () => {
    expect(among([2, 1, 1, 1])).toEqual([1, 2]);
    expect(among([NaN, Infinity, 5])).toEqual([2]);
    expect(among([-Infinity, 7], { factor: 2 })).toEqual([1]);
    expect(among([NaN, 0.2, Infinity], { metric: 'test.accuracy' })).toEqual([1]);
    expect(among([NaN, NaN, NaN])).toEqual([0]);
  });

  it('are ⌈n / factor⌉, none of which is worse than one that ends', () => {
    const cases = fc.tuple(
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 2, max: 5 }),
    );
    const check = ([values, factor]: [number[], number]): void => {
      const going = among(values, { factor });
      expect(going).toHaveLength(Math.ceil(values.length / factor));
      const ended = values.filter((_, cell) => !going.includes(cell));
      expect(Math.max(...going.map((cell) => values[cell]!))).toBeLessThanOrEqual(Math.min(...ended, Infinity));
    };
    forAll(cases, check, 200);
  });
});

describe('the rungs', () => {
  const grid = { 'optimizer.learningRate': [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] };
  const rungs = (first: string, changes: Parameters<typeof planOf>[0] = {}, factor = 3) => {
    const plan = planOf({ grid, set: { duration: '20 epochs' }, ...changes });
    const courses = new Map(plan.runs.map((run) => [run.id, courseOf(run.specification, 100)]));
    return { plan, ...rungsOf(halving({ first, factor }), plan, courses) };
  };

  it('are factor times as far from one to the next, before the end, as long as more than one cell is left', () => {
    // Nine cells, three, one.
    expect(rungs('1 epoch').spans).toEqual(['1 epoch', '3 epochs']);
    expect(rungs('1 epoch', {}, 2).spans).toEqual(['1 epoch', '2 epochs', '4 epochs', '8 epochs']);
    expect(rungs('10 epochs', {}, 2).spans).toEqual(['10 epochs']);
    expect(rungs('20 epochs').spans).toEqual([]);
    expect(rungs('4 iterations').spans).toEqual(['4 iterations', '12 iterations']);
  });

  it('are as many epochs in every run, whatever its batches, and not behind its end', () => {
    const { plan, spans, iterationAt, isEnd } = rungs('2 epochs', {
      set: {},
      grid: { 'optimizer.batchSize': [10, 50], duration: ['20 epochs', '4 epochs', '3 epochs'] },
    });
    expect(spans).toEqual(['2 epochs', '6 epochs']);
    expect(plan.runs.map((run) => iterationAt(run, '2 epochs'))).toEqual([20, 20, 20, 4, 4, 4]);
    expect(plan.runs.map((run) => iterationAt(run, '6 epochs'))).toEqual([60, 40, 30, 12, 8, 6]);
    expect(plan.runs.map((run) => isEnd(run, '6 epochs'))).toEqual([false, true, true, false, true, true]);
  });

  it('are where the metric is measured; elsewhere the sweep is refused', () => {
    const error = errorOf(() => rungs('6 iterations'));
    expect(error.code).toBe('SPECIFICATION_INVALID');
    expect(error.message).toMatch(
      /^s\.yaml: stop\.halving: expected test\.loss to be measured after 6 iterations \(iteration 6\), got evaluate: 1 epoch in test-0\.1-s1-/,
    );
  });
});
