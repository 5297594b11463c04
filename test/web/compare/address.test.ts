import { describe, expect, it } from 'vitest';
import { compareAddress, patchOf, readAddress } from '../../../web/src/lib/compare/address.ts';
import type { CompareAddress } from '../../../web/src/lib/compare/address.ts';
import { usualFinals } from '../../../web/src/lib/compare/final-order.ts';

const read = (query: string): CompareAddress => readAddress(new URLSearchParams(query));

/** An address with a change made, as a reload reads it. */
function after(change: Partial<CompareAddress>): CompareAddress {
  const query = new URLSearchParams('runs=a');
  for (const [key, value] of Object.entries(patchOf(change)))
    if (value === null) query.delete(key);
    else query.set(key, value);
  return read(query.toString());
}

describe('the address of a comparison', () => {
  it('has a default for everything, smoothing off among it', () => {
    expect(read('')).toEqual({
      runs: [],
      curves: [{ series: 'train.loss', coordinate: null }],
      x: 'iteration',
      xScale: 'linear',
      yScale: 'linear',
      color: undefined,
      line: undefined,
      band: 'deviation',
      drawing: 'mean',
      window: null,
      smoothing: 0,
      finals: usualFinals,
      order: null,
      hidden: [],
    });
  });

  it.each<Partial<CompareAddress>>([
    { runs: ['a', 'b-1', 'c.2'] },
    {
      curves: [
        { series: 'test.loss', coordinate: null },
        { series: 'interpolation.loss', coordinate: 0.5 },
      ],
    },
    { x: 'path', xScale: 'log', yScale: 'log' },
    { color: 'optimizer.learningRate', line: null },
    { color: undefined, line: 'data.name' },
    { band: 'interval', drawing: 'both', smoothing: 0.9 },
    { finals: ['trainAccuracy', 'meanHeight', 'seconds'] },
    { order: { key: 'testAccuracy', descending: true } },
    { order: { key: 'trainLoss', descending: false } },
    { window: [10, 20] },
    { window: [0.125, 0.25] },
    { hidden: ['0.1 · 32', 'a, b', '50 %'] },
  ])('says %o, which is read again', (change) => {
    expect(after(change)).toMatchObject(change);
  });

  it('does not mention what is usual', () => {
    const patch = patchOf({ ...read('runs=a'), runs: ['a'] });
    expect(Object.entries(patch).filter(([, value]) => value !== null)).toEqual([['runs', 'a']]);
  });

  it.each([
    ['x=sideways&band=x&show=x', {}],
    ['window=2~1', {}],
    ['window=a~1', {}],
    ['smooth=-1', {}],
    ['smooth=2', { smoothing: 0.99 }],
    ['series=nothing,train.loss,train.loss@', { curves: [{ series: 'train.loss', coordinate: null }] }],
    ['runs=a,,b,a', { runs: ['a', 'b'] }],
  ])('%s is read as well as it can be', (query, expected) => {
    expect(read(query)).toEqual({ ...read(''), ...expected });
  });

  it('of some runs leads to them', () => {
    const [path, query] = compareAddress(['a', 'b']).split('?');
    expect([path, read(query!).runs]).toEqual(['/compare', ['a', 'b']]);
    expect(compareAddress([])).toBe('/compare');
  });
});
