import { describe, expect, it } from 'vitest';
import { planOf, planQuery } from '../../web/src/lib/study-query.ts';

describe('which runs of a paper are meant', () => {
  it.each([
    ['', { scale: 'laptop', seeds: null }],
    ['scale=smoke', { scale: 'smoke', seeds: null }],
    ['scale=paper&seeds=7', { scale: 'paper', seeds: 7 }],
    ['scale=huge&seeds=-1', { scale: 'laptop', seeds: null }],
    ['seeds=1.5', { scale: 'laptop', seeds: null }],
  ])('%s is %o', (query, expected) => {
    expect(planOf(new URLSearchParams(query))).toEqual(expected);
  });

  it('stands in a query that is read as the same', () => {
    const plan = { scale: 'smoke', seeds: 3 } as const;
    expect(planOf(new URLSearchParams(planQuery(plan, { theme: 'dark' })))).toEqual(plan);
    expect(planQuery({ scale: 'paper', seeds: null })).toBe('scale=paper');
  });
});
